"""The Celery tasks of the mail outbox."""

from uuid import UUID

from celery import shared_task

from common import mail_pause, outbox
from common.clock import database_now

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
    waiting = (
        outbox.due_mails(database_now()).order_by("not_before", "pk").values_list("pk", flat=True)
    )
    for pk in list(waiting[:BATCH_SIZE]):
        outbox.deliver_mail_row(pk, now=database_now())
        if mail_pause.is_paused():
            return


@shared_task
def forget_old_mails() -> None:
    """Delete mails after 90 days: nobody needs to know longer who got which mail."""
    outbox.delete_old_mails(now=database_now())
