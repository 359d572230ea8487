"""The mail outbox: a row in the transaction of a change, sent after commit, once."""

import json
import logging
import smtplib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from common import mail_limits, mail_pause
from common.fields import open_sealed, seal_into
from common.links import host_of_site
from common.mail_failures import failure_of
from common.models import MailCause, OutgoingMail
from common.restore_pause import not_paused

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(hours=48)
RETENTION = timedelta(days=90)
DELETE_BATCH_SIZE = 5000


@dataclass(frozen=True)
class Words:
    """Subject and text of a mail. ``headers`` are added to our own, and sealed with the body."""

    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def enqueue(*, to: str, words: Words, dedupe_key: str, now: datetime) -> OutgoingMail:
    """Add a mail in the caller's transaction. If ``dedupe_key`` exists, return its mail instead."""
    return _add(to, words, dedupe_key, now, MailCause.NEWS)


def enqueue_from_outside(
    *, to: str, words: Words, dedupe_key: str, now: datetime, cause: MailCause
) -> OutgoingMail | None:
    """Add a mail that other people cause; None if the recipient has got enough of these."""
    if mail_limits.is_full(mail_limits.recipient_of(to), cause):
        log.info("A mail was not added: its recipient has got enough of this kind")
        return None
    return _add(to, words, dedupe_key, now, cause)


def _add(to: str, words: Words, dedupe_key: str, now: datetime, cause: MailCause) -> OutgoingMail:
    mail = OutgoingMail(
        to=to,
        recipient=mail_limits.recipient_of(to),
        cause=cause,
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


def due_mails(now: datetime) -> QuerySet[OutgoingMail]:
    """The mails that are due and not claimed; none during the pause after a restore."""
    unclaimed = Q(lease_until=None) | Q(lease_until__lte=now)
    unclaimed &= Q(not_paused())
    return OutgoingMail.objects.filter(unclaimed, sent_at=None, failed_at=None, not_before__lte=now)


def claim_mail(pk: UUID, *, now: datetime) -> OutgoingMail | None:
    """Claim a due mail for five minutes by one UPDATE. None if another process was first."""
    claimed = (
        due_mails(now).filter(pk=pk).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    )
    return OutgoingMail.objects.get(pk=pk) if claimed else None


def deliver_mail_row(pk: UUID, *, now: datetime) -> bool:
    """Claim and send a mail if it is due. True if the mail server accepted it."""
    mail = claim_mail(pk, now=now)
    if mail is None:
        return False
    if (until := mail_limits.held_back_until(mail, now)) is not None:
        mail.not_before, mail.lease_until, mail.attempts = until, None, mail.attempts - 1
        mail.save(update_fields=["not_before", "lease_until", "attempts"])
        return False
    try:
        _send(mail)
    except Exception as problem:  # noqa: BLE001  # any failure is recorded in the row
        _postpone(mail, problem, now)
        return False
    mail_pause.open_again()
    mail.sent_at, mail.lease_until, mail.last_error, mail.body = now, None, "", None
    mail.save(update_fields=["sent_at", "lease_until", "last_error", "body"])
    return True


def delete_old_mails(*, now: datetime) -> int:
    """Delete mails that were sent, or failed permanently, 90 days ago; returns the number."""
    expired = Q(sent_at__lt=now - RETENTION) | Q(failed_at__lt=now - RETENTION)
    old = OutgoingMail.objects.filter(expired).order_by("created_at").values_list("pk", flat=True)
    pks = list(old[:DELETE_BATCH_SIZE])
    OutgoingMail.objects.filter(pk__in=pks).delete()
    return len(pks)


def drop_mails_to(address: str, *, reason: str, now: datetime) -> int:
    """Give up all mails to this address that have not left; returns how many.

    ``reason``: at most 60 characters, which the mail page shows.
    """
    waiting = OutgoingMail.objects.filter(to__iexact=address, sent_at=None, failed_at=None)
    return waiting.update(failed_at=now, lease_until=None, body=None, last_error=reason)


def _send(mail: OutgoingMail) -> None:
    text, html, *more = json.loads(open_sealed(mail, "body"))  # an older release wrote two items
    own = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        mail.subject,
        text,
        to=[mail.to],
        headers={**(more[0] if more else {}), **own},
    )
    if html:
        message.attach_alternative(html, "text/html")
    hand_over(message)


def hand_over(message: EmailMessage) -> None:
    """Send a mail. Raises any error that happens before the mail server has accepted it.

    An error in QUIT, after that, is suppressed: the mail must not be sent again.
    """
    connection = get_connection()
    try:
        connection.open()
        connection.send_messages([message])
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def _postpone(mail: OutgoingMail, problem: Exception, now: datetime) -> None:
    """Schedule another attempt. Give up at once if the failure is final, else after two days."""
    failure = failure_of(problem)
    log.warning("A mail did not leave: %s (%s)", failure.word, type(problem).__name__)
    if failure.of_server:
        mail_pause.pause()
    mail.last_error, mail.lease_until = failure.word, None
    if failure.final or now - mail.created_at >= GIVE_UP_AFTER:
        mail.failed_at, mail.body = now, None
    else:
        mail.not_before = now + min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    mail.save(update_fields=["last_error", "lease_until", "failed_at", "body", "not_before"])
