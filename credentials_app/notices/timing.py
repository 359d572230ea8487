"""When notices are mailed: at once or in the morning, and how many mails at most. Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from credentials_app.models import Delivery, NoticeKind
from credentials_app.status import Notify

MORNING = time(8)
FLAPS = (Notify.BAD, Notify.GOOD)
"""The status changes that make a credential one that keeps changing."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
"""What an end at midnight needs less to lie on its last day."""
FLAPPING = 4
"""From so many changes within a day on, the notices of a day go into one mail."""
BURST, GAP, MAX_PER_HOUR = 5, timedelta(minutes=5), 20
"""A person gets 5 mails at once, then one every five minutes; at most 20 in an hour."""


def wants(pace: Delivery, kind: NoticeKind) -> bool:
    """True if a person with this preference gets notices of this kind.

    That a former secret was brought back matters for security, and everybody gets it.
    """
    if kind is NoticeKind.BROUGHT_BACK:
        return True
    if pace is Delivery.NOTHING:
        return False
    return pace is not Delivery.EXPIRY or kind is NoticeKind.EXPIRING


def morning_of(now: datetime, zone: ZoneInfo) -> datetime:
    """08:00 of that day in this zone."""
    return datetime.combine(now.astimezone(zone).date(), MORNING, zone)


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The next 08:00 in this zone; at 08:00 sharp, that of tomorrow."""
    today = morning_of(now, zone)
    if now < today:
        return today
    return datetime.combine(today.date() + DAY, MORNING, zone)


def mail_due_at(pace: Delivery, now: datetime, zone: ZoneInfo, *, flaps: bool = False) -> datetime:
    """When a notice that is made now is mailed."""
    return next_morning(now, zone) if flaps or pace is Delivery.DAILY else now


def may_mail(sent: Iterable[datetime], now: datetime) -> bool:
    """True if one more mail may follow those that were sent at these times."""
    recent = [at for at in sent if at > now - HOUR]
    if len(recent) < BURST:
        return True
    return len(recent) < MAX_PER_HOUR and max(recent) <= now - GAP
