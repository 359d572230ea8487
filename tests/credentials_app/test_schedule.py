"""Whose word counts for how often to look and when to remind: tables without a database."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from credentials_app.schedule import (
    LONGEST,
    SHORTEST,
    USUAL_INTERVAL,
    USUAL_THRESHOLDS,
    instance_interval,
    interval_of,
    is_polite,
    thresholds_of,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Says:
    """The two columns, without the row around them."""

    check_every: timedelta | None = None
    remind_before: Any = None


SILENT = Says()

INTERVALS: dict[str, tuple[Says, Says | None, timedelta]] = {
    "nobody says anything: the instance": (SILENT, None, 8 * HOUR),
    "a rule that is silent: the instance": (SILENT, SILENT, 8 * HOUR),
    "the workspace": (SILENT, Says(2 * HOUR), 2 * HOUR),
    "the credential, without a rule": (Says(DAY), None, DAY),
    "the credential goes before the workspace": (Says(DAY), Says(2 * HOUR), DAY),
    "a credential below the bound": (Says(MINUTE), None, SHORTEST),
    "a workspace above the bound": (SILENT, Says(400 * DAY), LONGEST),
}

THRESHOLDS: dict[str, tuple[Says, Says | None, tuple[int, ...]]] = {
    "nobody says anything": (SILENT, None, USUAL_THRESHOLDS),
    "a rule that is silent": (SILENT, SILENT, USUAL_THRESHOLDS),
    "the workspace": (SILENT, Says(remind_before=[10, 2]), (10, 2)),
    "the credential goes before it": (Says(remind_before=[5]), Says(remind_before=[9]), (5,)),
    "a credential that wants none": (Says(remind_before=[]), Says(remind_before=[9]), ()),
    "a workspace that wants none": (SILENT, Says(remind_before=[]), ()),
    "out of order and twice": (Says(remind_before=[1, 30, 1, 0]), None, (30, 1, 0)),
    "the bounds": (Says(remind_before=[-1, 0, 365, 366]), None, (365, 0)),
    "what is no number": (Says(remind_before=["7", True, None, 7.0, 3]), None, (3,)),
    "what is no list": (Says(remind_before={"7": 1}), Says(remind_before=[9]), (9,)),
}


@pytest.mark.parametrize("name", INTERVALS)
def test_the_interval_is_that_of_whoever_is_nearest(name: str) -> None:
    row, rule, expected = INTERVALS[name]
    assert interval_of(row, rule, instance=8 * HOUR) == expected


def test_without_any_word_credentials_are_looked_at_twice_a_day() -> None:
    assert interval_of(SILENT, None) == USUAL_INTERVAL == 12 * HOUR


@pytest.mark.parametrize(("setting", "expected"), [(None, 12 * HOUR), (3 * HOUR, 3 * HOUR)])
def test_the_instance_may_say_another_interval(
    settings: Any, setting: timedelta | None, expected: timedelta
) -> None:
    settings.LOCKKEEPER_CHECK_INTERVAL = setting
    if setting is None:
        del settings.LOCKKEEPER_CHECK_INTERVAL
    assert instance_interval() == interval_of(SILENT, None) == expected


@pytest.mark.parametrize("name", THRESHOLDS)
def test_the_thresholds_are_those_of_whoever_is_nearest(name: str) -> None:
    row, rule, expected = THRESHOLDS[name]
    assert thresholds_of(row, rule) == expected


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (14 * MINUTE, False),
        (15 * MINUTE, True),
        (30 * DAY, True),
        (30 * DAY + MINUTE, False),
    ],
)
def test_the_bounds_themselves_are_polite(interval: timedelta, expected: bool) -> None:
    assert is_polite(interval) is expected
