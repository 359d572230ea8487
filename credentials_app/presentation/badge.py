"""What a list or a page shows of a credential or a trial: one sign, and one note beside it."""

from dataclasses import dataclass
from datetime import datetime

from credentials_app.expiry import TOLD, expiry_of
from credentials_app.models import Credential, Trial
from credentials_app.status import (
    CHECKING,
    COULD_NOT_CHECK,
    EXPIRING,
    STATUS_FOR_OUTCOME,
    STATUS_LABELS,
    WAITING,
    Status,
    StatusLabel,
)
from registry.outcome import Outcome


@dataclass(frozen=True)
class Badge:
    """``sign`` is what we believe; ``note`` what happens now, or why we could not look.

    ``until`` is when a check that waits will be made, ``since`` since when ``sign`` or, with a
    note *could not check*, the note holds.
    """

    sign: StatusLabel
    note: StatusLabel | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_moving(self) -> bool:
        """Whether a page should ask again soon."""
        return self.note in (CHECKING, WAITING)


def badge(row: Credential | Trial, now: datetime) -> Badge:
    """The badge of a credential or of a trial."""
    return _badge_of_trial(row, now) if isinstance(row, Trial) else _badge(row, now)


def _badge(row: Credential, now: datetime) -> Badge:
    sign = _sign(row, now)
    if row.is_being_checked(now):
        return Badge(sign, CHECKING, row.status_since)
    if row.asked_at and row.next_check_at:
        return Badge(sign, WAITING, row.status_since, until=row.next_check_at)
    if row.could_not_look_shown:
        return Badge(sign, COULD_NOT_CHECK, row.could_not_look_since)
    return Badge(sign, None, row.status_since)


def _sign(row: Credential, now: datetime) -> StatusLabel:
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
        return Badge(WAITING, WAITING, until=row.next_check_at)
    belief = STATUS_FOR_OUTCOME.get(Outcome(row.outcome))
    return Badge(STATUS_LABELS[belief] if belief else COULD_NOT_CHECK, since=row.checked_at)
