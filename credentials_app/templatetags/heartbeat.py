"""Tells templates that the checker has stopped, or pauses after a restore."""

from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest

from common.restore_pause import RestorePause
from credentials_app.monitoring.heartbeat import LastSeen
from workspaces.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def checker_stopped(context: dict[str, Any]) -> datetime | None:
    """Since when the checker stands still; only for administrators. It makes no query."""
    request = context.get("request")
    person = request.user if isinstance(request, HttpRequest) else None
    return LastSeen.stopped_since if isinstance(person, User) and person.is_staff else None


@register.simple_tag(takes_context=True)
def pause_of_restore(context: dict[str, Any]) -> RestorePause | None:
    """The pause after a restore, for everybody who is signed in. It makes no query."""
    request = context.get("request")
    person = request.user if isinstance(request, HttpRequest) else None
    return LastSeen.restored if isinstance(person, User) else None
