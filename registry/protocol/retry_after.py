"""How long a registry asks us to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from registry.protocol.http import Response

SHORTEST_S, LONGEST_S, NONSENSE_S = 1, 24 * 3600, 60


def retry_after_s(response: Response, now: datetime | None = None) -> int | None:
    """Seconds from `Retry-After` (RFC 9110 section 10.2.3), between 1 s and 24 h.

    A date is measured against ``now``, else against the answer's own `Date`. Nonsense and
    negative values are 60 s; no such header is None.
    """
    text = (response.header("Retry-After") or response.header("X-Retry-After")).strip()
    if not text:
        return None
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    if seconds is None:
        seconds = _until(text, now or _date(response.header("Date")))
    return NONSENSE_S if seconds is None else max(SHORTEST_S, min(LONGEST_S, seconds))


def _until(text: str, now: datetime | None) -> int | None:
    then = _date(text)
    if then is None or now is None or then < now:
        return None
    return int((then - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
