"""The first steps on the overview, each with its state, until all are done or it is closed."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app.presentation.snapshots import Snapshots
from tests import cast
from tests.credentials_app.overview.fleet import credential
from workspaces.members import invitations
from workspaces.models import User
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
TITLES = ("Add your first credential", "Make an organization and invite", "Let mails leave")
LIST = 'id="first_steps"'


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    Snapshots.forget_all()


def page_of(person: User, address: str = "/o/acme/web/") -> str:
    answer = cast.client_for(person).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def steps(page: str) -> dict[str, bool]:
    """The steps that the page shows, and whether each is done."""
    found = page.partition(LIST)[2].partition("</ol>")[0].split("<li")[1:]
    return {title: "Done</span>" in item for item in found for title in TITLES if title in item}


def test_a_new_administrator_has_three_steps(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path
    page = page_of(cast.administrator(), "/me/")
    assert steps(page) == dict.fromkeys(TITLES, False)
    assert 'href="/me/credentials/add/"' in page
    assert 'href="/organizations/add/"' in page
    assert 'href="/admin/mail/"' in page


def test_who_does_not_look_after_the_instance_has_two(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path
    assert steps(page_of(cast.bob(), "/me/")) == dict.fromkeys(TITLES[:2], False)


def test_a_mail_server_is_a_step_done(settings: Any) -> None:
    settings.MAIL_FOLDER = None
    assert steps(page_of(cast.administrator(), "/me/"))["Let mails leave"] is True


def test_each_step_is_done_by_doing_it_and_then_the_list_is_gone(seat: Seat) -> None:
    assert steps(page_of(seat.user)) == {TITLES[0]: False, TITLES[1]: False}
    assert 'href="/o/acme/web/people/"' in page_of(seat.user)
    credential(seat, "deploy", timezone.now())
    Snapshots.forget_all()
    assert steps(page_of(seat.user)) == {TITLES[0]: True, TITLES[1]: False}
    invitations.invite(seat, email="carol@example.org", role=Role.VIEWER)
    page = page_of(User.objects.get(pk=seat.user.pk))
    assert LIST not in page
    assert "It works." in page


def test_who_was_invited_by_others_need_not_invite(seat: Seat) -> None:
    person = cast.someone(seat.workspace, Role.MAINTAINER)
    assert steps(page_of(person)) == {TITLES[0]: False, TITLES[1]: True}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER])
def test_who_may_not_add_has_no_steps(seat: Seat, role: Role) -> None:
    page = page_of(cast.someone(seat.workspace, role))
    assert LIST not in page
    assert "maintainers, admins and owners add them" in page


def test_a_list_that_is_closed_stays_closed_and_comes_back(seat: Seat) -> None:
    browser = cast.client_for(seat.user)
    answer = browser.post(
        "/account/first-steps/",
        {"act": "hide"},
        headers={"referer": "http://testserver/o/acme/web/"},
    )
    assert answer.headers["Location"] == "/o/acme/web/"
    page = browser.get("/o/acme/web/").content.decode()
    assert LIST not in page
    assert "No credentials yet" in page
    assert f'href="{credentials_url(seat.workspace, "add")}"' in page
    assert "Show it again" in browser.get("/account/").content.decode()
    browser.post("/account/first-steps/", {"act": "show"})
    assert LIST in browser.get("/o/acme/web/").content.decode()
    assert "Show it again" not in browser.get("/account/").content.decode()


def test_it_is_closed_for_one_person_only(seat: Seat) -> None:
    cast.client_for(cast.someone(seat.workspace, Role.OWNER)).post(
        "/account/first-steps/", {"act": "hide"}
    )
    assert LIST in page_of(seat.user)


def test_a_sample_has_no_steps(visitor: Client, seat: Seat) -> None:
    answer = visitor.post("/samples/add/", {"organization": "acme"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Overview" in page
    assert LIST not in page


def test_the_list_costs_no_statement(visitor: Client, seat: Seat) -> None:
    credential(seat, "deploy", timezone.now())
    counts = []
    for shown in (True, False):
        visitor.post("/account/first-steps/", {"act": "show" if shown else "hide"})
        visitor.get("/o/acme/web/")
        Snapshots.forget_all()
        with CaptureQueriesContext(connection) as asked:
            page = visitor.get("/o/acme/web/").content.decode()
        assert (LIST in page) is shown
        counts.append(len(asked))
    assert counts == [8, 8]
