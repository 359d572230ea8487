"""When reports come: at 08:00 of the reader's day, whatever the clocks do. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from credentials_app.models import Frequency
from credentials_app.notices.timing import DAY, MORNING

MOMENT = timedelta(microseconds=1)
LONGEST_WAIT = 32
SPANS = {
    Frequency.DAILY: DAY,
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=31),
}


def next_report(frequency: Frequency, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first report after this moment; None: there is none."""
    if frequency is Frequency.NEVER:
        return None
    today = after.astimezone(zone).date()
    days = (today + number * DAY for number in range(LONGEST_WAIT + 1))
    mornings = (_morning(day, zone) for day in days if _comes_on(frequency, day))
    return next(morning for morning in mornings if morning > after)


def morning_instead(frequency: Frequency, planned: datetime, zone: ZoneInfo) -> datetime:
    """When a report that was planned comes to somebody who reads by another clock by now.

    Where that day's morning is still to come it is waited for; otherwise the plan holds.
    """
    proper = next_report(frequency, planned - MOMENT, zone)
    return proper if proper is not None and proper - planned < DAY else planned


def since_of(frequency: Frequency, last_at: datetime | None, now: datetime) -> datetime:
    """From when on changes are told: the last report, or what would have been it."""
    return last_at or now - SPANS.get(frequency, SPANS[Frequency.WEEKLY])


def _comes_on(frequency: Frequency, day: date) -> bool:
    if frequency is Frequency.WEEKLY:
        return day.weekday() == 0
    return frequency is Frequency.DAILY or day.day == 1


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
