"""What pages say about mail while nobody has named a mail server."""

from pathlib import Path
from typing import Any

from django import template
from django.conf import settings

from workspaces.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def kept_mails(context: dict[str, Any]) -> dict[str, Path | None]:
    """Empty when mails are sent; the folder is told to those who look after the instance."""
    person = getattr(context.get("request"), "user", None)
    if settings.MAIL_FOLDER is None or not isinstance(person, User):
        return {}
    return {"folder": settings.MAIL_FOLDER if person.is_staff else None}
