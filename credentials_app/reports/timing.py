"""When reports are sent: at 08:00 in the recipient's time zone, summer or winter. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from credentials_app.models import Frequency
from credentials_app.notices.timing import DAY, INSTANT, MORNING

MAX_DAYS_AHEAD = 32
PERIODS = {
    Frequency.DAILY: DAY,
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=31),
}


def next_report(frequency: Frequency, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The time of the first report after this moment; None if there is none."""
    if frequency is Frequency.NEVER:
        return None
    today = after.astimezone(zone).date()
    days = (today + number * DAY for number in range(MAX_DAYS_AHEAD + 1))
    mornings = (_morning(day, zone) for day in days if _comes_on(frequency, day))
    return next(morning for morning in mornings if morning > after)


def morning_instead(frequency: Frequency, planned: datetime, zone: ZoneInfo) -> datetime:
    """When a planned report is sent after the recipient's time zone may have changed.

    At 08:00 of that day in the new zone if that is still to come; else as planned.
    """
    new_time = next_report(frequency, planned - INSTANT, zone)
    return new_time if new_time is not None and new_time - planned < DAY else planned


def since_of(frequency: Frequency, last_at: datetime | None, now: datetime) -> datetime:
    """The time of the last report; without one, one period ago."""
    return last_at or now - PERIODS.get(frequency, PERIODS[Frequency.WEEKLY])


def _comes_on(frequency: Frequency, day: date) -> bool:
    if frequency is Frequency.WEEKLY:
        return day.weekday() == 0
    return frequency is Frequency.DAILY or day.day == 1


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
