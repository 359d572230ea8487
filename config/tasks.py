"""Housekeeping that belongs to no part of the product."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def forget_old_sessions() -> None:
    """Remove the rows of sessions that are over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
