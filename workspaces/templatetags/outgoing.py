"""Template tags for the hints that no mail server is set."""

from pathlib import Path
from typing import Any

from django import template
from django.conf import settings

from workspaces.mails.status import has_mail_server
from workspaces.models import User

register = template.Library()


@register.simple_tag
def mails_leave() -> bool:
    """True if a mail server is set. Without one no page says that a mail is on its way."""
    return has_mail_server()


@register.simple_tag(takes_context=True)
def kept_mails(context: dict[str, Any]) -> dict[str, Path | None]:
    """Empty if a mail server is set; only administrators get the folder of the mails."""
    person = getattr(context.get("request"), "user", None)
    if settings.MAIL_FOLDER is None or not isinstance(person, User):
        return {}
    return {"folder": settings.MAIL_FOLDER if person.is_staff else None}
