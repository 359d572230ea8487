"""What a form says when a deed refuses it, and at which field."""

from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.messages import text_of
from credentials_app.services.errors import (
    AskedTooOften,
    HttpNotAllowed,
    Limited,
    NameTaken,
    OwnerNotHere,
)
from registry.words.message import Message

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

TAKEN = _("This workspace already has a credential of this name: choose another one.")
NEEDED = _("Paste the password or token.")
NEEDED_AGAIN = _(
    "Enter the password again: who would receive it changed, and a stored password is "
    "never sent anywhere else than it was stored for."
)
NOT_HERE = _("This person is not in the workspace any more: choose another.")
OFTEN = {
    Limited.CREDENTIAL: _("This credential was checked twice within a minute."),
    Limited.PERSON: _("You asked for 10 checks within a minute."),
    Limited.WORKSPACE: _("60 checks were asked for in this workspace within an hour."),
    Limited.MANY: _("Many were checked at once 10 times in this workspace within an hour."),
}

REFUSALS: "dict[type[Exception], tuple[str | None, StrOrPromise]]" = {
    NameTaken: ("name", TAKEN),
    HttpNotAllowed: ("server", text_of(Message.of("address_http"))),
    OwnerNotHere: ("owner", NOT_HERE),
}


def too_often(refusal: AskedTooOften, now: datetime) -> str:
    """Whose checks were too many, and when the next is possible."""
    seconds = max(1, ceil((refusal.free_at - now).total_seconds()))
    if seconds < 100:
        wait = ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    else:
        minutes = ceil(seconds / 60)
        wait = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return f"{OFTEN[refusal.whose]} " + gettext("The next is possible in %(wait)s.") % {
        "wait": wait
    }
