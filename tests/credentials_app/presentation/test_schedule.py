"""Intervals and reminders in the words of pages."""

from datetime import timedelta

import pytest

from credentials_app.presentation.schedule import interval_words, reminder_words, schedule_view
from tests.credentials_app.test_schedule import Says

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.25, "15 minutes"), (1, "1 hour"), (12, "12 hours"), (24, "1 day"), (720, "30 days")],
)
def test_an_interval_is_told_in_one_unit(hours: float, words: str) -> None:
    assert interval_words(hours * HOUR) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((30, 14, 7, 3, 1, 0), "30, 14, 7, 3 and 1 days before, and on the last day"),
        ((7, 1), "7 and 1 days before"),
        ((7,), "7 days before"),
        ((1,), "1 day before"),
        ((1, 0), "1 day before, and on the last day"),
        ((0,), "on the last day"),
        ((), "never"),
    ],
)
def test_reminders_are_told_in_a_sentence(days: tuple[int, ...], words: str) -> None:
    assert reminder_words(days) == words


def test_each_is_told_with_who_says_so() -> None:
    seen = schedule_view(Says(2 * HOUR), Says(remind_before=[5]))
    assert (seen.every, str(seen.every_by)) == ("2 hours", "set for the workspace")
    assert (seen.reminders, str(seen.reminders_by)) == ("5 days before", "set for this credential")
    seen = schedule_view(None)
    assert (seen.every, str(seen.every_by)) == ("12 hours", "as everywhere here")
