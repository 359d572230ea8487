"""Outlasts an outage of the database: what must be stored is stored as soon as it is back.

On its own: checks hold results that cost a sign-in, and leases that others wait for.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
Result = TypeVar("Result")
DATABASE_IS_GONE = (OperationalError, InterfaceError)
PATIENCE_S = 60.0
"""After so long the leases of a check have ended by themselves."""
TRIED_EVERY_S = 1.0


def outlast(deed: Callable[[], Result], *, gives_up: Callable[[], bool]) -> Result:
    """Do the deed; while the database is away, try again every second.

    It must be safe to repeat, and be called outside a transaction. Raises the error of the last
    try after 60 seconds, or as soon as ``gives_up`` is true.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return deed()
        except DATABASE_IS_GONE as gone:
            if connection.in_atomic_block or gives_up() or time.monotonic() >= deadline:
                raise
            log.warning("The database is away: %s", type(gone).__name__)
        connection.close_if_unusable_or_obsolete()
        time.sleep(TRIED_EVERY_S)
