"""When a credential ends: what the registry told, what a person typed, and which one counts."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from credentials_app.expiry import (
    EARLIEST,
    LATEST,
    WARNING,
    Expiry,
    expiry_of,
    on_a_calendar,
    typed_end,
)
from credentials_app.models import Credential
from registry.evidence import ExpirySource
from tests.credentials_app.scenes import NOON

MOMENT = timedelta(seconds=1)


def row(**columns: object) -> Credential:
    return Credential(name="deploy", status_since=NOON, **columns)


def test_a_typed_day_ends_as_it_begins_at_midnight_utc() -> None:
    end = typed_end(date(2026, 3, 10))
    assert end == datetime(2026, 3, 10, tzinfo=UTC)
    typed = expiry_of(row(expires_on=date(2026, 3, 10)))
    assert typed.source is ExpirySource.TYPED
    assert typed.last_day == date(2026, 3, 9)
    assert not typed.is_past(datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC))
    assert typed.is_past(datetime(2026, 3, 10, tzinfo=UTC))


def test_the_last_day_is_the_same_in_every_time_zone() -> None:
    tokyo = timezone(timedelta(hours=9))
    ends = datetime(2026, 3, 10, tzinfo=UTC).astimezone(tokyo)
    told = expiry_of(row(expires_at=ends, expires_source="provider"))
    assert told.last_day == date(2026, 3, 9)


def test_a_typed_day_that_the_registry_contradicts_is_flagged() -> None:
    ends = {"expires_at": datetime(2026, 5, 1, tzinfo=UTC), "expires_source": "provider"}
    assert expiry_of(row(expires_on=date(2026, 4, 1), **ends)).conflict == date(2026, 4, 1)
    assert expiry_of(row(expires_on=date(2026, 5, 1), **ends)).conflict is None
    assert expiry_of(row(**ends)).conflict is None


def test_nothing_known_is_said_to_be_unknown() -> None:
    nothing = expiry_of(row())
    assert (nothing.at, nothing.source) == (None, ExpirySource.UNKNOWN)
    assert not nothing.is_past(NOON)
    assert not nothing.is_near(NOON)


@pytest.mark.parametrize(
    ("left", "past", "near"),
    [
        (WARNING + MOMENT, False, False),
        (WARNING, False, True),
        (MOMENT, False, True),
        (timedelta(), True, True),
        (-MOMENT, True, True),
    ],
)
def test_an_end_is_near_for_thirty_days_and_past_from_its_moment_on(
    left: timedelta, past: bool, near: bool
) -> None:
    end = Expiry(NOON + left, ExpirySource.PROVIDER)
    assert (end.is_past(NOON), end.is_near(NOON)) == (past, near)
    assert end.is_near(NOON, left) is True


@pytest.mark.parametrize("source", ["provider", "secret", "by_design"])
def test_an_end_that_a_check_found_goes_before_a_typed_one(source: str) -> None:
    found = expiry_of(row(expires_on=date(2026, 4, 1), expires_at=NOON, expires_source=source))
    assert (found.at, found.source) == (NOON, ExpirySource(source))


def test_no_end_that_a_check_found_contradicts_a_typed_day() -> None:
    found = expiry_of(row(expires_on=date(2026, 4, 1), expires_source="provider"))
    assert (found.at, found.conflict) == (None, date(2026, 4, 1))


def test_the_day_of_an_end_is_that_of_utc() -> None:
    here = datetime(2026, 5, 1, 3, tzinfo=timezone(timedelta(hours=9)))
    told = {"expires_at": here, "expires_source": "provider"}
    assert expiry_of(row(expires_on=date(2026, 4, 30), **told)).conflict is None
    assert expiry_of(row(expires_on=date(2026, 5, 1), **told)).conflict == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), LATEST),
        (datetime(1, 1, 1, tzinfo=UTC), EARLIEST),
        (NOON, NOON),
    ],
)
def test_an_end_that_no_calendar_shows_is_brought_into_it(told: datetime, kept: datetime) -> None:
    assert on_a_calendar(told) == kept


def test_no_typed_day_is_no_end() -> None:
    assert typed_end(None) is None
