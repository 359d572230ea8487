"""Deleting credentials, the bin that keeps them for seven days, and the purge after that."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from common.clock import database_now
from common.living import KEPT_FOR
from credentials_app.models import (
    BulkCheckEntry,
    Credential,
    FormerSecret,
    Notice,
    SeenAddress,
    StatusChange,
    Trial,
)
from credentials_app.selectors import locked, locked_place, name_is_taken
from credentials_app.services.credentials import credential_details
from credentials_app.services.errors import NameTaken, NothingToChange, NumberChanged, TooManyAtOnce
from credentials_app.services.limits import refuse_above_the_cap
from credentials_app.status import Notify
from workspaces import audit
from workspaces.rights.seat import Seat

MOST_DELETED = 1000
PURGED_AT_ONCE = 50
UNLEASED = {"lease_id": None, "lease_until": None}


def in_the_bin(seat: Seat) -> QuerySet[Credential]:
    """The deleted credentials of the workspace that can be brought back, the newest first."""
    kept = Credential.every.filter(
        workspace=seat.workspace, deleted_at__gt=database_now() - KEPT_FOR
    )
    return kept.defer("sealed", "notes", "searched_text", "verdict").order_by("-deleted_at", "name")


def delete_credential(seat: Seat, credential: Credential, *, for_good: bool = False) -> None:
    """Put it into the bin; ``for_good``: delete it now with its secret, checks and history.

    The audit log keeps its name. Raises Credential.DoesNotExist.
    """
    with transaction.atomic(), audit.together():
        row = locked(seat, credential)
        _put_into_the_bin(seat, [row])
        if for_good:
            _purge(seat, row)


def delete_many(seat: Seat, rows: QuerySet[Credential], *, number: int) -> int:
    """Put these credentials of the workspace into the bin, if they are still so many.

    Returns their number. Raises NothingToChange, TooManyAtOnce, NumberChanged.
    """
    with transaction.atomic(), audit.together():
        keys = rows.filter(workspace=seat.workspace).order_by().values("pk")
        mine = Credential.objects.filter(pk__in=keys).select_for_update(of=("self",))
        found = list(mine.defer("sealed", "notes", "searched_text", "verdict").order_by("pk"))
        if not found:
            raise NothingToChange
        if len(found) > MOST_DELETED:
            raise TooManyAtOnce(MOST_DELETED)
        if len(found) != number:
            raise NumberChanged(len(found))
        _put_into_the_bin(seat, found)
    return len(found)


def restore_credential(seat: Seat, credential: Credential, *, name: str = "") -> Credential:
    """Bring it back from the bin, under another ``name`` if one is given, and make it due.

    A paused credential stays paused. Raises NameTaken: a living one has its name.
    TooManyCredentials; Credential.DoesNotExist if it is not in the bin.
    """
    with transaction.atomic():
        locked_place(seat.workspace)
        row = in_the_bin(seat).select_for_update(of=("self",)).get(pk=credential.pk)
        refuse_above_the_cap(seat.workspace)
        old, row.name = row.name, name or row.name
        if name_is_taken(seat.workspace, row.name):
            raise NameTaken
        row.deleted_at = row.deleted_by = None
        if row.next_check_at is not None:
            row.next_check_at = database_now()
        _save_living(row)
        details = {"old_name": old} if old != row.name else {}
        audit.record("credentials:credential:restore", seat=seat, target=row, details=details)
    return row


def delete_for_good(seat: Seat, credential: Credential) -> None:
    """Delete what is in the bin. Raises Credential.DoesNotExist if it is not there."""
    with transaction.atomic(), audit.together():
        row = in_the_bin(seat).select_for_update(of=("self",)).get(pk=credential.pk)
        _purge(seat, row)


def purge_the_bins(*, now: datetime) -> int:
    """Delete what is in the bin for seven days, with all that belongs to it. Returns how many."""
    return purge_rows(Credential.every.filter(deleted_at__lte=now - KEPT_FOR))


def purge_rows(rows: QuerySet[Credential]) -> int:
    """Delete these deleted rows for good, some in each transaction. Returns how many."""
    count, rows = 0, rows.select_related("workspace__organization").only("name", "workspace")
    while found := list(rows[:PURGED_AT_ONCE]):
        with transaction.atomic(), audit.together():
            for row in found:
                _purge(None, row)
        count += len(found)
    return count


def end_what_is_told(rows: Collection[UUID] | QuerySet[Any], places: Collection[UUID] = ()) -> None:
    """Delete what must not outlive the deletion of these credentials and workspaces: former
    secrets, trials, and what would still be told of them."""
    for model in (FormerSecret, Trial, BulkCheckEntry):
        model._base_manager.filter(credential__in=rows).delete()
    Trial.objects.filter(workspace__in=places).delete()
    pending = Q(credential__in=rows) | Q(workspace__in=places)
    Notice.objects.filter(pending, mailed_at__isnull=True).delete()
    StatusChange.every.filter(credential__in=rows, told_at=None).update(tell=Notify.NOBODY)
    SeenAddress.objects.filter(credential__in=rows).update(tell=False)


def _put_into_the_bin(seat: Seat, rows: Collection[Credential]) -> None:
    keys = [row.pk for row in rows]
    end_what_is_told(keys)
    for row in rows:
        details = credential_details(row)
        audit.record("credentials:credential:delete", seat=seat, target=row, details=details)
    Credential.objects.filter(pk__in=keys).update(
        deleted_at=database_now(), deleted_by=seat.user.email, asked_at=None, **UNLEASED
    )


def _purge(seat: Seat | None, row: Credential) -> None:
    audit.record("credentials:credential:purge", seat=seat, workspace=row.workspace, target=row)
    row.delete()


def _save_living(row: Credential) -> None:
    """Save. Raises NameTaken: the database decides between two people who save at once."""
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "deleted_at", "deleted_by", "next_check_at"])
    except IntegrityError:
        if name_is_taken(row.workspace, row.name, but=row.pk):
            raise NameTaken from None
        raise
