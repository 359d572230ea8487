"""The values that the steps of a check share: its result, and the effects of recording it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.fields import Sealed
from credentials_app.models import Credential, Trial
from registry.evidence import Evidence
from registry.verdicts.verdict import Verdict


@dataclass(frozen=True)
class Pinned:
    """The secret of a first check, sealed again with the origins that may receive it.

    ``opened`` is the sealed value that the check opened: ``sealed`` may replace that one only.
    """

    opened: Sealed
    sealed: Sealed


@dataclass(frozen=True)
class CheckResult:
    """One check: when it started, how long it took, its evidence and its verdict."""

    started_at: datetime
    took_ms: int
    evidence: Evidence
    verdict: Verdict
    pinned: Pinned | None = None


Checked = tuple[Credential, CheckResult]
"""A claimed credential, and the result of its check."""


@dataclass(frozen=True)
class Recorded:
    """The effects of recording a check.

    ``pk``: the checked row; None if nothing was recorded. ``requests``: how many the check sent.
    ``notify``: the key of a status change that people are notified of. ``recheck``: the login
    changed during the check, and a person waits. ``next_in_queue``: model and key of the next
    check that a person asked for at this origin.
    """

    pk: UUID | None = None
    notify: UUID | None = None
    recheck: bool = False
    requests: int = 0
    next_in_queue: tuple[type[Credential | Trial], UUID] | None = None
