"""The badge of a credential or a trial: its status label, and what happens to it now."""

from dataclasses import dataclass, replace
from datetime import datetime

from credentials_app.expiry import TOLD, expiry_of
from credentials_app.models import Credential, Trial
from credentials_app.pacing.waits import Wait, wait_of
from credentials_app.presentation.waits import short_words
from credentials_app.serialization import load_verdict
from credentials_app.status import (
    CHECKING,
    COULD_NOT_CHECK,
    EXPIRING,
    PUSH_NOT_PROVED,
    STATUS_FOR_OUTCOME,
    STATUS_LABELS,
    WAITING,
    Status,
    StatusLabel,
)
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict


@dataclass(frozen=True)
class Badge:
    """``label`` is the status; ``note`` says that a check runs, waits, or was inconclusive.

    ``until`` is the time of the waiting check, ``wait`` why it waits. ``since`` is the start of the
    status or, with the note *could not check*, of the inconclusive checks. ``remark`` belongs to
    the status: *push not proved*.
    """

    label: StatusLabel
    note: StatusLabel | None = None
    since: datetime | None = None
    until: datetime | None = None
    wait: Wait | None = None
    remark: StatusLabel | None = None

    @property
    def why(self) -> str:
        """Why the check waits, and what one can do; empty if it does not wait."""
        return short_words(self.wait) if self.wait else ""

    @property
    def is_moving(self) -> bool:
        """True while a check runs or waits: a page polls it."""
        return self.note in (CHECKING, WAITING)


def badge(row: Credential | Trial, now: datetime) -> Badge:
    if isinstance(row, Trial):
        return _badge_of_trial(row, now)
    shown = _badge_of_credential(row, now)
    return replace(shown, remark=remark_on(row, shown.label))


def remark_on(row: Credential, label: StatusLabel) -> StatusLabel | None:
    """The remark beside this label of its status; None if there is nothing to remark."""
    works = row.status == Status.VALID and label in (STATUS_LABELS[Status.VALID], EXPIRING)
    return PUSH_NOT_PROVED if works and row.push_not_proved else None


def remark_of_verdict(verdict: Verdict | None) -> StatusLabel | None:
    """The remark on the outcome of one check."""
    return PUSH_NOT_PROVED if verdict and verdict.push_not_proved else None


def _badge_of_credential(row: Credential, now: datetime) -> Badge:
    label, wait = _label(row, now), wait_of(row, now)
    if row.is_being_checked(now):
        return Badge(label, CHECKING, row.status_since)
    if row.asked_at and row.next_check_at:
        return Badge(label, WAITING, row.status_since, until=row.next_check_at, wait=wait)
    if row.could_not_look_shown:
        since, until = row.could_not_look_since, wait.until if wait else None
        return Badge(label, COULD_NOT_CHECK, since, until=until, wait=wait)
    if wait:
        return Badge(label, WAITING, row.status_since, until=wait.until, wait=wait)
    return Badge(label, None, row.status_since)


def _label(row: Credential, now: datetime) -> StatusLabel:
    status = Status(row.status)
    expiry = expiry_of(row)
    if status is not Status.VALID or not expiry.is_near(now):
        return STATUS_LABELS[status]
    if expiry.is_past(now) and expiry.source in TOLD:
        return STATUS_LABELS[Status.EXPIRED]
    return EXPIRING


def _badge_of_trial(row: Trial, now: datetime) -> Badge:
    if row.is_being_checked(now):
        return Badge(CHECKING, CHECKING)
    if not row.outcome:
        return Badge(WAITING, WAITING, until=row.next_check_at, wait=wait_of(row, now))
    status = STATUS_FOR_OUTCOME.get(Outcome(row.outcome))
    label, remark = STATUS_LABELS[status] if status else COULD_NOT_CHECK, None
    if status is Status.VALID:
        remark = remark_of_verdict(load_verdict(row.verdict))
    return Badge(label, since=row.checked_at, remark=remark)
