"""The time of the database: processes on machines with wrong clocks agree on leases by it."""

import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

QUERY_EVERY_S = 5.0
PRECISE = timedelta(seconds=0.05)
UPTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""This clock also counts the time in which the machine is suspended."""


class Reading:
    """The last time that the database returned, with our uptime before we asked for it, and the
    last value that we returned."""

    last: tuple[float, datetime] | None = None
    returned: datetime | None = None


def database_now() -> datetime:
    """The time of the database server. For SQLite it is the time of this machine.

    Queries the server every 5 seconds; between two queries the elapsed uptime is added. What
    happened before the call is never later than the value, which is at most 0.05 seconds ahead:
    an answer that took longer is used once. Within that precision the value never goes back.
    """
    if connection.vendor == "sqlite":
        return timezone.now()
    now, before = _time(), Reading.returned
    if before is not None and timedelta(0) < before - now <= PRECISE:
        return before
    Reading.returned = now
    return now


def _time() -> datetime:
    if Reading.last is not None:
        queried_at, server_time = Reading.last
        elapsed = time.clock_gettime(UPTIME) - queried_at
        if 0 <= elapsed < QUERY_EVERY_S:
            return server_time + timedelta(seconds=elapsed)
    return _query()


def _query() -> datetime:
    asked_at = time.clock_gettime(UPTIME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        server_time: datetime = cursor.fetchone()[0]
    took = time.clock_gettime(UPTIME) - asked_at
    Reading.last = (asked_at, server_time) if took <= PRECISE.total_seconds() else None
    return server_time
