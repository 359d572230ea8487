"""The clock of the stand-in: the real one until a test sets or moves it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Runs with the real time plus an offset, or stands still where it was set."""

    def __init__(self) -> None:
        self._stands_at: datetime | None = None
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return self._stands_at or datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """Stand still at this moment (with a time zone)."""
        self._stands_at = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move on, whether it runs or stands still."""
        if self._stands_at is None:
            self._offset += by
        else:
            self._stands_at += by

    def run(self) -> None:
        """Back to the real time."""
        self._stands_at, self._offset = None, timedelta(0)
