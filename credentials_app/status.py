"""Every status of a credential: its word, tone, icon and next step, and the outcome behind it."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.outcome import Outcome


class Status(TextChoices):
    """The status of a credential; the values are stored."""

    UNVERIFIED = "unverified", _("Unverified")
    VALID = "valid", _("Valid")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    REFUSED = "refused", _("Refused")
    MISSING_SCOPE = "missing_scope", _("Missing scope")
    NO_ACCESS = "no_access", _("No access")
    BLOCKED = "blocked", _("Blocked")
    UNPROVED = "unproved", _("Unproved")
    WRONG_SERVER = "wrong_server", _("Wrong server")
    PAUSED = "paused", _("Paused")


class Notify(TextChoices):
    """The notification that a status change causes."""

    NOBODY = "", _("nobody")
    BAD = "bad", _("turned bad")
    GOOD = "good", _("good again")
    BROUGHT_BACK = "back", _("former secret brought back")


class UseSeen(TextChoices):
    """What the last check that was told of the last use shows of uses by others."""

    UNTOLD = "", _("no check has seen it")
    OTHERS = "others", _("used")
    NEVER = "never", _("never used")
    OURS = "ours", _("used from our own address only")
    HIDDEN = "hidden", _("hidden by our own checks")


class Tone(StrEnum):
    """The tone of a word. It decides the color, which is never the only sign."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"
    WAIT = "wait"


@dataclass(frozen=True)
class StatusLabel:
    """A word with its tone, its icon (a name of Lucide) and the next step of a person."""

    key: str
    word: str | Promise = field(hash=False)
    tone: Tone
    icon: str
    next_step: str | Promise = field(hash=False)


STATUS_LABELS: dict[Status, StatusLabel] = {
    Status.UNVERIFIED: StatusLabel(
        "unverified",
        Status.UNVERIFIED.label,
        Tone.QUIET,
        "circle-dashed",
        _("No check has shown that it works as it is now. Check it now, or wait for the next one."),
    ),
    Status.VALID: StatusLabel(
        "valid", Status.VALID.label, Tone.GOOD, "circle-check", _("Nothing to do.")
    ),
    Status.EXPIRED: StatusLabel(
        "expired",
        Status.EXPIRED.label,
        Tone.BAD,
        "calendar-x",
        _("Create a new token at the provider and replace the secret here."),
    ),
    Status.REVOKED: StatusLabel(
        "revoked",
        Status.REVOKED.label,
        Tone.BAD,
        "ban",
        _("Somebody revoked or rotated it. Look for its successor, or create a new token."),
    ),
    Status.REFUSED: StatusLabel(
        "refused",
        Status.REFUSED.label,
        Tone.BAD,
        "circle-x",
        _(
            "The registry refuses it and does not say why: it may be mistyped, expired or "
            "revoked. Compare the user name, then replace the secret."
        ),
    ),
    Status.MISSING_SCOPE: StatusLabel(
        "missing_scope",
        Status.MISSING_SCOPE.label,
        Tone.BAD,
        "key-round",
        _("It works, but may not do what it is needed for. Create a token with the right scopes."),
    ),
    Status.NO_ACCESS: StatusLabel(
        "no_access",
        Status.NO_ACCESS.label,
        Tone.BAD,
        "lock",
        _("It works, but not for this repository. Compare the path, then ask for access to it."),
    ),
    Status.BLOCKED: StatusLabel(
        "blocked",
        Status.BLOCKED.label,
        Tone.BAD,
        "user-x",
        _("The account or a rule of the registry is in the way. Ask its administrator."),
    ),
    Status.UNPROVED: StatusLabel(
        "unproved",
        Status.UNPROVED.label,
        Tone.WARN,
        "circle-question-mark",
        _(
            "This registry lets anybody in, so the check proves nothing about the password. "
            "Name a private repository."
        ),
    ),
    Status.WRONG_SERVER: StatusLabel(
        "wrong_server",
        Status.WRONG_SERVER.label,
        Tone.BAD,
        "server-off",
        _("There is no registry at this address. Correct the registry server."),
    ),
    Status.PAUSED: StatusLabel(
        "paused",
        Status.PAUSED.label,
        Tone.QUIET,
        "circle-pause",
        _("It is not checked. Resume it, or replace the secret, to go on."),
    ),
}

EXPIRING = StatusLabel(
    "expiring",
    _("Expiring"),
    Tone.WARN,
    "calendar-clock",
    _("Create its successor and replace the secret before it ends."),
)
COULD_NOT_CHECK = StatusLabel(
    "could_not_check",
    _("Could not check"),
    Tone.WAIT,
    "cloud-off",
    _("We could not check it, which says nothing about the credential. We keep trying."),
)
PUSH_NOT_PROVED = StatusLabel(
    "push_not_proved",
    _("Push not proved"),
    Tone.QUIET,
    "circle-question-mark",
    _("It signs in. Whether it may push shows only when somebody pushes with it."),
)
CHECKING = StatusLabel("checking", _("Checking"), Tone.WAIT, "loader-circle", _("A few seconds."))
WAITING = StatusLabel(
    "waiting",
    _("Waiting"),
    Tone.WAIT,
    "clock",
    _("The check follows by itself."),
)

STATUS_FOR_OUTCOME: dict[Outcome, Status] = {
    Outcome.VALID: Status.VALID,
    Outcome.MISSING_SCOPE: Status.MISSING_SCOPE,
    Outcome.NO_ACCESS: Status.NO_ACCESS,
    Outcome.EXPIRED: Status.EXPIRED,
    Outcome.REVOKED: Status.REVOKED,
    Outcome.BLOCKED: Status.BLOCKED,
    Outcome.REJECTED: Status.REFUSED,
    Outcome.UNPROVED: Status.UNPROVED,
    Outcome.WRONG_SERVER: Status.WRONG_SERVER,
}
"""The status that each conclusive outcome leads to."""


def is_bad(status: Status) -> bool:
    """True if a deployment that needs the credential would break."""
    return STATUS_LABELS[status].tone is Tone.BAD
