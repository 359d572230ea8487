"""The end of a credential, from what the registry says and what a person typed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from registry.evidence import ExpirySource

WARNING = timedelta(days=30)
"""An end is near for so long before it."""
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
TOLD = frozenset({ExpirySource.PROVIDER, ExpirySource.SECRET, ExpirySource.BY_DESIGN})
"""The sources of an end that a check finds."""


class HasExpiry(Protocol):
    """The columns that hold the end."""

    expires_on: date | None
    expires_at: datetime | None
    expires_source: str


@dataclass(frozen=True)
class Expiry:
    """The first moment at which a credential no longer works, and the source of that end.

    ``conflict``: the day that a person typed, if the registry says another day.
    """

    at: datetime | None
    source: ExpirySource
    conflict: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day (UTC) on which it works for the whole or a part of the day."""
        return (self.at - timedelta(microseconds=1)).astimezone(UTC).date() if self.at else None

    def is_past(self, now: datetime) -> bool:
        """True from the end on: the moment of the end is past."""
        return self.at is not None and self.at <= now

    def is_near(self, now: datetime, window: timedelta = WARNING) -> bool:
        """True if the end comes within ``window`` or is past."""
        return self.at is not None and self.at <= now + window


def on_a_calendar(at: datetime) -> datetime:
    """Limit an end from a token or a registry to dates that can be shown in every time zone.

    Some products write *never* as the last second of the year 9999; arithmetic with that date
    overflows.
    """
    return min(max(at, EARLIEST), LATEST)


def typed_end(day: date | None) -> datetime | None:
    """The end that a typed day means: midnight UTC as that day begins, as providers count it."""
    return datetime.combine(day, time.min, UTC) if day else None


def expiry_of(row: HasExpiry) -> Expiry:
    """The end of this row. An end that a check found has priority over a typed one."""
    source = ExpirySource(row.expires_source)
    if source not in TOLD:
        typed = typed_end(row.expires_on)
        return Expiry(typed, ExpirySource.TYPED if typed else ExpirySource.UNKNOWN)
    found_day = row.expires_at.astimezone(UTC).date() if row.expires_at else None
    differs = row.expires_on is not None and row.expires_on != found_day
    return Expiry(row.expires_at, source, row.expires_on if differs else None)
