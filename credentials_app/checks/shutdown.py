"""A worker that is told to end: it begins no further check, and gives back what takes too long."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError

log = logging.getLogger(__name__)
_told = threading.Event()
_held: list[Callable[[], None]] = []


def request() -> None:
    """From now on nothing is begun in this process."""
    _told.set()


def is_requested() -> bool:
    """Whether this process ends soon."""
    return _told.is_set()


@contextmanager
def release_on_shutdown(*ways: Callable[[], None]) -> Iterator[None]:
    """While the block runs, these give back what it holds, if the process may not wait for it."""
    _held.extend(ways)
    try:
        yield
    finally:
        for way in ways:
            _held.remove(way)


def release_all_held() -> None:
    """Give back what is held still, so that nobody waits until the leases end."""
    for give_back in tuple(_held):
        try:
            give_back()
        except DatabaseError:  # then they end by themselves
            log.warning("A claim could not be given back; its lease brings it back.")
