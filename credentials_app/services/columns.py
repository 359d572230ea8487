"""Writes values into the columns of a credential. The caller saves.

Each ``mark_…`` returns the names of the columns that it wrote.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Field

from credentials_app.checks.apply import STATE_COLUMNS, note_change
from credentials_app.checks.use_rows import USE_COLUMNS
from credentials_app.lifecycle import FINAL, State
from credentials_app.models import Credential
from credentials_app.services.draft import Draft
from credentials_app.status import Notify, Status, UseSeen
from workspaces.models import User
from workspaces.rights.seat import Seat

DRAFT_COLUMNS = (
    "name",
    "provider",
    "server",
    "username",
    "push",
    "repository",
    "expires_on",
    "owner",
    "notes",
    "check_every",
    "remind_before",
)
"""What a person fills in."""
CHECKED_COLUMNS = frozenset({"provider", "push", "repository", "expires_on"})
"""What a check depends on, besides the login itself."""
DUE_COLUMNS = ("next_check_at", "asked_at")
STATUS_COLUMNS = ("status", "status_since")
WAIT_COLUMNS = ("wait_reason", "waits_since", "send_again")


def fill(row: Credential, draft: Draft) -> None:
    """Copy the draft into the row."""
    for column in DRAFT_COLUMNS:
        value = str(draft.server) if column == "server" else getattr(draft, column)
        setattr(row, column, value)


def new_row(seat: Seat, draft: Draft, now: datetime) -> Credential:
    """A row without any check so far, due at once."""
    row = Credential(workspace=seat.workspace, created_at=now, created_by=seat.user.email)
    fill(row, draft)
    mark_changed(row, seat, now)
    row.secret_set_at, row.secret_set_by = now, seat.user.email
    row.status_since = row.next_check_at = row.asked_at = now
    return row


def differences(row: Credential, draft: Draft) -> list[str]:
    """The names of the columns that the draft would change."""
    filled = Credential(pk=row.pk)
    fill(filled, draft)
    names = {"owner": "owner_id"}
    return [
        column
        for column in DRAFT_COLUMNS
        if getattr(row, names.get(column, column)) != getattr(filled, names.get(column, column))
    ]


def version_of(row: Credential) -> str:
    """The version of what people last saved in the row; each save makes a new one."""
    return row.changed_at.astimezone(UTC).isoformat()


def mark_changed(row: Credential, seat: Seat, now: datetime) -> list[str]:
    """Store who changed the row, and when."""
    row.changed_at, row.changed_by = now, seat.user.email
    return ["changed_at", "changed_by"]


def mark_due(row: Credential, now: datetime) -> list[str]:
    """Make it due at once, because a person waits for the check."""
    row.next_check_at = row.asked_at = now
    return [*DUE_COLUMNS]


def mark_confirmed(row: Credential, now: datetime) -> list[str]:
    """Make it due at once with its new pin; a check that runs without the pin loses its lease."""
    row.lease_id = row.lease_until = None
    return ["lease_id", "lease_until", *mark_due(row, now)]


def mark_replaced(
    row: Credential, seat: Seat, now: datetime, *, is_brought_back: bool = False
) -> list[str]:
    """The secret was replaced: reset the state, and end the wait of the old one's check.

    ``told_bad`` stays: people know that already.

    ``is_brought_back``: a former secret replaced it, and people are notified.
    """
    state, old = State(told_bad=row.told_bad), Status(row.status)
    for name in STATE_COLUMNS:
        setattr(row, name, getattr(state, name))
    row.secret_version += 1
    row.secret_set_at, row.secret_set_by = now, seat.user.email
    row.verdict, row.asks = None, ""
    row.secret_kind = row.has_excess = None
    row.use_seen, row.used_at, row.use_told_at = UseSeen.UNTOLD, None, None
    row.wait_reason, row.waits_since, row.send_again = "", None, False
    if is_brought_back:
        row.status_since = now
        note_change(row, old, "brought_back", now=now, notify=Notify.BROUGHT_BACK)
    else:
        _note_change(row, old, "replaced", now)
    others = ["verdict", "asks", "secret_version", "secret_set_at", "secret_set_by", "status_since"]
    others += ["secret_kind", "secret_digest", "has_excess"]
    return [*STATE_COLUMNS, *others, *WAIT_COLUMNS, *USE_COLUMNS, *mark_due(row, now)]


def mark_unverified(row: Credential, now: datetime) -> list[str]:
    """Unverified and due, because ``CHECKED_COLUMNS`` changed; a final status stays, not due, and
    so does a paused one, until somebody resumes it."""
    old = Status(row.status)
    if old in FINAL or old is Status.PAUSED:
        return []
    row.status = Status.UNVERIFIED
    _note_change(row, old, "edited", now)
    return [*STATUS_COLUMNS, *mark_due(row, now)]


def mark_resumed(row: Credential, now: datetime) -> list[str]:
    """Make it due at once; one that was paused starts without its earlier refusals."""
    if row.status != Status.PAUSED:
        return mark_due(row, now)
    row.status, row.rejections, row.rejected_since = Status.UNVERIFIED, 0, None
    _note_change(row, Status.PAUSED, "resumed", now)
    return [*STATUS_COLUMNS, "rejections", "rejected_since", *mark_due(row, now)]


def mark_owned(row: Credential, owner: User | None, seat: Seat, now: datetime) -> list[str]:
    """Give it another owner, or nobody."""
    row.owner = owner
    return ["owner", *mark_changed(row, seat, now)]


def mark_ending(row: Credential, day: date | None, seat: Seat, now: datetime) -> list[str]:
    """Store the end date that a person knows; checks depend on it, as after an edit."""
    row.expires_on = day
    return ["expires_on", *mark_changed(row, seat, now), *mark_unverified(row, now)]


def mark_paused(row: Credential, now: datetime) -> list[str]:
    """Pause it: no checks until somebody resumes it."""
    old = Status(row.status)
    row.status, row.next_check_at, row.asked_at = Status.PAUSED, None, None
    _note_change(row, old, "paused", now)
    return [*STATUS_COLUMNS, *DUE_COLUMNS]


def mark_as_before(row: Credential, before: Mapping[str, Any], now: datetime) -> list[str]:
    """Write these earlier values of columns; a status that comes back is a status change."""
    old = Status(row.status)
    for name, value in before.items():
        field: Field[Any, Any] = Credential._meta.get_field(name)  # type: ignore[assignment]
        setattr(row, field.attname, field.to_python(value))
    if Status(row.status) is not old:
        why = "paused" if row.status == Status.PAUSED else "resumed"
        note_change(row, old, why, now=now)
    return [*before]


def _note_change(row: Credential, old: Status, why: str, now: datetime) -> None:
    if Status(row.status) is old:
        return
    row.status_since = now
    note_change(row, old, why, now=now)
