"""When people want to hear nothing of a credential: for a while, or until something changes."""

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
LOUD = frozenset({Tone.BAD, Tone.WARN})
QUIET = ("snoozed_until", "acknowledged_at", "acknowledged_by", "acknowledged_end")


def is_acknowledged(row: Credential) -> bool:
    """Whether somebody said so of the status and the end that it has now."""
    said = row.acknowledged_at
    if said is None or said < row.status_since:
        return False
    return row.acknowledged_end == expiry_of(row).at


def snoozed_until(row: Credential, now: datetime) -> datetime | None:
    """Until when nobody hears of it; None when nobody has to wait."""
    until = row.snoozed_until
    return until if until is not None and until > now else None


def is_quiet(row: Credential, now: datetime) -> bool:
    """Whether news of it is held back, or not wanted."""
    if row.status == Status.PAUSED or is_acknowledged(row):
        return True
    return snoozed_until(row, now) is not None


def is_loud(row: Credential, now: datetime) -> bool:
    """Whether its status, or its end, is something that people are told of now."""
    if badge(row, now).sign.tone in LOUD:
        return True
    rule: WorkspaceRule | None = getattr(row.workspace, "rule", None)
    longest = max(thresholds_of(row, rule), default=0)
    return expiry_of(row).is_near(now, timedelta(days=longest + 1))


def snooze(seat: Seat, credential: Credential, days: int) -> Credential:
    """Hold back what there is to tell of it for some days. Raises Credential.DoesNotExist."""
    with transaction.atomic():
        row = locked(seat, credential)
        _let_go(row)
        row.snoozed_until = database_now() + timedelta(days=min(max(days, 1), LONGEST_SNOOZE))
        row.save(update_fields=["snoozed_until"])
        audit.record("credentials:notices:snooze", seat=seat, target=row, details={"count": days})
    return row


def acknowledge(seat: Seat, credential: Credential) -> Credential:
    """Nobody is told again of the status and the end that it has now.

    Raises NothingToAcknowledge while all is well: later reminders are not to be lost by that.
    Raises Credential.DoesNotExist.
    """
    with transaction.atomic():
        row, now = locked(seat, credential), database_now()
        if not is_loud(row, now):
            raise NothingToAcknowledge
        row.acknowledged_at, row.acknowledged_by = now, seat.user.email
        row.acknowledged_end = expiry_of(row).at
        row.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_end"])
        audit.record("credentials:notices:acknowledge", seat=seat, target=row)
    return row


def unmute(seat: Seat, credential: Credential) -> Credential:
    """Let people hear of it again. Raises Credential.DoesNotExist."""
    with transaction.atomic():
        row = locked(seat, credential)
        _let_go(row)
        row.snoozed_until = row.acknowledged_at = row.acknowledged_end = None
        row.acknowledged_by = ""
        row.save(update_fields=QUIET)
        audit.record("credentials:notices:hear_again", seat=seat, target=row)
    return row


def _let_go(row: Credential) -> None:
    """What waits for the end of the snooze is due now; where another begins, it waits for that."""
    if row.snoozed_until is not None:
        held = Notice.objects.filter(credential=row, mailed_at__isnull=True)
        held.filter(due_at=row.snoozed_until).update(due_at=database_now())
