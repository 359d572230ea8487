"""The schedule of real rows: how soon a look is followed by the next, and when it last worked."""

from datetime import UTC, datetime, time, timedelta

import pytest

from common.clock import database_now
from credentials_app.models import Credential, WorkspaceRule
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from tests.credentials_app import scenes

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JITTER = 0.1


def rule_of(row: Credential, check_every: timedelta) -> None:
    WorkspaceRule.objects.create(
        workspace=row.workspace, check_every=check_every, changed_at=database_now()
    )


def wait(row: Credential) -> timedelta:
    assert row.next_check_at is not None
    assert row.last_checked_at is not None
    return row.next_check_at - row.last_checked_at


def is_about(found: timedelta, expected: timedelta) -> bool:
    return abs(found - expected) <= expected * JITTER + MINUTE


def test_without_any_word_the_next_look_is_due_after_the_instances_interval() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    assert is_about(wait(row), 12 * HOUR)


def test_the_next_look_is_due_after_the_workspaces_interval() -> None:
    row = scenes.stored()
    rule_of(row, 3 * DAY)
    assert is_about(wait(scenes.checked(row, Outcome.VALID)), 3 * DAY)


def test_the_next_look_is_due_after_the_credentials_own_interval() -> None:
    row = scenes.stored()
    rule_of(row, 3 * DAY)
    Credential.objects.update(check_every=15 * MINUTE)
    assert is_about(wait(scenes.checked(row, Outcome.VALID)), 15 * MINUTE)


def test_a_known_end_is_looked_at_a_minute_after_it_however_long_the_interval() -> None:
    row = scenes.stored()
    Credential.objects.update(check_every=30 * DAY)
    end = database_now() + 2 * DAY
    told = scenes.verdict(Outcome.VALID, expires_at=end, expires_source=ExpirySource.PROVIDER)
    assert scenes.checked(row, told).next_check_at == end + MINUTE


def test_a_typed_end_is_looked_at_a_minute_after_it_too() -> None:
    day = (database_now() + 2 * DAY).astimezone(UTC).date()
    row = scenes.stored(expires_on=day)
    Credential.objects.update(check_every=30 * DAY)
    midnight = datetime.combine(day, time.min, UTC)
    assert scenes.checked(row, Outcome.VALID).next_check_at == midnight + MINUTE


def test_an_end_that_lies_behind_hastens_nothing() -> None:
    row = scenes.stored(expires_on=database_now().astimezone(UTC).date() - 2 * DAY)
    assert is_about(wait(scenes.checked(row, Outcome.VALID)), 12 * HOUR)


def test_no_short_interval_hastens_what_was_refused() -> None:
    row = scenes.stored()
    Credential.objects.update(check_every=15 * MINUTE)
    row = scenes.checked(scenes.checked(row, Outcome.REJECTED), Outcome.REJECTED)
    assert is_about(wait(row), 6 * HOUR)


def test_what_worked_is_remembered_beside_what_failed() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    worked = row.last_checked_at
    assert (row.last_good_at, row.last_bad_at) == (worked, None)
    row = scenes.checked(row, Outcome.EXPIRED)
    assert (row.last_good_at, row.last_bad_at) == (worked, row.last_checked_at)


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.UNPROVED])
def test_what_shows_neither_is_neither(outcome: Outcome) -> None:
    row = scenes.checked(scenes.stored(), outcome)
    assert (row.last_good_at, row.last_bad_at) == (None, None)
    assert row.last_checked_at is not None
