"""When news is mailed: at once or in the morning, and never too much of it. Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from credentials_app.models import Delivery, NoticeKind

MORNING = time(8)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FLAPPING = 4
"""So many changes within a day, and the rest of them is told once a day."""
BURST, GAP, MOST = 5, timedelta(minutes=5), 20
"""A person gets so many mails at once, then one in every five minutes; at most 20 in an hour."""


def wants(pace: Delivery, kind: NoticeKind) -> bool:
    """Whether somebody of this pace hears news of this kind."""
    if pace is Delivery.NOTHING:
        return False
    return pace is not Delivery.EXPIRY or kind is NoticeKind.EXPIRING


def morning_of(now: datetime, zone: ZoneInfo) -> datetime:
    """08:00 of the reader's day."""
    return datetime.combine(now.astimezone(zone).date(), MORNING, zone)


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The next 08:00 of the reader; at 08:00 sharp that of tomorrow."""
    today = morning_of(now, zone)
    if now < today:
        return today
    return datetime.combine(today.date() + DAY, MORNING, zone)


def mail_due_at(pace: Delivery, now: datetime, zone: ZoneInfo, *, flaps: bool = False) -> datetime:
    """When news of now is mailed."""
    return next_morning(now, zone) if flaps or pace is Delivery.DAILY else now


def may_mail(sent: Iterable[datetime], now: datetime) -> bool:
    """Whether one more mail may follow those that were sent at these moments."""
    recent = [at for at in sent if at > now - HOUR]
    if len(recent) < BURST:
        return True
    return len(recent) < MOST and max(recent) <= now - GAP
