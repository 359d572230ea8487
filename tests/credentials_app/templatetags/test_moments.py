"""How far away a time is, in words: an end within 60 days is told in days, as mails tell it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from credentials_app.notices.content import ends
from credentials_app.templatetags.moments import span_of_days, spoken

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
