"""Mutes the notices of a credential: for some days, or until its status or end changes."""

from datetime import datetime, timedelta

from django.db import transaction

from common.clock import database_now
from credentials_app.expiry import expiry_of
from credentials_app.models import Credential, Notice, WorkspaceRule
from credentials_app.presentation.badge import badge
from credentials_app.schedule import thresholds_of
from credentials_app.selectors import locked
from credentials_app.services.errors import NothingToAcknowledge
from credentials_app.status import Status, Tone
from workspaces import audit
from workspaces.rights.seat import Seat

LONGEST_SNOOZE = 30
SNOOZES = (1, 3, 7, LONGEST_SNOOZE)
URGENT_TONES = frozenset({Tone.BAD, Tone.WARN})
MUTING_COLUMNS = ("snoozed_until", "acknowledged_at", "acknowledged_by", "acknowledged_end")


def is_acknowledged(row: Credential) -> bool:
    """True if somebody acknowledged the status and the end that it has now."""
    at = row.acknowledged_at
    if at is None or at < row.status_since:
        return False
    return row.acknowledged_end == expiry_of(row).at


def snoozed_until(row: Credential, now: datetime) -> datetime | None:
    """The end of the snooze; None if it is not snoozed now."""
    until = row.snoozed_until
    return until if until is not None and until > now else None


def is_muted(row: Credential, now: datetime) -> bool:
    """True if nobody gets notices about it now: paused, acknowledged or snoozed."""
    if row.status == Status.PAUSED or is_acknowledged(row):
        return True
    return snoozed_until(row, now) is not None


def is_urgent(row: Credential, now: datetime) -> bool:
    """True if people get notices about its status, or about its end, now."""
    if badge(row, now).label.tone in URGENT_TONES:
        return True
    rule: WorkspaceRule | None = getattr(row.workspace, "rule", None)
    longest = max(thresholds_of(row, rule), default=0)
    return expiry_of(row).is_near(now, timedelta(days=longest + 1))


def snooze(seat: Seat, credential: Credential, days: int) -> Credential:
    """Postpone its notices for some days. Raises Credential.DoesNotExist."""
    with transaction.atomic():
        row = locked(seat, credential)
        row.save(update_fields=mark_snoozed(row, days, database_now()))
        audit.record("credentials:notices:snooze", seat=seat, target=row, details={"count": days})
    return row


def acknowledge(seat: Seat, credential: Credential) -> Credential:
    """Send no more notices about the status and the end that it has now.

    Raises NothingToAcknowledge while all is well, so that nobody loses later reminders by it;
    Credential.DoesNotExist.
    """
    with transaction.atomic():
        row, now = locked(seat, credential), database_now()
        if not is_urgent(row, now):
            raise NothingToAcknowledge
        row.save(update_fields=mark_acknowledged(row, seat, now))
        audit.record("credentials:notices:acknowledge", seat=seat, target=row)
    return row


def mark_snoozed(row: Credential, days: int, now: datetime) -> list[str]:
    """Snooze it. The caller saves the columns with these names."""
    release_snoozed(row)
    row.snoozed_until = now + timedelta(days=min(max(days, 1), LONGEST_SNOOZE))
    return ["snoozed_until"]


def mark_acknowledged(row: Credential, seat: Seat, now: datetime) -> list[str]:
    """Acknowledge its status and end. The caller saves the columns with these names."""
    row.acknowledged_at, row.acknowledged_by = now, seat.user.email
    row.acknowledged_end = expiry_of(row).at
    return ["acknowledged_at", "acknowledged_by", "acknowledged_end"]


def unmute(seat: Seat, credential: Credential) -> Credential:
    """End the snooze and the acknowledgement. Raises Credential.DoesNotExist."""
    with transaction.atomic():
        row = locked(seat, credential)
        release_snoozed(row)
        row.snoozed_until = row.acknowledged_at = row.acknowledged_end = None
        row.acknowledged_by = ""
        row.save(update_fields=MUTING_COLUMNS)
        audit.record("credentials:notices:hear_again", seat=seat, target=row)
    return row


def release_snoozed(row: Credential) -> None:
    """Make the notices due now that wait for the end of the snooze.

    If a new snooze begins, delivery postpones them to its end.
    """
    if row.snoozed_until is not None:
        held = Notice.objects.filter(credential=row, mailed_at__isnull=True)
        held.filter(due_at=row.snoozed_until).update(due_at=database_now())
