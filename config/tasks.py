"""Maintenance tasks of the framework's tables."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def forget_old_sessions() -> None:
    """Delete expired sessions."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
