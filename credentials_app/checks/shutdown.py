"""Shutdown of a worker: it starts no further check, and releases the claims it cannot finish."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError

log = logging.getLogger(__name__)
_requested = threading.Event()
_releases: list[Callable[[], None]] = []


def request() -> None:
    """Start no further check in this process."""
    _requested.set()


def is_requested() -> bool:
    return _requested.is_set()


@contextmanager
def release_on_shutdown(*releases: Callable[[], None]) -> Iterator[None]:
    """Register functions that release the claims of this block, in case the process must end
    before the block does."""
    _releases.extend(releases)
    try:
        yield
    finally:
        for release in releases:
            _releases.remove(release)


def release_all_held() -> None:
    """Release every claim of the blocks that still run, so that nobody waits for their leases."""
    for release in tuple(_releases):
        try:
            release()
        except DatabaseError:  # the lease expires by itself
            log.warning("A claim could not be released; it ends when its lease expires.")
