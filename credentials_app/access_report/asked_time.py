"""The time that a reader asks about: now, or a day by their clock; and its stretches in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class AskedTime:
    """``on`` None: now, and ``begin`` is ``end``. ``typed``: the day that was typed, if it is one.

    ``error``: what is wrong with what was typed. ``is_over``: the day has ended; else it ends now.
    """

    begin: datetime
    end: datetime
    on: date | None = None
    typed: str = ""
    error: str = ""
    is_over: bool = True

    @classmethod
    def of(cls, query: Mapping[str, str], now: datetime) -> "AskedTime":
        """Read the parameter ``on`` of the address."""
        typed = query.get("on", "").replace("\0", "").strip()[:40]
        if not typed:
            return cls(now, now)
        try:
            on = date.fromisoformat(typed)
        except ValueError:
            words = _("Day: “%(typed)s” is no day. Write it as 2026-05-31.")
            return cls(now, now, error=words % {"typed": typed})
        typed = on.isoformat()
        if on > timezone.localdate(now):
            words = _("Day: %(typed)s has not begun. Choose an earlier day.")
            return cls(now, now, typed=typed, error=words % {"typed": typed})
        end = midnight(on + timedelta(days=1))
        return cls(midnight(on), min(end, now), on, typed, is_over=end <= now)

    @property
    def parameters(self) -> dict[str, str]:
        """What is asked, as parameters of the address."""
        return {"on": self.on.isoformat()} if self.on else {}

    def in_words(self, begin: datetime, end: datetime) -> str:
        """A stretch of the day; empty for now."""
        if self.on is None:
            return ""
        since, until = begin > self.begin, end < self.end
        marks = {"begin": _clock(begin, end), "end": _clock(end, begin)}
        if since and until:
            return _("%(begin)s to %(end)s") % marks
        if until:
            return _("until %(end)s") % marks
        if since:
            return _("from %(begin)s on") % marks
        return _("the whole day") if self.is_over else _("the whole day until now")


def midnight(day: date) -> datetime:
    """The beginning of a day by the reader's clock, as a moment of UTC: days of 23 hours count."""
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)


def _clock(at: datetime, other: datetime) -> str:
    """Hour and minute; with seconds where both ends are in one minute."""
    local = timezone.localtime(at)
    is_close = abs(at - other) < timedelta(minutes=1)
    return f"{local:%H:%M:%S}" if is_close else f"{local:%H:%M}"
