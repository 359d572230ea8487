"""The overview of a workspace: who sees what, what one can do there, and what it costs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.services.credentials import draft_of, edit_credential
from credentials_app.status import Status
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.overview.fleet import DAY, credential, fleet, told
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
PAGE = "/o/acme/web/"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    Snapshots.forget_all()


def text(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\xa0", " ")


@pytest.fixture
def bad(seat: Seat) -> Credential:
    return credential(seat, "prod-pull", timezone.now(), status=Status.EXPIRED)


def test_it_is_the_first_page_of_a_workspace(visitor: Client, seat: Seat) -> None:
    assert credentials_url(seat.workspace, "overview") == PAGE
    assert visitor.get("/").headers["Location"] == PAGE
    page = text(visitor)
    assert "<title>Overview · Acme / Web · Lockkeeper</title>" in page
    assert f'<a href="{PAGE}" aria-current="page">' in page
    assert f'<a class="menu__item" href="{PAGE}" aria-current="true">' in page
    assert f'href="{credentials_url(seat.workspace, "list")}"' in page


def test_the_personal_workspace_has_one_too(visitor: Client, seat: Seat) -> None:
    assert "Add your first credential" in text(visitor, "/me/")


def test_each_tile_is_a_link_to_its_rows(visitor: Client, seat: Seat) -> None:
    fleet(seat, timezone.now())
    page = text(visitor)
    for status in ("attention", "expiring", "could_not_check", "valid"):
        address = f"{credentials_url(seat.workspace, 'list')}?status={status}"
        assert f'href="{address}"' in page
        assert "prod-pull" in text(visitor, address) or status != "attention"


BUTTONS = {
    Role.VIEWER: (False, False),
    Role.USER: (False, False),
    Role.MAINTAINER: (True, True),
    Role.ADMIN: (True, True),
    Role.OWNER: (True, True),
}


@pytest.mark.parametrize("role", BUTTONS)
def test_a_card_offers_what_the_role_may_do(seat: Seat, bad: Credential, role: Role) -> None:
    text(cast.client_for(seat.user))  # what an owner was shown is not shown to others
    page = text(cast.client_for(cast.someone(seat.workspace, role)))
    replace = credentials_url(seat.workspace, "replace", pk=bad.pk)
    snooze = credentials_url(seat.workspace, "snooze", pk=bad.pk)
    assert (f'href="{replace}"' in page, f'formaction="{snooze}"' in page) == BUTTONS[role]
    assert "prod-pull" in page
    assert ("Add credentials" in page) is BUTTONS[role][0]


def test_a_stranger_gets_a_404(seat: Seat, bad: Credential) -> None:
    stranger = cast.client_for(cast.mallory())
    text(cast.client_for(seat.user))
    assert stranger.get(PAGE).status_code == 404


def test_who_loses_the_role_sees_nothing_that_is_kept(seat: Seat, bad: Credential) -> None:
    viewer = cast.someone(seat.workspace, Role.VIEWER)
    browser = cast.client_for(viewer)
    text(browser)
    seat.workspace.participants.filter(user=viewer).delete()
    assert browser.get(PAGE).status_code == 404


def test_an_empty_workspace_has_first_steps_for_who_may_add(visitor: Client, seat: Seat) -> None:
    page = text(visitor)
    assert "Add your first credential" in page
    assert f'href="{credentials_url(seat.workspace, "add")}"' in page
    viewer = cast.client_for(cast.someone(seat.workspace, Role.VIEWER))
    assert "maintainers, admins and owners add them" in text(viewer)


def test_all_well_is_calm(visitor: Client, seat: Seat) -> None:
    now = timezone.now()
    for number in range(3):
        credential(seat, f"fine-{number}", now, number=number)
    credential(seat, "resting", now, status=Status.PAUSED)
    page = text(visitor)
    assert "All 3 work." in page
    assert "Next look in 3 hours." in page
    assert "1 is paused and not checked." in page
    assert "To do" not in page


def test_who_snoozes_sees_it_at_once_and_can_undo_it(
    visitor: Client, seat: Seat, bad: Credential
) -> None:
    assert "Replace" in text(visitor)
    snooze = credentials_url(seat.workspace, "snooze", pk=bad.pk)
    answer = visitor.post(snooze, {"days": "7", "back": "overview"})
    assert answer.headers["Location"] == f"{PAGE}?snoozed={bad.pk}"
    page = text(visitor, answer.headers["Location"])
    assert "What is snoozed or acknowledged is not here." in page
    undo = credentials_url(seat.workspace, "hear_again", pk=bad.pk)
    assert f'action="{undo}"' in page
    answer = visitor.post(undo, {"back": "overview"})
    assert answer.headers["Location"] == PAGE
    assert "What is snoozed" not in text(visitor)


def test_a_snooze_without_a_number_of_days_says_so(
    visitor: Client, seat: Seat, bad: Credential
) -> None:
    snooze = credentials_url(seat.workspace, "snooze", pk=bad.pk)
    answer = visitor.post(snooze, {"days": "1000", "back": "overview"}, follow=True)
    assert "Choose for how many days from the list." in answer.content.decode()
    assert Credential.objects.get().snoozed_until is None


@pytest.mark.parametrize("back", ["", "https://example.net/", "list", "overview\n"])
def test_a_form_leads_back_to_pages_of_ours_alone(
    visitor: Client, seat: Seat, bad: Credential, back: str
) -> None:
    snooze = credentials_url(seat.workspace, "snooze", pk=bad.pk)
    answer = visitor.post(snooze, {"days": "7", "back": back})
    assert answer.headers["Location"] == credentials_url(seat.workspace, "detail", pk=bad.pk)


def test_who_sees_a_status_change_sees_it_at_once(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    assert "All 1" not in text(visitor)
    scenes.checked(row, scenes.verdict())
    assert "It works." in text(visitor)


def test_names_are_shown_as_text(visitor: Client, seat: Seat) -> None:
    owner = cast.person("b@example.org", name="<b>Bea</b>")
    cast.participant(seat.workspace, owner)
    credential(seat, "deploy", timezone.now(), owner=owner, status=Status.REFUSED)
    page = text(visitor)
    assert "<b>Bea" not in page
    assert "&lt;b&gt;Bea" in page


def test_an_unknown_key_in_the_address_does_no_harm(visitor: Client, seat: Seat) -> None:
    credential(seat, "deploy", timezone.now())
    assert "Undo" not in text(visitor, f"{PAGE}?snoozed=<b>")


def statements(client: Client, address: str = PAGE) -> int:
    with CaptureQueriesContext(connection) as asked:
        text(client, address)
    return len(asked)


def test_it_asks_the_database_as_often_for_many_as_for_few(visitor: Client, seat: Seat) -> None:
    text(visitor)
    fresh, kept, now, number = [], [], timezone.now(), 0
    for size in (1, 12, 60):
        while number < size:
            status = Status.REFUSED if number % 3 else Status.VALID
            ends = told(now + (number % 80 + 1) * DAY)
            credential(seat, f"row-{number}", now, number=number, status=status, **ends)
            number += 1
        Snapshots.forget_all()
        fresh.append(statements(visitor))
        kept.append(statements(visitor))
    assert fresh == [8, 8, 8]
    assert kept == [4, 4, 4]


def test_a_check_that_changes_nothing_shows_within_half_a_minute(
    visitor: Client, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential(seat, "deploy", timezone.now())
    page = text(visitor)
    Credential.objects.update(could_not_look_shown=True)
    assert text(visitor).count("Could not check") == page.count("Could not check")
    monkeypatch.setattr("credentials_app.presentation.snapshots.LIFE_S", 0)
    assert "Could not check" in text(visitor)


def test_an_end_within_thirty_days_is_a_card_and_a_dot(visitor: Client, seat: Seat) -> None:
    credential(seat, "soon", timezone.now(), **told(timezone.now() + timedelta(days=3, hours=1)))
    page = text(visitor)
    assert "in 3 days" in page
    assert page.count('<circle class="dot') == 1
    assert 'aria-label="1 in the week of' in page


def test_a_card_shows_the_tags_of_its_credential(
    visitor: Client, seat: Seat, bad: Credential
) -> None:
    assert 'class="tagged"' not in text(visitor)
    draft = replace(draft_of(bad), tags=("prod", "team:shop"))
    edit_credential(seat, bad, draft)
    page = text(visitor)
    assert page.count('class="tagged"') == 1
    assert "</span>team:shop</span>" in page
