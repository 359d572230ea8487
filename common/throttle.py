"""What may happen only so often, counted in the database so that it holds without Redis."""

import hashlib
from datetime import timedelta

from django.core.cache import cache


def allow(key: str, limit: int, window: timedelta) -> bool:
    """Take one of ``limit`` slots; each is free again after ``window``. False when none is free.

    A slot is taken by an insert, so two callers never get the same one.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()
    slots = [f"throttle:{digest}:{number}" for number in range(limit)]
    taken = cache.get_many(slots)
    lasts = max(1, round(window.total_seconds()))
    return any(cache.add(slot, 1, timeout=lasts) for slot in slots if slot not in taken)
