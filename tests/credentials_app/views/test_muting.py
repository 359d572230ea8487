"""The buttons about the notices of a credential: acknowledge, snooze, hear of it again."""

from datetime import timedelta

import pytest
from django.test import Client

from common.clock import database_now
from credentials_app import notices
from credentials_app.models import Credential, Notice
from credentials_app.notices import muting
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def bad() -> Credential:
    return scenes.checked(scenes.stored(), Outcome.EXPIRED)


@pytest.fixture
def browser() -> Client:
    return cast.client_for(cast.alice())


def page(browser: Client, row: Credential) -> str:
    return browser.get(credentials_url(row.workspace, "detail", pk=row.pk)).content.decode()


def press(browser: Client, row: Credential, what: str, **body: str) -> Credential:
    answer = browser.post(credentials_url(row.workspace, what, pk=row.pk), body)
    assert answer.headers["Location"] == credentials_url(row.workspace, "detail", pk=row.pk)
    row.refresh_from_db()
    return row


def test_what_is_well_has_no_such_buttons(browser: Client) -> None:
    text = page(browser, scenes.checked(scenes.stored(), Outcome.VALID))
    assert 'id="snooze"' not in text
    assert 'id="acknowledge"' not in text


def test_acknowledged_it_says_by_whom_and_can_be_taken_back(
    browser: Client, bad: Credential
) -> None:
    assert 'id="acknowledge"' in page(browser, bad)
    row = press(browser, bad, "acknowledge")
    assert muting.is_acknowledged(row)
    text = page(browser, row)
    assert "Acknowledged by alice@example.org" in text
    assert 'id="acknowledge"' not in text
    row = press(browser, row, "hear_again")
    assert not muting.is_acknowledged(row)
    assert 'id="acknowledge"' in page(browser, row)
    actions = AuditEvent.objects.filter(action__startswith="credentials:notices:")
    assert [event.action.split(":")[2] for event in actions.order_by("seq")] == [
        "acknowledge",
        "hear_again",
    ]


def test_what_is_well_cannot_be_acknowledged_or_its_reminders_would_be_lost(
    browser: Client,
) -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    row = press(browser, row, "acknowledge")
    assert row.acknowledged_at is None
    assert "There is nothing to acknowledge" in page(browser, row)


@pytest.mark.parametrize(("days", "shown"), [(45, True), (90, False)])
def test_an_end_that_people_are_reminded_of_can_be_acknowledged(
    browser: Client, days: int, shown: bool
) -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    end = (database_now() + timedelta(days=days)).date()
    Credential.objects.filter(pk=row.pk).update(expires_on=end, remind_before=[60, 7])
    assert ('id="acknowledge"' in page(browser, row)) is shown
    row = press(browser, row, "acknowledge")
    assert muting.is_acknowledged(row) is shown


def test_what_could_not_be_checked_can_be_snoozed_but_not_acknowledged(browser: Client) -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    Credential.objects.filter(pk=row.pk).update(could_not_look_shown=True)
    text = page(browser, row)
    assert 'id="snooze"' in text
    assert 'id="acknowledge"' not in text


@pytest.mark.parametrize("days", muting.SNOOZES)
def test_snoozed_it_says_until_when(browser: Client, bad: Credential, days: int) -> None:
    before = database_now()
    row = press(browser, bad, "snooze", days=str(days))
    assert row.snoozed_until is not None
    assert timedelta(0) <= row.snoozed_until - before - timedelta(days=days) < timedelta(minutes=1)
    assert "Snoozed: the next notice comes" in page(browser, row)
    event = AuditEvent.objects.get(action="credentials:notices:snooze")
    assert event.details == {"count": days}


@pytest.mark.parametrize("days", ["", "0", "-1", "365", "seven"])
def test_another_number_of_days_is_refused_in_words(
    browser: Client, bad: Credential, days: str
) -> None:
    row = press(browser, bad, "snooze", days=days)
    assert row.snoozed_until is None
    assert "Choose for how many days from the list." in page(browser, row)


def test_an_acknowledgement_ends_with_the_next_change(browser: Client, bad: Credential) -> None:
    row = press(browser, bad, "acknowledge")
    row = scenes.checked(row, Outcome.VALID)
    row = scenes.checked(row, Outcome.EXPIRED)
    assert not muting.is_acknowledged(row)


def test_and_with_another_end(browser: Client, bad: Credential) -> None:
    row = press(browser, bad, "acknowledge")
    row.expires_on = (database_now() + timedelta(days=3)).date()
    assert not muting.is_acknowledged(row)


def test_a_snooze_that_is_taken_back_lets_go_what_it_held(browser: Client, bad: Credential) -> None:
    row = press(browser, bad, "snooze", days="7")
    change = row.changes.exclude(tell="").get()
    now = database_now()
    for person in notices.announce(change.pk, now=now):
        notices.mail_due_notices(person, now=now)
    assert Notice.objects.get().due_at == row.snoozed_until
    press(browser, row, "hear_again")
    assert Notice.objects.get().due_at <= database_now()


def test_who_only_looks_sees_the_state_and_no_button(browser: Client, bad: Credential) -> None:
    row = press(browser, bad, "snooze", days="7")
    viewer = cast.client_for(cast.someone(row.workspace, "viewer"))
    text = page(viewer, row)
    assert "Snoozed" in text
    assert 'id="hear_again"' not in text


def test_what_keeps_changing_says_how_it_is_told(browser: Client, bad: Credential) -> None:
    row = bad
    for outcome in (Outcome.VALID, Outcome.EXPIRED):
        row = scenes.checked(row, outcome)
    assert "It keeps changing" not in page(browser, row)
    row = scenes.checked(row, Outcome.VALID)
    assert "It keeps changing" in page(browser, row)
    row.changes.update(at=database_now() - timedelta(hours=25))
    assert "It keeps changing" not in page(browser, row)


def test_a_shorter_snooze_ends_sooner_for_what_waits_already(
    browser: Client, bad: Credential
) -> None:
    press(browser, bad, "snooze", days="30")
    hear(bad)
    press(browser, bad, "snooze", days="1")
    assert notices.mail_due_notices(cast.alice().pk, now=database_now()) is None
    assert (
        notices.mail_due_notices(cast.alice().pk, now=database_now() + timedelta(days=1))
        is not None
    )


def test_what_waits_for_a_snooze_that_was_made_longer_is_heard_again_at_once(
    browser: Client, bad: Credential
) -> None:
    press(browser, bad, "snooze", days="3")
    hear(bad)
    press(browser, bad, "snooze", days="7")
    press(browser, bad, "hear_again")
    assert notices.mail_due_notices(cast.alice().pk, now=database_now()) is not None


def hear(row: Credential) -> None:
    """What there is to tell of it is announced, and waits for the end of the snooze."""
    for person in notices.announce(row.changes.exclude(tell="").get().pk, now=database_now()):
        assert notices.mail_due_notices(person, now=database_now()) is None
