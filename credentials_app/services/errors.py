"""Why an action was not done. ``words`` are for people and untranslated: the form translates."""

from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from credentials_app.models import BulkCheck, Credential
from registry.words.message import Message
from workspaces.plain_form import TOKEN_HERE
from workspaces.rights.refusals import Refusal, TooMany


class NameTaken(Refusal):
    """This workspace has a credential of this name, however it is capitalized."""

    words = _("This workspace already has a credential of this name: choose another one.")
    field = "name"


class TokenInPlainField(Refusal):
    """A token is in ``field``, which is stored and shown in clear."""

    words = TOKEN_HERE

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class TagsRefused(Refusal):
    """One of the tags is no name for a tag, or there would be too many of them."""

    field = "tags"


class SecretNeeded(Refusal):
    """The secret must be entered (again): there is none, or its recipients would change."""

    words = _(
        "Enter the password again: who would receive it changed, and a stored password is "
        "never sent anywhere else than it was stored for."
    )
    field = "secret"


class HttpNotAllowed(Refusal):
    """Plain http without a server rule of this workspace that allows it."""

    words = Message.of("address_http").text()
    field = "server"


class OwnerNotHere(Refusal):
    """The chosen owner is not a participant of this workspace."""

    words = _("This person is not in the workspace any more: choose another.")
    field = "owner"


class ChangedMeanwhile(Refusal):
    """Somebody else saved the row after this form was opened; ``row`` is what is stored now."""

    words = _("Somebody saved this credential after this page was opened.")

    def __init__(self, row: Credential) -> None:
        super().__init__()
        self.row = row


class TooManyCredentials(Refusal):
    """The workspace has as many credentials as the operator allows."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This workspace has {most} credentials, and no more are allowed here. Delete some, "
            "or ask the administrators of this Lockkeeper."
        )


class ViewNameTaken(Refusal):
    """There is a view of this name, however it is capitalized."""

    words = _("There is a view of this name already: choose another one.")
    field = "name"


class TooManyViews(TooMany):
    """The person has as many views in this workspace as one may have."""

    words = _("You have {most} views here, and that is the limit. Delete one that you do not need.")


class TooManySharedViews(TooMany):
    """The workspace has as many views as it may have."""

    words = _(
        "This workspace has {most} views, and that is the limit. Delete one that nobody needs, or "
        "keep this one for yourself."
    )


class NoWayBack(Refusal):
    """The former secret is not kept any longer, or cannot be opened."""

    words = _("This former secret is not kept any longer: nothing was changed.")


class RecipientsChanged(Refusal):
    """A former secret was stored for another server, user name, sign-in host or server rule."""

    words = _(
        "The registry server, the user name, the sign-in host or the rule of the server has "
        "changed since this secret was replaced, and a secret is never sent anywhere else than it "
        "was stored for. Nothing was changed: paste it as a new secret if you want it."
    )


class NothingToConfirm(Refusal):
    """The last check did not ask about this sign-in host."""

    words = _("Nothing is asked about this host any more.")


class NothingToAcknowledge(Refusal):
    """People get no notices about the status and the end that the credential has now."""

    words = _("There is nothing to acknowledge: all is well by now.")


class Limited(StrEnum):
    """Which rate limit is full."""

    CREDENTIAL = "credential"
    PERSON = "person"
    WORKSPACE = "workspace"
    MANY = "many"
    REPORTS = "reports"

    @property
    def words(self) -> str:
        """The sentence that says so."""
        return _LIMIT_WORDS[self]


_LIMIT_WORDS = {
    Limited.CREDENTIAL: _("This credential was checked twice within a minute."),
    Limited.PERSON: _("You asked for 10 checks within a minute."),
    Limited.WORKSPACE: _("60 checks were asked for in this workspace within an hour."),
    Limited.MANY: _("Many were checked at once 10 times in this workspace within an hour."),
    Limited.REPORTS: _("That was often enough for now. Ask for the next one in a few minutes."),
}


class AskedTooOften(Refusal):
    """The rate limit ``whose`` is full; a slot is free again at ``free_at``."""

    def __init__(self, whose: Limited, free_at: datetime) -> None:
        super().__init__(whose.words)
        self.whose, self.free_at = whose, free_at


class StillRunning(Refusal):
    """This workspace has a check of many that goes on: ``bulk``. One at a time is allowed."""

    words = _("A check of many goes on here already: this one.")

    def __init__(self, bulk: BulkCheck) -> None:
        super().__init__()
        self.bulk = bulk


class NothingToCheck(Refusal):
    """None of the chosen credentials is checked; ``left_alone`` of them are paused or final."""

    words = _("Select the credentials that you want checked.")

    def __init__(self, left_alone: int) -> None:
        super().__init__()
        self.left_alone = left_alone


class NothingToChange(Refusal):
    """The action applies to none of the chosen credentials."""

    words = _("Nothing is changed: it applies to none of the selected credentials.")


class TooManyAtOnce(Refusal):
    """More credentials are chosen than one action may change."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"At most {most:,} credentials are changed at once. Search or filter for fewer."
        )


class NumberChanged(Refusal):
    """So many credentials are not selected any more: ``now`` are."""

    field = "number"

    def __init__(self, now: int) -> None:
        super().__init__(f"{now:,} are selected now: nothing was deleted. Type this number.")


class NothingToUndo(Refusal):
    """The change is of another person, undone already, or too old."""

    words = _("This can no longer be undone.")


REASONS = {
    "too_long": _("This is more than 64 KiB."),
    "private_key": _("This holds a private key. Paste the certificates only."),
    "unreadable": _("This cannot be read as certificates in PEM form."),
    "too_many": _("These are more than 20 certificates."),
    "ended": _("One of these certificates has ended."),
    "not_yet": _("One of these certificates is not valid yet."),
    "not_authority": _("One of these certificates belongs neither to an authority nor to itself."),
}


class CertificatesRefused(Refusal):
    """The pasted certificates cannot be used; ``reason`` is a key of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason
