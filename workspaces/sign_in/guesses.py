"""Limits guesses at the password of one account over all clients, whoever makes them.

20 wrong passwords within 15 minutes are free. After that one guess is allowed after a delay, which
doubles from one minute to an hour, until a day passes without a guess. A browser that the person
used before is not held up, so no stranger locks anybody out. The limit counts what was typed as
the address, whether there is such an account or not.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from common.throttle import Limit, free_last, take

FREE, WINDOW = 20, timedelta(minutes=15)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=1)
MEMORY = timedelta(days=1)


def take_guess(address: str) -> datetime | None:
    """Take the right to one guess. None if it may be made, else when the next one may."""
    key = _key(address)
    delays: int = cache.get(f"{key}:delays", 0)
    if not delays and take(_limit(key)) is None:
        return None
    now = timezone.now()
    delay = delay_after(delays)
    next_at = (now + delay).timestamp()
    if cache.add(f"{key}:turn", next_at, timeout=round(delay.total_seconds())):
        cache.set(f"{key}:delays", delays + 1, timeout=round(MEMORY.total_seconds()))
        return None
    ends = cache.get(f"{key}:turn", now.timestamp() + 1)
    return datetime.fromtimestamp(ends, UTC)


def return_guess(address: str) -> None:
    """Give a guess back that was right."""
    free_last(_limit(_key(address)))


def forget_guesses(address: str) -> None:
    """Forget the guesses at an account whose person has proven the address by a mailed link."""
    key = _key(address)
    cache.delete_many([f"{key}:delays", f"{key}:turn", *_limit(key).slots])


def delay_after(delays: int) -> timedelta:
    """How long the next guess waits after so many delays."""
    factor: int = 2 ** min(delays, 10)
    return min(FIRST_DELAY * factor, LONGEST_DELAY)


def _key(address: str) -> str:
    return "guess:" + hashlib.sha256(address.strip().lower().encode()).hexdigest()


def _limit(key: str) -> Limit:
    return Limit(key, FREE, WINDOW)
