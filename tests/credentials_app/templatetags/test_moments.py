"""How far away a time is, in words: an end within 60 days is told in days, as mails tell it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils.formats import date_format

from credentials_app.notices.content import ends
from credentials_app.templatetags.moments import day_in_words, since, span_of_days, spoken

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FAR = {
    "in a moment": timedelta(seconds=30),
    "in 2\xa0hours": timedelta(hours=2),
    "in 1 day": DAY + timedelta(hours=3),
    "in 11 days": 11.5 * DAY,
    "in 59 days": 59.9 * DAY,
    "in 2\xa0months": 75 * DAY,
    "just now": timedelta(),
    "7 days ago": -7 * DAY,
    "3\xa0months ago": -100 * DAY,
}


@pytest.mark.parametrize("expected", FAR)
def test_the_distance_is_told_in_one_unit_and_never_in_weeks(expected: str) -> None:
    with time_machine.travel(NOON, tick=False):
        assert spoken(NOON + FAR[expected]) == expected


@pytest.mark.parametrize("days", range(2, 60))
def test_list_and_mail_tell_the_same_number_of_days(days: int) -> None:
    at = NOON + days * DAY + timedelta(hours=5)
    with time_machine.travel(NOON, tick=False):
        assert spoken(at) == f"in {days} days"
        assert ends(at, NOON) == f"ends in {days} days"


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ((0, 0), "29 Nov"),
        ((27, 0), "2 Nov – 29 Nov"),
        ((365, 0), "29 Nov 2025 – 29 Nov 2026"),
        ((400, 399), "25 Oct 2025 – 26 Oct 2025"),
    ],
)
def test_a_span_of_days_names_the_year_if_it_is_another_one(
    days_ago: tuple[int, int], expected: str
) -> None:
    since, until = (NOON - days * DAY for days in days_ago)
    with time_machine.travel(NOON, tick=False):
        assert span_of_days(since, until) == expected


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(seconds=20), "11:59</time>"),
        (timedelta(hours=2), "10:00</time> (2\xa0hours)"),
        (13 * timedelta(hours=1), "28 Nov 2026</time> (13\xa0hours)"),
        (30 * DAY, "30 Oct 2026</time> (30 days)"),
        (400 * DAY, "25 Oct 2025</time> (1\xa0year)"),
    ],
)
def test_a_beginning_is_a_time_or_a_day_and_never_says_ago(ago: timedelta, expected: str) -> None:
    with time_machine.travel(NOON, tick=False):
        assert since(NOON - ago).endswith(expected)


def test_every_date_is_written_in_one_form() -> None:
    """Our tags, and what Django writes of itself, as in the administration."""
    assert day_in_words(NOON.date()) == "29 Nov 2026" == date_format(NOON.date())
    assert date_format(NOON, "DATETIME_FORMAT") == "29 Nov 2026, 12:00"
    assert {date_format(date(2026, month, 1)) for month in range(1, 13)} == {
        day_in_words(date(2026, month, 1)) for month in range(1, 13)
    }
