"""What may happen only so often, counted in the database so that it holds without Redis."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.utils import timezone


@dataclass(frozen=True)
class Limit:
    """``count`` slots for this key; each is free again after ``window``."""

    key: str
    count: int
    window: timedelta

    @property
    def slots(self) -> list[str]:
        """The names of the rows that stand for taken slots."""
        digest = hashlib.sha256(self.key.encode()).hexdigest()
        return [f"throttle:{digest}:{number}" for number in range(self.count)]


@dataclass(frozen=True)
class Full:
    """No slot is left; the next one is free at this moment."""

    limit: Limit
    free_at: datetime


def allow(key: str, limit: int, window: timedelta) -> bool:
    """Take one of ``limit`` slots; each is free again after ``window``. False when none is free."""
    return take(Limit(key, limit, window)) is None


def take(*limits: Limit) -> Full | None:
    """Take one slot of each limit, or none and tell the limit that keeps one waiting longest.

    A slot is taken by an insert, so two callers never get the same one.
    """
    now = timezone.now()
    taken = cache.get_many([slot for limit in limits for slot in limit.slots])
    full = [_full(limit, taken, now) for limit in limits if taken.keys() >= set(limit.slots)]
    if full:
        return max(full, key=lambda each: each.free_at)
    for limit in limits:
        if not _insert(limit, taken, now):
            return Full(limit, now + limit.window)
    return None


def _full(limit: Limit, taken: dict[str, float], now: datetime) -> Full:
    ends = [datetime.fromtimestamp(taken[slot], UTC) for slot in limit.slots]
    return Full(limit, max(min(ends, default=now + limit.window), now + timedelta(seconds=1)))


def _insert(limit: Limit, taken: dict[str, float], now: datetime) -> bool:
    ends, lasts = (now + limit.window).timestamp(), max(1, round(limit.window.total_seconds()))
    return any(cache.add(slot, ends, timeout=lasts) for slot in limit.slots if slot not in taken)
