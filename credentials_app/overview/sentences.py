"""A status change as a sentence that begins with the credential's name. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.status import Status

TURNED: dict[Status, str | Promise] = {
    Status.VALID: _("works"),
    Status.EXPIRED: _("has expired"),
    Status.REVOKED: _("was revoked"),
    Status.REFUSED: _("is refused by its registry"),
    Status.MISSING_SCOPE: _("lacks a scope that it needs"),
    Status.NO_ACCESS: _("has no access to its repository"),
    Status.BLOCKED: _("is blocked at its registry"),
    Status.UNPROVED: _("could not be proved"),
    Status.WRONG_SERVER: _("names a server that is no registry"),
    Status.PAUSED: _("was paused"),
    Status.UNVERIFIED: _("waits for its check"),
}
WORKS_AGAIN = _("works again")
BY_PEOPLE: dict[str, str | Promise] = {
    "replaced": _("got a new secret"),
    "brought_back": _("got a former secret back"),
    "edited": _("was edited and waits for its check"),
    "resumed": _("is checked again"),
    "paused": _("was paused"),
}
BEFORE_IT_WORKED = frozenset({Status.UNVERIFIED, Status.PAUSED})


def happened(old: Status, new: Status, why: str) -> str | Promise:
    """What happened, to stand behind the name."""
    if new in {Status.UNVERIFIED, Status.PAUSED} and why in BY_PEOPLE:
        return BY_PEOPLE[why]
    if new is Status.VALID and old not in BEFORE_IT_WORKED:
        return WORKS_AGAIN
    return TURNED[new]
