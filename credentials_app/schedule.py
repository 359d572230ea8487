"""How often a credential is checked, and how long before its end people are reminded. Pure.

The credential's own setting has priority, then its workspace's, then the instance's.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(days=30)
USUAL_INTERVAL = timedelta(hours=12)
USUAL_THRESHOLDS = (30, 14, 7, 3, 1, 0)
FIRST_DAY, LAST_DAY = 0, 365


class HasSchedule(Protocol):
    """The columns of a credential and of a workspace's rule that set the schedule."""

    @property
    def check_every(self) -> timedelta | None:
        """The time between two checks."""

    @property
    def remind_before(self) -> Any:
        """The days before the end on which people are reminded."""


def is_polite(interval: timedelta) -> bool:
    """True if the time between two checks is neither too short nor too long."""
    return SHORTEST <= interval <= LONGEST


def instance_interval() -> timedelta:
    """The operator's setting of the time between two scheduled checks."""
    return getattr(settings, "LOCKKEEPER_CHECK_INTERVAL", USUAL_INTERVAL)


def interval_of(
    row: HasSchedule, rule: HasSchedule | None, *, instance: timedelta | None = None
) -> timedelta:
    """The time between two scheduled checks of a credential whose workspace has this rule."""
    for interval in (row.check_every, rule.check_every if rule else None):
        if interval is not None:
            return min(max(interval, SHORTEST), LONGEST)
    return instance or instance_interval()


def thresholds_of(row: HasSchedule, rule: HasSchedule | None) -> tuple[int, ...]:
    """How many days before the end people are reminded, the longest first; 0 is the day itself.

    Empty: nobody is reminded. Stored values that are no valid number of days are ignored.
    """
    for days in (row.remind_before, rule.remind_before if rule else None):
        if isinstance(days, list | tuple):
            return thresholds(days)
    return USUAL_THRESHOLDS


def thresholds(days: Iterable[Any]) -> tuple[int, ...]:
    """The valid numbers of days among these, each once, the longest first."""
    numbers = {day for day in days if type(day) is int}
    return tuple(sorted((d for d in numbers if FIRST_DAY <= d <= LAST_DAY), reverse=True))
