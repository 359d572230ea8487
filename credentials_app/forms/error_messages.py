"""Sentences of forms about refused actions, where a form says more than the refusal does."""

from datetime import datetime
from math import ceil

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.durations import count_in_words
from credentials_app.services.errors import AskedTooOften, NameTaken, OwnerNotHere, SecretNeeded

TAKEN = _(NameTaken.words)
NEEDED = _("Paste the password or token.")
NEEDED_AGAIN = _(SecretNeeded.words)
NOT_HERE = _(OwnerNotHere.words)


def too_often(refusal: AskedTooOften, now: datetime) -> str:
    """Which rate limit is full, and when the next check is possible."""
    seconds = max(1, ceil((refusal.free_at - now).total_seconds()))
    if seconds < 100:
        wait = count_in_words(seconds, "s")
    else:
        wait = count_in_words(ceil(seconds / 60), "m")
    next_at = gettext("The next is possible in %(wait)s.") % {"wait": wait}
    return f"{gettext(refusal.words)} {next_at}"
