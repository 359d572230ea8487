"""The mails about a stopped checker. The web process writes and sends them itself."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from common import mail_pause, outbox
from common.links import absolute
from workspaces.mails.compose import render_mail
from workspaces.models import User

KEY_PREFIX = "checker:"
MAX_MAILS = 20


def stopped(since: datetime, *, by_sweep: bool, now: datetime) -> None:
    """Mail every administrator, once per stop, that no credential is checked."""
    context = {"by_sweep": by_sweep, "logs": _logs()}
    _notify("checker_stopped", _("Lockkeeper has stopped checking"), since, context, now)


def runs_again(since: datetime, *, now: datetime) -> None:
    """Mail every administrator, once per stop, that the checker runs again."""
    _notify("checker_runs", _("Lockkeeper checks again"), since, {"until": now}, now)


def deliver_own_mails(now: datetime) -> None:
    """Send these mails in this process: the worker, which sends the others, may have stopped."""
    due = outbox.due_mails(now).filter(dedupe_key__startswith=KEY_PREFIX).order_by("not_before")
    for pk in list(due.values_list("pk", flat=True)[:MAX_MAILS]):
        outbox.deliver_mail_row(pk, now=now)
        if mail_pause.is_paused():
            return


def _notify(
    template: str, subject: str, since: datetime, context: dict[str, Any], now: datetime
) -> None:
    full_context = {**context, "since": since, "link": absolute(reverse("admin:index"))}
    for person in User.objects.filter(is_active=True, is_staff=True):
        words = render_mail(template, subject, full_context, time_zone=person.time_zone)
        key = f"{KEY_PREFIX}{template}:{since.isoformat()}:{person.pk}"
        outbox.enqueue(to=person.email, words=words, dedupe_key=key, now=now)


def _logs() -> str:
    """The folder of the logs in the embedded mode; empty otherwise."""
    return str(settings.LOCKKEEPER_DATA / "logs") if settings.LOCKKEEPER_EMBEDDED else ""
