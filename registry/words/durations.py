"""Durations in words. Pure."""

from datetime import timedelta

UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def duration_in_words(span: timedelta) -> str:
    """Return the duration in the largest unit that fits: `5 minutes`, `an hour`, `90 minutes`.

    It is rounded to that unit. A negative one, or at most half a second, is `0 seconds`.
    """
    seconds = max(round(span.total_seconds()), 0)
    size, unit = next((u for u in UNITS if seconds >= u[0] and _fits(seconds, u[0])), UNITS[-1])
    count = round(seconds / size)
    if count == 1:
        return f"an {unit}" if unit == "hour" else f"a {unit}"
    return f"{count} {unit}s"


def _fits(seconds: int, size: int) -> bool:
    """True if rounding to this unit (in seconds) changes the duration by at most a tenth."""
    return abs(seconds - round(seconds / size) * size) * 10 <= seconds
