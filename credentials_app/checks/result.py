"""The values that the steps of a check share: its result, and the effects of recording it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.fields import Sealed
from credentials_app.models import Credential, Trial
from credentials_app.pacing.sign_ins import Permit
from registry.evidence import Evidence
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from registry.words.message import Message


@dataclass(frozen=True)
class Pinned:
    """The secret of a first check, sealed again with the origins that may receive it.

    ``opened`` is the sealed value that the check opened: ``sealed`` may replace that one only.
    """

    opened: Sealed
    sealed: Sealed


@dataclass(frozen=True)
class CheckResult:
    """One check: when it started, how long it took, its evidence and its verdict.

    ``permits``: the sign-ins that it made. ``taken_back``: the login was refused in an outage of
    the sign-in, and earlier refusals of it count no longer. ``secret_digest``: that of the opened
    secret; empty if none was opened.
    """

    started_at: datetime
    took_ms: int
    evidence: Evidence
    verdict: Verdict
    pinned: Pinned | None = None
    permits: tuple[Permit, ...] = ()
    taken_back: bool = False
    secret_digest: str = ""


def failed_check(outcome: Outcome, cause: str, *advice: str, now: datetime) -> CheckResult:
    """The result of a check that sent no request."""
    verdict = Verdict(
        outcome=outcome,
        message=Message.of(cause),
        advice=tuple(Message.of(key) for key in advice),
    )
    return CheckResult(now, 0, Evidence(), verdict)


Checked = tuple[Credential, CheckResult]
"""A claimed credential, and the result of its check."""


@dataclass(frozen=True)
class Recorded:
    """The effects of recording a check.

    ``pk``: the checked row; None if nothing was recorded. ``requests``: how many the check sent.
    ``notify``: the key of a status change that people are notified of. ``recheck``: the login
    changed during the check, and a person waits. ``next_in_queue``: model and key of checks
    that people asked for, and that waited for this one.
    """

    pk: UUID | None = None
    notify: UUID | None = None
    recheck: bool = False
    requests: int = 0
    next_in_queue: tuple[tuple[type[Credential | Trial], UUID], ...] = ()
