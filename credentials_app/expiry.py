"""When a credential ends: what the registry told and what people typed, put together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from registry.evidence import ExpirySource

WARNING = timedelta(days=30)
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
TOLD = frozenset({ExpirySource.PROVIDER, ExpirySource.SECRET, ExpirySource.BY_DESIGN})
"""The sources that a check finds out by itself."""


class HasExpiry(Protocol):
    """The columns that the end is read from."""

    expires_on: date | None
    expires_at: datetime | None
    expires_source: str


@dataclass(frozen=True)
class Expiry:
    """The first moment at which it does not work any more, and who says so.

    ``conflict`` is what a person typed when the registry says another day.
    """

    at: datetime | None
    source: ExpirySource
    conflict: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day (UTC) on which it works for the whole or a part of the day."""
        return (self.at - timedelta(microseconds=1)).astimezone(UTC).date() if self.at else None

    def is_past(self, now: datetime) -> bool:
        """Whether the end is reached; the end itself is past."""
        return self.at is not None and self.at <= now

    def is_near(self, now: datetime, window: timedelta = WARNING) -> bool:
        """Whether the end lies within the warning window, or behind us."""
        return self.at is not None and self.at <= now + window


def on_a_calendar(at: datetime) -> datetime:
    """An end that a token or a registry told, within what every reader's calendar can show.

    Some write *never* as the last second of the year 9999, and nothing can be counted from there.
    """
    return min(max(at, EARLIEST), LATEST)


def typed_end(day: date | None) -> datetime | None:
    """A typed day as providers mean it: it ends as that day begins, at midnight UTC."""
    return datetime.combine(day, time.min, UTC) if day else None


def expiry_of(row: HasExpiry) -> Expiry:
    """What a check found out goes before what was typed."""
    source = ExpirySource(row.expires_source)
    if source not in TOLD:
        typed = typed_end(row.expires_on)
        return Expiry(typed, ExpirySource.TYPED if typed else ExpirySource.UNKNOWN)
    told_day = row.expires_at.astimezone(UTC).date() if row.expires_at else None
    differs = row.expires_on is not None and row.expires_on != told_day
    return Expiry(row.expires_at, source, row.expires_on if differs else None)
