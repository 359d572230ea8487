"""Shutdown of a worker: it starts no further check, and releases the claims it cannot finish."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import DatabaseError

from common.database_outage import outlast

log = logging.getLogger(__name__)
Result = TypeVar("Result")
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


def until_stored(deed: Callable[[], Result]) -> Result:
    """Do the deed, again and again while the database is away, unless the process must end."""
    return outlast(deed, gives_up=is_requested)
