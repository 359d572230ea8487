"""May a credential pull, and may it push: two answers beside its status.

They say only what checks have shown. A status that decides nothing about a right leaves it
*not known*.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.credential import HELD, MISSING, UNSEEN, CredentialView
from credentials_app.status import COULD_NOT_CHECK, Status, Tone

WORDS: dict[str, dict[str, Promise]] = {
    "pull": {
        "can": _("Can pull"),
        "could": _("Could pull at the last good check"),
        "cannot": _("Cannot pull"),
        "unknown": _("Pull: not known"),
    },
    "push": {
        "can": _("Can push"),
        "could": _("Could push at the last good check"),
        "cannot": _("Cannot push"),
        "unknown": _("Push: not known"),
        "unneeded": _("Push: not needed"),
    },
}
SIGNS = {
    "can": HELD, "could": UNSEEN, "cannot": MISSING, "unknown": UNSEEN, "unneeded": UNSEEN,
}  # fmt: skip


@dataclass(frozen=True)
class Ability:
    """One answer; tone and icon are those of a right that is held, missing or not seen."""

    words: Promise
    tone: str
    icon: str


def abilities(view: CredentialView) -> tuple[Ability, Ability]:
    """Pull and push."""
    push = _answer(view, "push") if view.row.push else "unneeded"
    return _ability("pull", _answer(view, "pull")), _ability("push", push)


def _ability(action: str, answer: str) -> Ability:
    tone, icon, _word = SIGNS[answer]
    return Ability(WORDS[action][answer], tone, icon)


def _answer(view: CredentialView, action: str) -> str:
    row, badge = view.row, view.badge
    if row.status == Status.MISSING_SCOPE:
        return _answer_without_scope(view, action)
    if badge.label.tone is Tone.BAD:
        return "cannot"
    if row.status != Status.VALID or (action == "push" and row.push_not_proved):
        return "unknown"
    return "could" if badge.note is COULD_NOT_CHECK else "can"


def _answer_without_scope(view: CredentialView, action: str) -> str:
    """Some scope is missing: of the action, of the other one, or it is not known which."""
    lacked = set(view.lacks)
    if lacked & {action, *view.provider.least_scopes(frozenset({action}))}:
        return "cannot"
    return "can" if lacked and action == "pull" else "unknown"
