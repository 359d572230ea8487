"""A template tag for the hint that no mail server is set."""

from pathlib import Path
from typing import Any

from django import template
from django.conf import settings

from workspaces.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def kept_mails(context: dict[str, Any]) -> dict[str, Path | None]:
    """Empty if a mail server is set; only administrators get the folder of the mails."""
    person = getattr(context.get("request"), "user", None)
    if settings.MAIL_FOLDER is None or not isinstance(person, User):
        return {}
    return {"folder": settings.MAIL_FOLDER if person.is_staff else None}
