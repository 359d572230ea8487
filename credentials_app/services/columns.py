"""What a deed writes into the columns of a credential; saving is the deed's."""

from datetime import UTC, datetime

from credentials_app.checks.apply import STATE_COLUMNS, note_change
from credentials_app.lifecycle import FINAL, State
from credentials_app.models import Credential
from credentials_app.services.draft import Draft
from credentials_app.status import Status
from workspaces.rights.seat import Seat

PEOPLES = (
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
WHAT_IS_CHECKED = frozenset({"provider", "push", "repository", "expires_on"})
DUE = ("next_check_at", "asked_at")
STATUS = ("status", "status_since")


def fill(row: Credential, draft: Draft) -> None:
    """Put the draft into people's columns."""
    for column in PEOPLES:
        value = str(draft.server) if column == "server" else getattr(draft, column)
        setattr(row, column, value)


def new_row(seat: Seat, draft: Draft, now: datetime) -> Credential:
    """A row that nobody has looked at, due at once."""
    row = Credential(workspace=seat.workspace, created_at=now, created_by=seat.user.email)
    fill(row, draft)
    mark_changed(row, seat, now)
    row.secret_set_at, row.secret_set_by = now, seat.user.email
    row.status_since = row.next_check_at = row.asked_at = now
    return row


def differences(row: Credential, draft: Draft) -> list[str]:
    """The names of people's columns that the draft changes."""
    after = Credential(pk=row.pk)
    fill(after, draft)
    names = {"owner": "owner_id"}
    return [
        column
        for column in PEOPLES
        if getattr(row, names.get(column, column)) != getattr(after, names.get(column, column))
    ]


def version_of(row: Credential) -> str:
    """Names what people last saved in the row; another save gives it another one."""
    return row.changed_at.astimezone(UTC).isoformat()


def mark_changed(row: Credential, seat: Seat, now: datetime) -> list[str]:
    """Note who changed it."""
    row.changed_at, row.changed_by = now, seat.user.email
    return ["changed_at", "changed_by"]


def make_due(row: Credential, now: datetime) -> list[str]:
    """Due at once, because a person waits for it."""
    row.next_check_at = row.asked_at = now
    return [*DUE]


def trust(row: Credential, now: datetime) -> list[str]:
    """Due at once with another pin; a look that is on its way without it loses its claim."""
    row.lease_id = row.lease_until = None
    return ["lease_id", "lease_until", *make_due(row, now)]


def start_over(row: Credential, seat: Seat, now: datetime) -> list[str]:
    """Another secret: nothing that was found out holds for it. What was told stays told."""
    fresh = State(told_bad=row.told_bad)
    old = Status(row.status)
    for name in STATE_COLUMNS:
        setattr(row, name, getattr(fresh, name))
    row.secret_version += 1
    row.secret_set_at, row.secret_set_by = now, seat.user.email
    row.verdict, row.asks = None, ""
    _change(row, old, "replaced", now)
    facts = ["verdict", "asks", "secret_version", "secret_set_at", "secret_set_by", "status_since"]
    return [*STATE_COLUMNS, *facts, *make_due(row, now)]


def check_again(row: Credential, now: datetime) -> list[str]:
    """Something else is to be checked: what ended stays ended, the rest is unverified."""
    old = Status(row.status)
    if old in FINAL:
        return []
    row.status = Status.UNVERIFIED
    _change(row, old, "edited", now)
    return [*STATUS, *make_due(row, now)]


def mark_resumed(row: Credential, now: datetime) -> list[str]:
    """Due at once; a paused one is checked on as if it had not been refused before."""
    if row.status != Status.PAUSED:
        return make_due(row, now)
    row.status, row.rejections, row.rejected_since = Status.UNVERIFIED, 0, None
    _change(row, Status.PAUSED, "resumed", now)
    return [*STATUS, "rejections", "rejected_since", *make_due(row, now)]


def mark_paused(row: Credential, now: datetime) -> list[str]:
    """Nobody looks until it is resumed."""
    old = Status(row.status)
    row.status, row.next_check_at, row.asked_at = Status.PAUSED, None, None
    _change(row, old, "paused", now)
    return [*STATUS, *DUE]


def _change(row: Credential, old: Status, why: str, now: datetime) -> None:
    if Status(row.status) is old:
        return
    row.status_since = now
    note_change(row, old, why, now=now)
