"""The day that a reader asks about, by their clock, and its stretches in words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from credentials_app.access_report.asked_time import AskedTime

NOON = datetime(2026, 10, 30, 12, tzinfo=UTC)


@pytest.fixture
def berlin() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


def test_without_a_day_it_is_now() -> None:
    asked = AskedTime.of({}, NOON)
    assert (asked.begin, asked.end, asked.on, asked.parameters) == (NOON, NOON, None, {})
    assert asked.in_words(NOON, NOON) == ""


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-05-03", 24)]
)
def test_a_day_has_as_many_hours_as_the_clock_of_the_reader_says(day: str, hours: int) -> None:
    asked = AskedTime.of({"on": day}, NOON)
    assert asked.end - asked.begin == timedelta(hours=hours)
    assert asked.begin.astimezone(ZoneInfo("Europe/Berlin")).hour == 0
    assert asked.in_words(asked.begin, asked.end) == "the whole day"


@pytest.mark.usefixtures("berlin")
def test_today_ends_now() -> None:
    asked = AskedTime.of({"on": "2026-10-30"}, NOON)
    assert (asked.end, asked.is_over) == (NOON, False)
    assert asked.in_words(asked.begin, NOON) == "the whole day until now"


@pytest.mark.usefixtures("berlin")
def test_after_midnight_of_the_reader_their_today_has_begun() -> None:
    late = datetime(2026, 5, 3, 22, 30, tzinfo=UTC)
    assert AskedTime.of({"on": "2026-05-04"}, late).on == date(2026, 5, 4)
    assert AskedTime.of({"on": "2026-05-05"}, late).error.startswith("Day: 2026-05-05 has not")


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        ("00:00:00", "09:12:00", "until 09:12"),
        ("14:30:10", None, "from 14:30 on"),
        ("09:12:00", "14:30:00", "09:12 to 14:30"),
        ("09:12:05", "09:12:59", "09:12:05 to 09:12:59"),
    ],
)
def test_a_stretch_is_said_in_words(begin: str, end: str | None, words: str) -> None:
    asked = AskedTime.of({"on": "2026-05-03"}, NOON)
    since = datetime.fromisoformat(f"2026-05-03T{begin}+00:00")
    until = datetime.fromisoformat(f"2026-05-03T{end}+00:00") if end else asked.end
    assert asked.in_words(since, until) == words
