"""What the worker does for people and places: mail."""

from uuid import UUID

from celery import shared_task

from common import mail_pause, outbox
from common.clock import database_now

AT_ONCE = 200


@shared_task
def deliver_mail(pk: str) -> None:
    """Send one mail, unless it is sent, claimed or not due; a silent mail server is left alone."""
    if not mail_pause.is_paused():
        outbox.deliver_mail_row(UUID(pk), now=database_now())


@shared_task
def sweep_outbox() -> None:
    """Send what the bell was not heard for, and what failed and is due again.

    The first is the probe: where the mail server as a whole fails, the others wait.
    """
    waiting = outbox.due_mails(database_now()).order_by("not_before").values_list("pk", flat=True)
    for pk in list(waiting[:AT_ONCE]):
        outbox.deliver_mail_row(pk, now=database_now())
        if mail_pause.is_paused():
            return


@shared_task
def forget_old_mails() -> None:
    """Who was sent what is nobody's business after three months."""
    outbox.delete_old_mails(now=database_now())
