"""Two people edit the same credential: nobody overwrites what they have not seen."""

import re
from typing import Any

import pytest
from django.test import Client

from credentials_app import secrets
from credentials_app.models import Credential
from credentials_app.secrets import Reason
from credentials_app.services import credentials
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.members import participants
from workspaces.models import User
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "deploy",
    "provider": "generic",
    "username": "ci-robot",
    "secret": "",
    "server": "registry.example.org",
    "need": "pull",
}


@pytest.fixture
def bob(seat: Seat) -> Seat:
    return cast.seat(seat.workspace, cast.participant(seat.workspace, cast.bob(), "maintainer"))


@pytest.fixture
def row(seat: Seat) -> Credential:
    return scenes.stored("deploy", by=seat)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def opened(visitor: Client, seat: Seat, row: Credential) -> str:
    return seen_in(visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)).content.decode())


def save(visitor: Client, seat: Seat, row: Credential, **values: Any) -> Any:
    return visitor.post(credentials_url(seat.workspace, "edit", pk=row.pk), {**TYPED, **values})


def test_the_second_of_two_tabs_is_told_and_changes_nothing(
    visitor: Client, seat: Seat, bob: Seat, row: Credential
) -> None:
    seen = opened(visitor, seat, row)
    theirs = scenes.draft(secret=None, notes="rotated by Bob", push=True)
    credentials.edit_credential(bob, row, theirs)
    answer = save(visitor, seat, row, seen=seen, notes="typed by Alice", secret="made-up-pw-2")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "bob@example.org saved this credential after this page was opened" in page
    assert "rotated by Bob" in page
    assert "Pull and push</dd>" in page
    assert "typed by Alice</textarea>" in page
    assert "made-up-pw-2" not in page
    row.refresh_from_db()
    assert (row.notes, row.push) == ("rotated by Bob", True)


def test_saving_again_after_the_comparison_stores_it(
    visitor: Client, seat: Seat, bob: Seat, row: Credential
) -> None:
    seen = opened(visitor, seat, row)
    credentials.edit_credential(bob, row, scenes.draft(secret=None, notes="rotated by Bob"))
    refused = save(visitor, seat, row, seen=seen, notes="typed by Alice")
    again = seen_in(refused.content.decode())
    assert save(visitor, seat, row, seen=again, notes="typed by Alice").status_code == 302
    row.refresh_from_db()
    assert row.notes == "typed by Alice"


def test_a_secret_that_somebody_replaced_is_told(
    visitor: Client, seat: Seat, bob: Seat, row: Credential
) -> None:
    seen = opened(visitor, seat, row)
    credentials.edit_credential(bob, row, scenes.draft())
    assert "stored anew by bob@example.org" in save(visitor, seat, row, seen=seen).content.decode()


def test_a_secret_older_than_the_page_is_no_news(
    visitor: Client, seat: Seat, bob: Seat, row: Credential
) -> None:
    seen = opened(visitor, seat, row)
    credentials.edit_credential(bob, row, scenes.draft(secret=None, notes="rotated by Bob"))
    assert "stored anew" not in save(visitor, seat, row, seen=seen).content.decode()


def test_ones_own_other_tab_is_called_that(visitor: Client, seat: Seat, row: Credential) -> None:
    seen = opened(visitor, seat, row)
    save(visitor, seat, row, seen=seen, notes="first tab")
    page = save(visitor, seat, row, seen=seen, notes="second tab").content.decode()
    assert "You saved this credential elsewhere" in page


@pytest.mark.parametrize("seen", ["", "made-up", "2026-03-10T12:00:00", "None"])
def test_a_form_that_does_not_say_what_it_saw_is_refused(
    visitor: Client, seat: Seat, row: Credential, seen: str
) -> None:
    answer = save(visitor, seat, row, seen=seen, notes="typed")
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.notes == ""


def test_a_check_in_between_is_no_change_of_peoples(
    visitor: Client, seat: Seat, row: Credential
) -> None:
    seen = opened(visitor, seat, row)
    scenes.checked(row, Outcome.VALID)
    assert save(visitor, seat, row, seen=seen, notes="typed").status_code == 302


def test_check_keeps_the_version_that_the_form_was_opened_over(
    visitor: Client, seat: Seat, bob: Seat, row: Credential
) -> None:
    seen = opened(visitor, seat, row)
    credentials.edit_credential(bob, row, scenes.draft(secret=None, notes="rotated by Bob"))
    assert seen_in(save(visitor, seat, row, seen=seen, act="check").content.decode()) == seen


def test_nothing_of_a_refused_form_is_sealed(
    visitor: Client, seat: Seat, bob: Seat, row: Credential
) -> None:
    seen = opened(visitor, seat, row)
    credentials.edit_credential(bob, row, scenes.draft(secret=None, notes="rotated by Bob"))
    save(visitor, seat, row, seen=seen, secret="made-up-password-2")
    row.refresh_from_db()
    kept = secrets.open_secret(row, reason=Reason.CHECK).secret.reveal()
    assert kept == scenes.PASSWORD


def departed(seat: Seat, how: str) -> Credential:
    """A credential whose owner is not here any more."""
    bob = cast.participant(seat.workspace, cast.bob(), "user")
    row = scenes.stored("deploy", by=seat, owner=bob)
    if how == "left":
        participants.leave_workspace(cast.seat(seat.workspace, bob))
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)
    return row


@pytest.mark.parametrize("how", ["left", "may not sign in"])
def test_an_owner_who_is_gone_stays_until_somebody_chooses_another(
    visitor: Client, seat: Seat, how: str
) -> None:
    row = departed(seat, how)
    page = visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)).content.decode()
    assert (
        f'<option value="{cast.bob().pk}" selected>Bob (bob@example.org) (no longer here)' in page
    )
    seen = seen_in(page)
    kept = save(visitor, seat, row, seen=seen, owner=str(cast.bob().pk), notes="typed")
    assert kept.status_code == 302
    row.refresh_from_db()
    assert (row.owner, row.notes) == (cast.bob(), "typed")
    seen = opened(visitor, seat, row)
    assert save(visitor, seat, row, seen=seen, owner=str(seat.user.pk)).status_code == 302
    page = visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)).content.decode()
    assert "no longer here" not in page


def test_who_is_gone_is_offered_to_no_other_credential(visitor: Client, seat: Seat) -> None:
    departed(seat, "left")
    other = scenes.stored("other", by=seat, owner=seat.user)
    page = visitor.get(credentials_url(seat.workspace, "edit", pk=other.pk)).content.decode()
    assert "no longer here" not in page
    seen = seen_in(page)
    refused = save(visitor, seat, other, name="other", seen=seen, owner=str(cast.bob().pk))
    assert list(refused.context["form"].errors) == ["owner"]
