"""The overviews of several workspaces: an organization's, one's own, the instance's."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.status import Status
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.overview.fleet import credential
from workspaces.models import Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
OF_ACME, MINE = "/organizations/acme/overview/", "/overview/"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    Snapshots.forget_all()


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def bad_in(place: Workspace, name: str) -> Credential:
    return credential(cast.seat(place), name, timezone.now(), status=Status.REFUSED)


@pytest.fixture
def rows(seat: Seat) -> list[Credential]:
    """A bad one in each of two workspaces, in another organization and in Alice's own."""
    other = cast.workspace("shop", organization=cast.organization("rival"))
    return [
        bad_in(seat.workspace, "web-pull"),
        bad_in(cast.workspace("data"), "data-pull"),
        bad_in(other, "rival-pull"),
        bad_in(cast.personal(), "private-pull"),
    ]


def test_an_organization_has_a_line_for_each_of_its_workspaces(
    visitor: Client, rows: list[Credential]
) -> None:
    page = text(visitor, OF_ACME)
    assert "<title>Overview · Acme · Lockkeeper</title>" in page
    for name in ("Acme / Web", "Acme / Data", "web-pull", "data-pull"):
        assert name in page
    assert "rival-pull" not in page
    assert "private-pull" not in page
    address = f"{credentials_url(cast.workspace('data'), 'list')}?status=attention"
    assert f'<a class="is-bad" href="{address}">1</a>' in page
    assert '<span class="tile__number">2</span>' in page


def test_all_of_ones_own_are_on_one_page(visitor: Client, rows: list[Credential]) -> None:
    page = text(visitor, MINE)
    assert all(row.name in page for row in rows)
    assert '<span class="tile__number">4</span>' in page
    assert f'href="{MINE}"' in text(visitor, "/account/")


def test_people_see_those_workspaces_alone_that_are_open_to_them(
    visitor: Client, rows: list[Credential]
) -> None:
    everything = text(visitor, OF_ACME)
    bob = cast.client_for(cast.participant(cast.workspace("data"), cast.bob(), Role.VIEWER))
    for address in (OF_ACME, MINE):
        page = text(bob, address)
        assert "data-pull" in page
        assert "Acme / Web" not in page
        assert "web-pull" not in page
        assert "private-pull" not in page
        assert '<span class="tile__number">1</span>' in page
    assert text(visitor, OF_ACME).count("web-pull") == everything.count("web-pull") > 0


def test_a_stranger_gets_a_404_and_an_empty_page_of_their_own(rows: list[Credential]) -> None:
    stranger = cast.client_for(cast.mallory())
    assert stranger.get(OF_ACME).status_code == 404
    page = text(stranger, MINE)
    assert "-pull" not in page
    assert "Your credentials" in page


def test_a_member_without_a_workspace_is_told(seat: Seat) -> None:
    home = seat.workspace.organization
    assert home
    home.members.create(user=cast.bob(), role=OrganizationRole.MEMBER)
    assert "No workspace is open to you" in text(cast.client_for(cast.bob()), OF_ACME)


def test_an_organization_without_workspaces_leads_to_the_first() -> None:
    cast.organization()
    page = text(cast.client_for(cast.alice()), OF_ACME)
    assert "/organizations/acme/workspaces/add/" in page


def test_buttons_follow_the_role_in_each_workspace(rows: list[Credential]) -> None:
    bob = cast.participant(cast.workspace("data"), cast.bob(), Role.MAINTAINER)
    cast.participant(cast.workspace("web"), bob, Role.VIEWER)
    page = text(cast.client_for(bob), MINE)
    web, data, *_ = rows
    assert credentials_url(data.workspace, "replace", pk=data.pk) in page
    assert credentials_url(data.workspace, "snooze", pk=data.pk) in page
    assert credentials_url(web.workspace, "detail", pk=web.pk) in page
    assert credentials_url(web.workspace, "replace", pk=web.pk) not in page
    assert credentials_url(web.workspace, "snooze", pk=web.pk) not in page


@pytest.mark.parametrize(("back", "address"), [("mine", MINE), ("organization", OF_ACME)])
def test_who_snoozes_there_comes_back_and_sees_it(
    visitor: Client, rows: list[Credential], back: str, address: str
) -> None:
    row = rows[1]
    snooze = credentials_url(row.workspace, "snooze", pk=row.pk)
    assert f'formaction="{snooze}"' in text(visitor, address)
    answer = visitor.post(snooze, {"days": "7", "back": back})
    assert answer.headers["Location"] == address
    page = text(visitor, address)
    assert "Snoozed for 7 days." in page
    assert f'formaction="{snooze}"' not in page


def test_a_personal_credential_leads_back_to_no_organization(
    visitor: Client, rows: list[Credential]
) -> None:
    row = rows[3]
    snooze = credentials_url(row.workspace, "snooze", pk=row.pk)
    answer = visitor.post(snooze, {"days": "7", "back": "organization"})
    assert answer.headers["Location"] == credentials_url(row.workspace, "detail", pk=row.pk)


@pytest.mark.parametrize("address", [MINE, OF_ACME])
def test_as_many_statements_for_many_workspaces_as_for_two(
    visitor: Client, rows: list[Credential], address: str
) -> None:
    counts = []
    for size in (0, 3, 12):
        for number in range(size):
            bad_in(cast.workspace(f"more-{number}"), f"row-{size}-{number}")
        Snapshots.forget_all()
        with CaptureQueriesContext(connection) as asked:
            text(visitor, address)
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
    assert counts[2] <= 8


def test_administrators_and_auditors_see_all_workspaces_and_can_do_nothing(
    rows: list[Credential],
) -> None:
    for person in (cast.administrator(), cast.auditor()):
        page = text(cast.client_for(person), "/admin/overview/")
        assert all(row.name in page for row in rows)
        assert "alice@example.org (personal)" in page
        assert "Snooze" not in page
        assert "Replace" not in page
        assert scenes.PASSWORD not in page
        assert f'href="/admin/credentials_app/credential/{rows[0].pk}/change/"' in page
        assert 'href="/o/' not in page.partition("<main")[2]


def test_nobody_else_sees_the_overview_of_the_instance(
    visitor: Client, rows: list[Credential]
) -> None:
    assert visitor.get("/admin/overview/").status_code == 404


def test_the_admin_audit_leads_to_its_overview() -> None:
    browser = cast.client_for(cast.administrator())
    assert 'href="overview/"' in text(browser, "/admin/")


def test_the_instance_is_read_with_few_statements(rows: list[Credential]) -> None:
    browser = cast.client_for(cast.administrator())
    counts = []
    for number in range(3):
        bad_in(cast.workspace(f"more-{number}"), f"row-{number}")
        Snapshots.forget_all()
        with CaptureQueriesContext(connection) as asked:
            text(browser, "/admin/overview/")
        counts.append(len(asked))
    assert counts == counts[:1] * 3
    assert counts[0] <= 10
