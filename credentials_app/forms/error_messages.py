"""Sentences of forms about refused actions, where a form says more than the refusal does."""

from datetime import datetime
from math import ceil

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from credentials_app.services.errors import AskedTooOften, NameTaken, OwnerNotHere, SecretNeeded

TAKEN = _(NameTaken.words)
NEEDED = _("Paste the password or token.")
NEEDED_AGAIN = _(SecretNeeded.words)
NOT_HERE = _(OwnerNotHere.words)


def too_often(refusal: AskedTooOften, now: datetime) -> str:
    """Which rate limit is full, and when the next check is possible."""
    seconds = max(1, ceil((refusal.free_at - now).total_seconds()))
    if seconds < 100:
        wait = ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    else:
        minutes = ceil(seconds / 60)
        wait = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    next_at = gettext("The next is possible in %(wait)s.") % {"wait": wait}
    return f"{gettext(refusal.words)} {next_at}"
