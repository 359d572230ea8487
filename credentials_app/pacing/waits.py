"""Why a check waits, until when, and what one can do about it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext_noop as _

SOON = timedelta(seconds=10)
"""The time after which a check in flight has probably ended."""


class WaitReason(StrEnum):
    """The cause of a wait. ``words`` say it without a number or a name of another tenant."""

    THROTTLED = "throttled"
    BANNED = "banned"
    UNREACHABLE = "unreachable"
    ACCOUNT = "account"
    REGISTRY = "registry"
    OTHERS = "others"
    OUTAGE = "outage"

    @property
    def words(self) -> str:
        """The sentence that names the cause."""
        return _WORDS[self]


class WaitAction(StrEnum):
    """What one can do about a wait."""

    NOTHING = "nothing"
    LOOK_AT_THE_SERVER = "look_at_the_server"
    ASK_THE_ADMINISTRATOR = "ask_the_administrator"

    @property
    def words(self) -> str:
        """The sentence that names the action."""
        return _ACTIONS[self]


_WORDS = {
    WaitReason.THROTTLED: _("The registry asks us to come back later."),
    WaitReason.BANNED: _("The registry has banned our address."),
    WaitReason.UNREACHABLE: _("The registry could not be reached five times in a row."),
    WaitReason.ACCOUNT: _("Lockkeeper waits so that the account is not locked."),
    WaitReason.REGISTRY: _("Lockkeeper waits so that the registry does not ban its address."),
    WaitReason.OTHERS: _("Other checks of this registry go first."),
    WaitReason.OUTAGE: _(
        "The sign-in refuses several logins that worked before. Lockkeeper takes this for an "
        "outage of the sign-in."
    ),
}
_ACTIONS = {
    WaitAction.NOTHING: _("Nothing to do: the check is done by itself."),
    WaitAction.LOOK_AT_THE_SERVER: _("See whether the registry works."),
    WaitAction.ASK_THE_ADMINISTRATOR: _("Ask the registry's administrator to lift the ban."),
}
_ACTION_FOR = {
    WaitReason.BANNED: WaitAction.ASK_THE_ADMINISTRATOR,
    WaitReason.UNREACHABLE: WaitAction.LOOK_AT_THE_SERVER,
    WaitReason.OUTAGE: WaitAction.LOOK_AT_THE_SERVER,
}


@dataclass(frozen=True)
class Wait:
    """A check waits until then."""

    reason: WaitReason
    until: datetime

    @property
    def action(self) -> WaitAction:
        """What one can do about it."""
        return _ACTION_FOR.get(self.reason, WaitAction.NOTHING)

    def is_soon(self, now: datetime) -> bool:
        """True if it ends when a sign-in in flight has ended."""
        return self.until <= now + SOON


class Waiting(Protocol):
    """The columns of a row that tell its wait."""

    wait_reason: str
    next_check_at: datetime | None


def wait_of(row: Waiting, now: datetime) -> Wait | None:
    """The wait of a stored credential or trial; None: its check is not held back."""
    if not row.wait_reason or row.next_check_at is None or row.next_check_at <= now:
        return None
    return Wait(WaitReason(row.wait_reason), row.next_check_at)


def longest(*waits: Wait | None) -> Wait | None:
    """The wait that ends last; None if there is none."""
    return max((wait for wait in waits if wait), key=lambda wait: wait.until, default=None)
