"""Rate limits with exact sliding windows, counted in the database cache, so without Redis.

No library does this: ``limits`` has exact windows on Redis only, and ``django-ratelimit`` does not
count atomically on a database cache. Here the unique key of the cache table decides.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.core.cache import cache
from django.utils import timezone


@dataclass(frozen=True)
class Limit:
    """``count`` slots for this key. A slot that is taken becomes free after ``window``."""

    key: str
    count: int
    window: timedelta

    @property
    def slots(self) -> list[str]:
        """The cache key of each slot."""
        digest = hashlib.sha256(self.key.encode()).hexdigest()
        return [f"throttle:{digest}:{number}" for number in range(self.count)]


@dataclass(frozen=True)
class Full:
    """All slots are taken; the next one becomes free at ``free_at``."""

    limit: Limit
    free_at: datetime


def network_of(address: str) -> str:
    """What one client has as its own: an IPv4 address, or the /64 around an IPv6 address.

    Takes the address that a request came from; returns other text unchanged.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or IPv6Network((found, 64), strict=False))
    return str(found)


def allow(key: str, limit: int, window: timedelta) -> bool:
    """Take one of ``limit`` slots for ``window``. False if none is free."""
    return take(Limit(key, limit, window)) is None


def take(*limits: Limit) -> Full | None:
    """Take one slot of each limit, or return the limit with the longest wait and take none.

    A slot is taken by an INSERT, so two callers never get the same slot.
    """
    now = timezone.now()
    taken = cache.get_many([slot for limit in limits for slot in limit.slots])
    full = [_full(limit, taken, now) for limit in limits if taken.keys() >= set(limit.slots)]
    if full:
        return max(full, key=lambda one: one.free_at)
    for limit in limits:
        if not _insert(limit, taken, now):
            return Full(limit, now + limit.window)
    return None


def free_last(limit: Limit) -> None:
    """Free the slot that was taken last."""
    taken: dict[str, float] = cache.get_many(limit.slots)
    if taken:
        cache.delete(max(taken, key=lambda slot: taken[slot]))


def _full(limit: Limit, taken: dict[str, float], now: datetime) -> Full:
    ends = [datetime.fromtimestamp(taken[slot], UTC) for slot in limit.slots]
    return Full(limit, max(min(ends, default=now + limit.window), now + timedelta(seconds=1)))


def _insert(limit: Limit, taken: dict[str, float], now: datetime) -> bool:
    ends, timeout = (now + limit.window).timestamp(), max(1, round(limit.window.total_seconds()))
    return any(cache.add(slot, ends, timeout=timeout) for slot in limit.slots if slot not in taken)
