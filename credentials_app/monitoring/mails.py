"""The mails about a checker that has stopped: written and sent by the web process alone."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from common import mail_line, outbox
from common.links import absolute
from workspaces.mails.compose import render_mail
from workspaces.models import User

KEY = "checker:"
AT_ONCE = 20


def stopped(since: datetime, *, by_sweep: bool, now: datetime) -> None:
    """Tell every administrator that nothing is checked. Once per stop."""
    context = {"by_sweep": by_sweep, "logs": _logs()}
    _tell("checker_stopped", _("Lockkeeper has stopped checking"), since, context, now)


def runs_again(since: datetime, *, now: datetime) -> None:
    """Tell them that it is over. Once per stop."""
    _tell("checker_runs", _("Lockkeeper checks again"), since, {"until": now}, now)


def deliver_own_mails(now: datetime) -> None:
    """Send these mails from here: whoever sends mails otherwise may be what has stopped."""
    waiting = outbox.due_mails(now).filter(dedupe_key__startswith=KEY).order_by("not_before")
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        outbox.deliver_mail_row(pk, now=now)
        if not mail_line.is_open():
            return


def _tell(
    template: str, subject: str, since: datetime, context: dict[str, Any], now: datetime
) -> None:
    filled = {**context, "since": since, "link": absolute(reverse("admin:index"))}
    for person in User.objects.filter(is_active=True, is_staff=True):
        said = render_mail(template, subject, filled, time_zone=person.time_zone)
        key = f"{KEY}{template}:{since.isoformat()}:{person.pk}"
        outbox.enqueue(to=person.email, words=said, dedupe_key=key, now=now)


def _logs() -> str:
    """Where an administrator of the embedded mode looks first."""
    return str(settings.LOCKKEEPER_DATA / "logs") if settings.LOCKKEEPER_EMBEDDED else ""
