"""Reports come at 08:00 of the reader's day, also where clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials_app.models import Frequency
from credentials_app.reports.timing import next_report, since_of

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
         "Pacific/Apia", "Pacific/Chatham", "America/Sao_Paulo"]  # fmt: skip
CASES = {
    "weekly from a Tuesday": ("weekly", "2026-03-10T12:00", "UTC", "2026-03-16T08:00"),
    "weekly on Monday before 8": ("weekly", "2026-03-16T07:59", "UTC", "2026-03-16T08:00"),
    "weekly on Monday at 8": ("weekly", "2026-03-16T08:00", "UTC", "2026-03-23T08:00"),
    "weekly over the change to summer time": (
        "weekly", "2026-03-24T12:00", "Europe/Berlin", "2026-03-30T06:00",
    ),
    "weekly over the change to winter time": (
        "weekly", "2026-10-20T12:00", "Europe/Berlin", "2026-10-26T07:00",
    ),
    "daily on the day of the change": (
        "daily", "2026-03-29T00:30", "Europe/Berlin", "2026-03-29T06:00",
    ),
    "daily, west of Greenwich": ("daily", "2026-03-10T12:00", "America/New_York",
                                 "2026-03-11T12:00"),
    "weekly, already Monday in the east": (
        "weekly", "2026-03-15T22:00", "Asia/Kolkata", "2026-03-16T02:30",
    ),
    "monthly": ("monthly", "2026-03-10T12:00", "UTC", "2026-04-01T08:00"),
    "monthly over the end of the year": ("monthly", "2026-12-01T08:00", "UTC", "2027-01-01T08:00"),
    "monthly from a long month": ("monthly", "2026-01-31T09:00", "UTC", "2026-02-01T08:00"),
}  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("case", CASES)
def test_the_next_report(case: str) -> None:
    frequency, after, zone, expected = CASES[case]
    assert next_report(Frequency(frequency), at(after), ZoneInfo(zone)) == at(expected)


def test_who_wants_none_gets_none() -> None:
    assert next_report(Frequency.NEVER, at("2026-03-10T12:00"), ZoneInfo("UTC")) is None


@given(
    minutes=st.integers(0, 12 * 366 * 24 * 60),
    zone=st.sampled_from(ZONES),
    frequency=st.sampled_from([Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY]),
)
def test_it_is_always_eight_o_clock_of_a_right_day_and_never_one_left_out(
    minutes: int, zone: str, frequency: Frequency
) -> None:
    moment, place = at("2024-01-01T00:00") + timedelta(minutes=minutes), ZoneInfo(zone)
    first = next_report(frequency, moment, place)
    assert first is not None
    assert first > moment
    local = first.astimezone(place)
    assert (local.hour, local.minute) == (8, 0)
    right = {Frequency.DAILY: True, Frequency.WEEKLY: local.weekday() == 0}
    assert right.get(frequency, local.day == 1)
    assert next_report(frequency, first - timedelta(seconds=1), place) == first
    longest = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31}[frequency]
    assert first - moment <= timedelta(days=longest, hours=1)


def test_changes_are_told_since_the_last_report_or_since_it_would_have_been() -> None:
    now, last = at("2026-03-16T08:00"), at("2026-03-09T08:00")
    assert since_of(Frequency.DAILY, last, now) == last
    assert since_of(Frequency.WEEKLY, None, now) == last
    assert since_of(Frequency.DAILY, None, now) == at("2026-03-15T08:00")
