"""Parse `Retry-After` and `Date`: how long a registry asks us to wait, and its clock.

On its own: it parses one header, as its neighbors do.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from registry.protocol.http import Response

MIN_S, MAX_S, UNREADABLE_S = 1, 24 * 3600, 60


def retry_after_s(response: Response, now: datetime | None = None) -> int | None:
    """The seconds of `Retry-After` or `X-Retry-After`, from 1 s to 24 h; None without a header.

    A date counts from ``now`` (aware), else from the answer's own `Date`. Unreadable and negative
    values are 60 s. Never raises. Source: RFC 9110 section 10.2.3.
    """
    text = (response.header("Retry-After") or response.header("X-Retry-After")).strip()
    if not text:
        return None
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    if seconds is None:
        seconds = _until(text, now or _date(response.header("Date")))
    return UNREADABLE_S if seconds is None else max(MIN_S, min(MAX_S, seconds))


def date_of(response: Response) -> datetime | None:
    """The `Date` of an answer (aware); None if it has none that can be read. Never raises."""
    return _date(response.header("Date"))


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
