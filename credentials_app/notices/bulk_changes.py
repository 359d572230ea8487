"""Changes of many credentials at once, each with the columns that undo it.

A change writes what the same action writes for one credential, and one audit event for all. Tags
have an audit event at each credential too, which its timeline shows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from common.clock import database_now
from credentials_app.models import BulkChange, Credential, tags_of
from credentials_app.notices.muting import (
    is_urgent,
    mark_acknowledged,
    mark_snoozed,
    release_snoozed,
)
from credentials_app.selectors import locked_place
from credentials_app.services import columns
from credentials_app.services.errors import (
    NothingToChange,
    NothingToUndo,
    OwnerNotHere,
    TooManyAtOnce,
)
from credentials_app.services.limits import count_bulk_request
from credentials_app.services.tags import change_tags, checked_names, refuse_too_many
from credentials_app.status import Status
from workspaces import audit
from workspaces.models import User
from workspaces.rights.access import role_in
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

MOST_AT_ONCE = 1000
UNDO_FOR = timedelta(minutes=10)
RETENTION = timedelta(days=1)
Mark = Callable[[Credential, datetime], list[str]]


@dataclass(frozen=True)
class Change:
    """An action with its values; ``days`` of a snooze, ``owner`` and ``day`` may be None, ``tags``
    come or go."""

    action: str
    days: int = 0
    owner: User | None = None
    day: date | None = None
    tags: tuple[str, ...] = ()


RIGHTS: dict[str, Can] = {
    "pause": Can.WRITE,
    "resume": Can.WRITE,
    "owner": Can.WRITE,
    "ends": Can.WRITE,
    "tag": Can.WRITE,
    "untag": Can.WRITE,
    "snooze": Can.NOTICE_RULES,
    "acknowledge": Can.NOTICE_RULES,
}
TAGS = "tags"
"""Among the changed columns: the names of the tags, which are rows of their own."""
UNDONE_COLUMNS = {
    "owner": ("owner",),
    "ends": ("expires_on",),
    "tag": (TAGS,),
    "untag": (TAGS,),
}
"""What undoing restores, where it is less than what the action wrote."""


def change_many(seat: Seat, rows: QuerySet[Credential], change: Change) -> BulkChange:
    """Do it with each of these credentials of the workspace that it applies to.

    Raises NothingToChange, TooManyAtOnce, OwnerNotHere, AskedTooOften, TagsRefused,
    TokenInPlainField.
    """
    if change.owner is not None and role_in(change.owner, seat.workspace) is None:
        raise OwnerNotHere
    if rows.count() > MOST_AT_ONCE:
        raise TooManyAtOnce(MOST_AT_ONCE)
    if change.action == "resume":
        count_bulk_request(seat)
    with transaction.atomic(), audit.together():
        locked_place(seat.workspace)
        if change.action == "tag":
            refuse_too_many(seat.workspace, checked_names(change.tags))
        now = database_now()
        mark = _mark_of(change, seat)
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for row in _locked(seat, rows):
            was = _values(row)
            if names := mark(row, now):
                row.save(update_fields=[name for name in names if name != TAGS])
                before[str(row.pk)] = {name: was[name] for name in names}
                after[str(row.pk)] = {name: _values(row)[name] for name in names}
        if not before:
            raise NothingToChange
        done = _store(seat, change.action, before, after, now)
        _record(seat, change.action, done)
    return done


def undo(seat: Seat, change: BulkChange) -> int:
    """Take it back where nobody changed the same columns since. Returns for how many.

    Raises NothingToUndo: it is of another person, too old, or undone already.
    """
    with transaction.atomic(), audit.together():
        locked_place(seat.workspace)
        now = database_now()
        mine = BulkChange.objects.select_for_update().filter(
            pk=change.pk, workspace=seat.workspace, by=seat.user, undone_at__isnull=True
        )
        found = mine.filter(at__gt=now - UNDO_FOR).first()
        if found is None:
            raise NothingToUndo
        rows = Credential.objects.filter(pk__in=[*found.before])
        count = sum(_restored(seat, row, found, now) for row in _locked(seat, rows))
        found.undone_at = now
        found.save(update_fields=["undone_at"])
        _record(seat, "undo", found)
    return count


def last_change(seat: Seat, pk: Any) -> BulkChange | None:
    """The change with this key, if this person may still undo it."""
    rows = BulkChange.objects.filter(workspace=seat.workspace, by=seat.user, undone_at=None, pk=pk)
    return rows.filter(at__gt=database_now() - UNDO_FOR).first()


def delete_old_bulk_changes(*, now: datetime) -> None:
    """Delete changes of many that nobody can undo any more."""
    BulkChange.objects.filter(at__lte=now - RETENTION).delete()


def _mark_of(change: Change, seat: Seat) -> Mark:
    """What the action does with a row; it writes no column of a row that it does not apply to."""

    def paused(row: Credential, now: datetime) -> list[str]:
        return [] if row.status == Status.PAUSED else columns.mark_paused(row, now)

    def resumed(row: Credential, now: datetime) -> list[str]:
        names = columns.mark_resumed(row, now) if row.status == Status.PAUSED else []
        row.asked_at = None if names else row.asked_at
        return names

    def owned(row: Credential, now: datetime) -> list[str]:
        return columns.mark_owned(row, change.owner, seat, now)

    def ending(row: Credential, now: datetime) -> list[str]:
        if row.expires_on == change.day:
            return []
        names = columns.mark_ending(row, change.day, seat, now)
        row.asked_at = None if "asked_at" in names else row.asked_at
        return names

    def tagged(row: Credential, now: datetime) -> list[str]:
        return with_names(row, {*tags_of(row), *checked_names(change.tags)}, now)

    def untagged(row: Credential, now: datetime) -> list[str]:
        return with_names(row, {*tags_of(row)} - {*checked_names(change.tags)}, now)

    def with_names(row: Credential, names: Iterable[str], now: datetime) -> list[str]:
        is_changed = change_tags(seat, row, names)
        return [TAGS, *columns.mark_changed(row, seat, now)] if is_changed else []

    def acknowledged(row: Credential, now: datetime) -> list[str]:
        return mark_acknowledged(row, seat, now) if is_urgent(row, now) else []

    def snoozed(row: Credential, now: datetime) -> list[str]:
        return mark_snoozed(row, change.days, now)

    marks: Mapping[str, Mark] = {
        "pause": paused,
        "resume": resumed,
        "owner": owned,
        "ends": ending,
        "tag": tagged,
        "untag": untagged,
        "snooze": snoozed,
        "acknowledge": acknowledged,
    }
    return marks[change.action]


def _restored(seat: Seat, row: Credential, change: BulkChange, now: datetime) -> bool:
    """Write the earlier values, unless somebody or a check changed one of them since.

    An earlier status holds only for what it was found of: not after an edit.
    """
    before, after = change.before[str(row.pk)], change.after[str(row.pk)]
    names = UNDONE_COLUMNS.get(change.action, tuple(before))
    now_there = _values(row)
    if "status" in names and row.changed_at > change.at:
        return False
    if any(now_there[name] != after[name] for name in names):
        return change.action == "resume" and _paused_again(row, now)
    if change.action == "snooze":
        release_snoozed(row)
    if TAGS in names:
        change_tags(seat, row, before[TAGS])
    earlier = {name: before[name] for name in names if name != TAGS}
    row.save(update_fields=columns.mark_as_before(row, earlier, now))
    return True


def _paused_again(row: Credential, now: datetime) -> bool:
    """What a check found since does not matter to who wanted it paused. False: it is paused."""
    if row.status == Status.PAUSED:
        return False
    row.save(update_fields=columns.mark_paused(row, now))
    return True


def _locked(seat: Seat, rows: QuerySet[Credential]) -> QuerySet[Credential]:
    keys = rows.filter(workspace=seat.workspace).order_by().values("pk")
    mine = Credential.objects.filter(pk__in=keys, workspace=seat.workspace)
    mine = mine.select_for_update(of=("self",)).defer("sealed", "notes", "searched_text", "verdict")
    mine = mine.select_related("workspace__rule", "workspace__organization").order_by("pk")
    return mine.prefetch_related("tags")


def _values(row: Credential) -> dict[str, Any]:
    """The loaded columns by field name, as JSON can hold them; a related row by its key, tags by
    their names."""
    deferred = row.get_deferred_fields()
    fields = [field for field in Credential._meta.concrete_fields if not field.generated]
    loaded = {f.name: _plain(getattr(row, f.attname)) for f in fields if f.attname not in deferred}
    return {**loaded, TAGS: [*tags_of(row)]}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)


def _store(
    seat: Seat, action: str, before: dict[str, Any], after: dict[str, Any], now: datetime
) -> BulkChange:
    return BulkChange.objects.create(
        workspace=seat.workspace, by=seat.user, at=now, action=action, before=before, after=after
    )


def _record(seat: Seat, action: str, change: BulkChange) -> None:
    audit.record(
        f"credentials:many:{action}",
        seat=seat,
        target=change,
        details={
            "count": len(change.before),
            "ids": sorted(change.before),
            "change": change.action,
        },
    )
