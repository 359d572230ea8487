"""The Celery tasks of the mail outbox."""

import logging
from pathlib import Path
from uuid import UUID

from celery import shared_task
from django.conf import settings

from common import mail_pause, outbox
from common.clock import database_now
from workspaces import audit_heads

log = logging.getLogger(__name__)
BATCH_SIZE = 200


@shared_task
def deliver_mail(pk: str) -> None:
    """Send one mail if it is due and not claimed, unless mail is paused."""
    if not mail_pause.is_paused():
        outbox.deliver_mail_row(UUID(pk), now=database_now())


@shared_task
def sweep_outbox() -> None:
    """Send due mails: those whose task was lost, and those whose next attempt is due.

    If the mail server fails as a whole, stop after that mail; the others wait.
    """
    waiting = outbox.due_mails(database_now()).order_by("not_before", "pk")
    for pk in list(waiting.values_list("pk", flat=True)[:BATCH_SIZE]):
        outbox.deliver_mail_row(pk, now=database_now())
        if mail_pause.is_paused():
            return


@shared_task
def forget_old_mails() -> None:
    """Delete mails after 90 days: nobody needs to know longer who got which mail."""
    outbox.delete_old_mails(now=database_now())


@shared_task
def anchor_the_audit_log() -> None:
    """Write the anchors of today, if a folder for them is set and they are not there yet."""
    folder = settings.LOCKKEEPER_AUDIT_ANCHORS
    if not folder:
        return
    try:
        audit_heads.write_anchors(Path(folder))
    except OSError as error:
        log.error(
            "The anchors of the audit log cannot be written to %s: %s", folder, error.strerror
        )
