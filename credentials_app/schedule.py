"""How often a credential is looked at, and how long before its end people hear of it. Pure.

A credential's own word goes first, then its workspace's, then the instance's.
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
    """The columns of a credential, and of a workspace's rule, that say how often and when."""

    @property
    def check_every(self) -> timedelta | None:
        """The time between two looks."""

    @property
    def remind_before(self) -> Any:
        """The days before the end."""


def is_polite(interval: timedelta) -> bool:
    """Whether credentials may be looked at this often, or this seldom."""
    return SHORTEST <= interval <= LONGEST


def instance_interval() -> timedelta:
    """The instance's time between two scheduled checks: the operator's setting."""
    return getattr(settings, "LOCKKEEPER_CHECK_INTERVAL", USUAL_INTERVAL)


def interval_of(
    row: HasSchedule, rule: HasSchedule | None, *, instance: timedelta | None = None
) -> timedelta:
    """The time between two scheduled looks at a credential whose workspace has this rule."""
    for says in (row.check_every, rule.check_every if rule else None):
        if says is not None:
            return min(max(says, SHORTEST), LONGEST)
    return instance or instance_interval()


def thresholds_of(row: HasSchedule, rule: HasSchedule | None) -> tuple[int, ...]:
    """How many days before its end people are told, the longest first; 0 is the day itself.

    None: nobody is told. What is stored and no number of days is left out.
    """
    for says in (row.remind_before, rule.remind_before if rule else None):
        if isinstance(says, list | tuple):
            return thresholds(says)
    return USUAL_THRESHOLDS


def thresholds(days: Iterable[Any]) -> tuple[int, ...]:
    """Days before the end, each once, the longest first; without what is no such number."""
    numbers = {day for day in days if type(day) is int}
    return tuple(sorted((d for d in numbers if FIRST_DAY <= d <= LAST_DAY), reverse=True))
