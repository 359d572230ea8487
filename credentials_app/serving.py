"""What leaves Lockkeeper: the table over the statuses, and the need that a caller names. Pure.

An inconclusive check changes no status: what *could not be checked* is served if it was before.
"""

from enum import StrEnum

from django.utils.translation import gettext_noop as _

from credentials_app.status import EXPIRING, Status
from workspaces.rights.refusals import Refusal

SERVED = frozenset(
    {Status.VALID.value, EXPIRING.key, Status.UNVERIFIED.value, Status.UNPROVED.value}
)
"""The keys of the labels with which a credential is served."""


class Wish(StrEnum):
    """What the caller will do with it; the default is to pull."""

    PULL = "pull"
    PUSH = "push"


class WhyNot(StrEnum):
    """Why a credential is not served; the values are stable, and callers read them."""

    PAUSED = "paused"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REFUSED = "refused"
    MISSING_SCOPE = "missing_scope"
    NO_ACCESS = "no_access"
    BLOCKED = "blocked"
    WRONG_SERVER = "wrong_server"
    MAY_PUSH = "may_push"
    ONLY_PULLS = "only_pulls"
    SEVERAL = "several"

    @property
    def words(self) -> str:
        """The sentence for people, untranslated."""
        return _WORDS[self]


_WORDS = {
    WhyNot.PAUSED: _("It is paused. Resume it first."),
    WhyNot.EXPIRED: _("It has expired. Replace its secret first."),
    WhyNot.REVOKED: _("It was revoked. Replace its secret first."),
    WhyNot.REFUSED: _("The registry refuses it. Replace its secret first."),
    WhyNot.MISSING_SCOPE: _("It may not do what it is needed for. Replace its secret first."),
    WhyNot.NO_ACCESS: _("It has no access to its repository. Ask for access, then check it."),
    WhyNot.BLOCKED: _("The registry blocks its account. Ask the registry's administrator."),
    WhyNot.WRONG_SERVER: _("There is no registry at its server. Correct the server first."),
    WhyNot.MAY_PUSH: _(
        "It is needed for pull and push, and such a credential leaves only when push is asked for."
    ),
    WhyNot.ONLY_PULLS: _("It is needed for pull only, and push is asked for."),
    WhyNot.SEVERAL: _(
        "Several credentials of this server are for different repositories. Ask for the image, or "
        "use a token that is limited to one repository."
    ),
}


class NotServed(Refusal):
    """The credential exists and does not leave now; ``reason`` says why."""

    def __init__(self, reason: WhyNot) -> None:
        super().__init__(reason.words)
        self.reason = reason


def why_not(label: str, *, push: bool, wish: Wish) -> WhyNot | None:
    """Why a credential with this label, needed for push or not, is not served; None if it is.

    Takes the key of the label that its badge shows, in which an end that has passed counts.
    """
    if label not in SERVED:
        return WhyNot(label)
    if wish is Wish.PULL:
        return WhyNot.MAY_PUSH if push else None
    return None if push else WhyNot.ONLY_PULLS
