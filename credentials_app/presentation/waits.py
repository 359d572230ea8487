"""The wait of a check as pages show it: why, until when by the reader's clock, what one can do."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials_app.models import LIFETIME, Credential, Trial
from credentials_app.pacing.numbers import own_failures
from credentials_app.pacing.waits import Wait, WaitAction, WaitReason, wait_of

HOLDS_PEOPLE_BACK = frozenset({WaitReason.THROTTLED, WaitReason.BANNED})
"""Waits that a check which a person asks for has too, whoever waits now."""


@dataclass(frozen=True)
class WaitView:
    """``cause`` has numbers of the reader's own tenant only. ``blocks``: asking for a check now
    changes nothing. ``outlives``: a trial is over before its wait is."""

    cause: str
    until: datetime
    action: str
    blocks: bool
    outlives: bool = False


def wait_view(row: Credential | Trial, now: datetime) -> WaitView | None:
    """The wait of a row; None if nothing holds its check back."""
    wait = wait_of(row, now)
    if wait is None:
        return None
    return WaitView(
        cause=_cause(row, wait, now),
        until=wait.until,
        action=_(wait.action.words),
        blocks=row.asked_at is not None or wait.reason in HOLDS_PEOPLE_BACK,
        outlives=isinstance(row, Trial) and wait.until >= row.started_at + LIFETIME,
    )


def short_words(wait: Wait) -> str:
    """The cause without numbers, and what one can do, for a list: it needs no query."""
    if wait.action is WaitAction.NOTHING:
        return _(wait.reason.words)
    return f"{_(wait.reason.words)} {_(wait.action.words)}"


def _cause(row: Credential | Trial, wait: Wait, now: datetime) -> str:
    words = _(wait.reason.words)
    failed = own_failures(row, now) if wait.reason is WaitReason.ACCOUNT else 0
    if not failed:
        return words
    own = ngettext(
        "Here %(count)d login of this account failed in the last hour.",
        "Here %(count)d logins of this account failed in the last hour.",
        failed,
    )
    return f"{words} {own % {'count': failed}}"
