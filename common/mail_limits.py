"""How many mails one recipient gets, whatever their kind; each cause is counted apart."""

from contextlib import suppress
from datetime import datetime, timedelta
from unicodedata import normalize

from common import throttle
from common.models import MailCause, OutgoingMail
from common.throttle import Limit

HOUR, DAY, PAUSE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
MAX_NEWS = 20
"""Mails within an hour; more wait."""
MAX_FROM_OUTSIDE = ((3, HOUR), (10, DAY))
"""Mails that other people cause; more are not sent at all, because a late link is of no use."""


def recipient_of(address: str) -> str:
    """The mailbox of an address: capitals, the part after a plus sign, and another spelling of the
    host do not make another."""
    local, _, host = normalize("NFKC", address.strip()).lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{_sent_to(host)}"


def _sent_to(host: str) -> str:
    """The host as a mail names it: wide letters, soft hyphens and foreign dots are gone."""
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    return host.lower().rstrip(".")


def is_full(recipient: str, cause: MailCause) -> bool:
    """True if other people have caused enough mails to this recipient; else count one more."""
    if cause is MailCause.NEWS:
        return False
    key = f"mails:{cause.value}:{recipient}"
    limits = [Limit(f"{key}:{count}", count, window) for count, window in MAX_FROM_OUTSIDE]
    return throttle.take(*limits) is not None


def held_back_until(mail: OutgoingMail, now: datetime) -> datetime | None:
    """The time until which a claimed mail must wait; None if it may be sent now.

    Mails that other processes send at this moment count as sent, so that together they send no
    more than the limit.
    """
    if mail.cause != MailCause.NEWS or not mail.recipient:
        return None
    others = OutgoingMail.objects.filter(recipient=mail.recipient, cause=MailCause.NEWS)
    others = others.exclude(pk=mail.pk)
    sent = others.filter(sent_at__gt=now - HOUR).order_by("-sent_at")
    in_flight = others.filter(sent_at=None, lease_until__gt=now).count()
    times = [time for time in sent.values_list("sent_at", flat=True)[:MAX_NEWS] if time]
    if len(times) + in_flight < MAX_NEWS:
        return None
    return times[-1] + HOUR if len(times) == MAX_NEWS else now + PAUSE
