"""The marks of a credential whose notices are muted, for lists."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Credential
from credentials_app.notices.muting import is_acknowledged, snoozed_until

register = template.Library()


@dataclass(frozen=True)
class MutingMark:
    """A word with its icon; who acknowledged it, or until when it is snoozed."""

    word: str | Promise
    icon: str
    by: str = ""
    until: datetime | None = None


@register.simple_tag
def muting_marks(row: Credential) -> list[MutingMark]:
    """What somebody did about its notices, so that nobody else does it again."""
    marks = []
    if is_acknowledged(row):
        marks.append(MutingMark(_("Acknowledged"), "eye", by=row.acknowledged_by))
    until = snoozed_until(row, timezone.now())
    if until:
        marks.append(MutingMark(_("Snoozed"), "bell-off", until=until))
    return marks
