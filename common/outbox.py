"""Mail that is not lost and not sent twice: a row beside the change, sent after it is committed."""

import json
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from common.crypto import CannotOpen
from common.fields import open_sealed, seal_into
from common.links import host_of_site
from common.models import OutgoingMail

LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(hours=48)


@dataclass(frozen=True)
class Words:
    """What a mail says. ``headers`` are added to our own; they wait sealed, as the body does."""

    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def enqueue(*, to: str, words: Words, dedupe_key: str, now: datetime) -> OutgoingMail:
    """Add a mail to the outbox, in the caller's transaction; the same key adds nothing twice."""
    mail = OutgoingMail(
        to=to,
        subject=" ".join(words.subject.split())[:200],
        dedupe_key=dedupe_key,
        created_at=now,
        not_before=now,
    )
    mail.message_id = f"<{mail.pk}@{host_of_site()}>"
    seal_into(mail, "body", json.dumps([words.text, words.html, dict(words.headers)]))
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        return OutgoingMail.objects.get(dedupe_key=dedupe_key)
    return mail


def due(now: datetime) -> QuerySet[OutgoingMail]:
    """The mails that somebody should send now."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    return OutgoingMail.objects.filter(free, sent_at=None, failed_at=None, not_before__lte=now)


def claim(pk: UUID, *, now: datetime) -> OutgoingMail | None:
    """Take a due mail for five minutes; one UPDATE decides who has it."""
    won = due(now).filter(pk=pk).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    return OutgoingMail.objects.get(pk=pk) if won else None


def deliver(pk: UUID, *, now: datetime) -> bool:
    """Send a mail if it is due and nobody else has it. True when the mail server took it."""
    mail = claim(pk, now=now)
    if mail is None:
        return False
    try:
        _send(mail)
    except Exception as problem:  # noqa: BLE001  # a mail server may fail in any way; the row says which
        _postpone(mail, problem, now)
        return False
    mail.sent_at, mail.lease_until, mail.last_error, mail.body = now, None, "", None
    mail.save(update_fields=["sent_at", "lease_until", "last_error", "body"])
    return True


def _send(mail: OutgoingMail) -> None:
    text, html, *more = json.loads(open_sealed(mail, "body"))  # two, where an older release wrote
    own = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        mail.subject,
        text,
        to=[mail.to],
        headers={**(more[0] if more else {}), **own},
        connection=get_connection(),
    )
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def _postpone(mail: OutgoingMail, problem: Exception, now: datetime) -> None:
    """Try later, or give up: at once when the mail server said never, else after two days."""
    word, final = _judge(problem)
    mail.last_error, mail.lease_until = word, None
    if final or now - mail.created_at >= GIVE_UP_AFTER:
        mail.failed_at, mail.body = now, None
    else:
        mail.not_before = now + min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    mail.save(update_fields=["last_error", "lease_until", "failed_at", "body", "not_before"])


def _judge(problem: Exception) -> tuple[str, bool]:
    """Our own word for a failure, and whether it is for good. Foreign text is never kept."""
    if isinstance(problem, CannotOpen):
        return "the mail could not be opened", True
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in problem.recipients.values()]
        return "the address was refused", bool(codes) and min(codes) >= 500
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return "the mail server refused our sign-in", False
    if isinstance(problem, smtplib.SMTPDataError):
        return "the mail server refused the mail", problem.smtp_code >= 500
    if isinstance(problem, smtplib.SMTPException):
        return "the mail server did not go along", False
    if isinstance(problem, TimeoutError):
        return "the mail server did not answer in time", False
    if isinstance(problem, OSError):
        return "the mail server could not be reached", False
    return "the mail could not be sent", False
