"""The time of the database, so that processes with wrong clocks agree on leases."""

import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

ASKED_EVERY_S = 5.0
UPTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Counts the time that a machine sleeps, too."""


class Reading:
    """When the database was last asked, by our uptime, and what it said."""

    last: tuple[float, datetime] | None = None


def database_now() -> datetime:
    """The database's own time; SQLite has none but ours.

    It is asked every few seconds, and what has passed since is added.
    """
    if connection.vendor == "sqlite":
        return timezone.now()
    if Reading.last is not None:
        asked_at, said = Reading.last
        passed = time.clock_gettime(UPTIME) - asked_at
        if 0 <= passed < ASKED_EVERY_S:
            return said + timedelta(seconds=passed)
    return _ask()


def _ask() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        said: datetime = cursor.fetchone()[0]
    Reading.last = time.clock_gettime(UPTIME), said
    return said
