"""Durations as people write them: 15m, 12h, 30 days."""

import re
from datetime import timedelta

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
WRITTEN = re.compile(
    r"([1-9][0-9]{0,5}) ?(m|min|minutes?|h|hours?|d|days?)", re.ASCII | re.IGNORECASE
)


class NoDuration(ValueError):
    """The text is not a number followed by minutes, hours or days."""


def read_duration(text: str) -> timedelta:
    """Parse ``text``. Raises NoDuration."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise NoDuration
    return int(found[1]) * UNITS[found[2][0].lower()]


def write_duration(duration: timedelta) -> str:
    """The shortest text for ``duration``, which must be a whole number of minutes."""
    number, unit = in_one_unit(duration)
    return f"{number}{unit}"


def in_one_unit(duration: timedelta) -> tuple[int, str]:
    """The duration in its largest unit without a remainder: a number, and m, h or d."""
    for unit in ("d", "h"):
        if not duration % UNITS[unit]:
            return duration // UNITS[unit], unit
    return duration // UNITS["m"], "m"
