"""What a form says when a deed refuses it, and at which field."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from credentials_app.drafts import CheckedJustNow, HttpNotAllowed, NameTaken, OwnerNotHere
from credentials_app.words import words
from registry.messages import Message

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

TAKEN = _("This workspace already has a credential of this name: choose another one.")
NEEDED = _("Paste the password or token.")
NEEDED_AGAIN = _(
    "Enter the password again: who would receive it changed, and a stored password is "
    "never sent anywhere else than it was stored for."
)
NOT_HERE = _("This person is not in the workspace any more: choose another.")
TOO_OFTEN = _("These were many checks in a short time. Wait a minute, then go on.")

REFUSALS: "dict[type[Exception], tuple[str | None, StrOrPromise]]" = {
    NameTaken: ("name", TAKEN),
    HttpNotAllowed: ("server", words(Message.of("address_http"))),
    OwnerNotHere: ("owner", NOT_HERE),
    CheckedJustNow: (None, TOO_OFTEN),
}
