"""Maintenance tasks: they delete what nobody needs any longer, and make the daily copy."""

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.backup import backup
from config.mail.backend import delete_old_files
from workspaces.sign_in import open_sessions, refused


@shared_task  # celery has no types
def forget_old_sessions() -> None:
    """Delete expired sessions, and the sign-ins that belong to none."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    open_sessions.forget_ended()


@shared_task
def make_daily_copy() -> None:
    """Embedded: copy all rows once a day, and keep the copies of seven days."""
    if settings.LOCKKEEPER_EMBEDDED:
        backup.copy_if_due(timezone.now())


@shared_task
def forget_refused_sign_ins() -> None:
    """Delete counts of refused sign-ins after 90 days."""
    refused.delete_old(timezone.now())


@shared_task
def forget_mail_files() -> None:
    """Delete mails that were written to files 7 days ago: their links may still work."""
    delete_old_files(timezone.now())
