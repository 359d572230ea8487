"""Seals every stored value again with the newest key, while Lockkeeper runs."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from common.crypto import CannotOpen, KeyRing, WrongKey
from common.sealed_places import SealedPlace, SealedRow, opened, sealed_places

BATCH_SIZE = 200
MAX_PASSES = 10


@dataclass
class Resealed:
    """``done``: values sealed again. ``lost``: those that no key opens, by place and cause."""

    done: int = 0
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)


def counts_by_key() -> dict[str, Counter[str]]:
    """How many values each key has sealed, by place."""
    return {place.label: place.counts() for place in sealed_places()}


def left_to_reseal(ring: KeyRing) -> int:
    """How many values another key than the newest has sealed."""
    newest = ring.names[0]
    return sum(
        count
        for counts in counts_by_key().values()
        for name, count in counts.items()
        if name != newest
    )


def reseal_all(ring: KeyRing, *, on_progress: Callable[[int], None]) -> Resealed:
    """Seal what other keys sealed with the newest key, row by row; each row is whole at any time.

    A value that somebody changes meanwhile is left to them, and read again in the next pass.
    ``on_progress`` is called with the number of values done.
    """
    total = Resealed()
    with _commits_without_waiting():
        for _ in range(MAX_PASSES):
            total.lost.clear()
            changed_by_others = 0
            for place in sealed_places():
                for row in _other_rows(place, ring):
                    changed_by_others += not _reseal_row(place, row, ring, total)
                    on_progress(total.done)
            if not changed_by_others:
                break
    return total


def _other_rows(place: SealedPlace, ring: KeyRing) -> Iterator[SealedRow]:
    after: object = None
    while rows := place.other_than(ring.names[0], after=after, most=BATCH_SIZE):
        yield from rows
        after = rows[-1].pk


def _reseal_row(place: SealedPlace, row: SealedRow, ring: KeyRing, total: Resealed) -> bool:
    """False: somebody has changed the row meanwhile."""
    try:
        plain = opened(row, ring)
    except WrongKey as wrong:
        total.lost[place.label, f"key {wrong.key_name} is not given"] += 1
        return True
    except CannotOpen:
        total.lost[place.label, "changed, cut, or moved from another row"] += 1
        return True
    if not place.swap(row, ring.seal(plain, row.context)):
        return False
    total.done += 1
    return True


@contextmanager
def _commits_without_waiting() -> Iterator[None]:
    """Thousands of commits need not each wait for the disk: a lost one is done again.

    The caller's next commit waits, and with it all of these are on the disk.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
