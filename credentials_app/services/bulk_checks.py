"""Checks of many: a person makes many credentials due at once, and batches check them.

The caller enqueues ``tasks.sweep_due_checks.delay_on_commit()``.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from common.clock import database_now
from credentials_app.lifecycle import FINAL
from credentials_app.models import BulkCheck, BulkCheckEntry, Credential
from credentials_app.selectors import locked_place
from credentials_app.services.errors import NothingToCheck, StillRunning
from credentials_app.services.limits import count_bulk_request
from credentials_app.status import Status
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.seat import Seat

MOST_CHOSEN = 1000
RETENTION = timedelta(days=7)
BATCH_SIZE = 2000
WILL_BE_CHECKED = Q(credential__next_check_at__isnull=False) | Q(credential__lease_id__isnull=False)
OPEN = Q(done_at__isnull=True) & WILL_BE_CHECKED
"""Entries that a check will close. An entry that was paused meanwhile is not one of them."""


def check_selection(seat: Seat, ids: Collection[UUID]) -> BulkCheck:
    """Make these credentials of the workspace due; paused ones are left alone.

    Raises StillRunning, NothingToCheck, AskedTooOften.
    """
    chosen = Credential.objects.filter(workspace=seat.workspace, pk__in=list(ids)[:MOST_CHOSEN])
    return _begin(seat, chosen, leave={Status.PAUSED}, by_name=True)


def check_workspace(seat: Seat) -> BulkCheck:
    """The same for the whole workspace; credentials with a final status are left alone too."""
    rows = Credential.objects.filter(workspace=seat.workspace)
    return _begin(seat, rows, leave={Status.PAUSED, *FINAL}, by_name=False)


def check_found(seat: Seat, rows: QuerySet[Credential]) -> BulkCheck:
    """The same for what a search or a filter found; only paused ones are left alone."""
    mine = Credential.objects.filter(workspace=seat.workspace, pk__in=rows.order_by().values("pk"))
    return _begin(seat, mine, leave={Status.PAUSED}, by_name=False)


def running_in(workspace: Workspace) -> BulkCheck | None:
    """The check of many that still runs in this workspace; only the newest one can."""
    newest = with_left(BulkCheck.objects.filter(workspace=workspace)).order_by("-asked_at").first()
    return newest if newest is not None and newest.left else None


def with_left(bulks: QuerySet[BulkCheck]) -> QuerySet[BulkCheck]:
    """The same with ``left`` counted."""
    still_open = BulkCheckEntry.objects.filter(OPEN, bulk_check=OuterRef("pk")).order_by()
    count = still_open.values("bulk_check").annotate(count=Count("pk")).values("count")
    return bulks.annotate(still_open=Coalesce(Subquery(count), 0))


def leave_the_rest(seat: Seat, bulk: BulkCheck) -> None:
    """Close its open entries. Credentials that are due stay due and are checked in their turn."""
    now = database_now()
    with transaction.atomic():
        rest = BulkCheckEntry.objects.filter(
            bulk_check=bulk, bulk_check__workspace=seat.workspace, done_at__isnull=True
        )
        ids = list(rest.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        count = BulkCheckEntry.objects.filter(pk__in=ids).update(done_at=now)
        if count:
            audit.record(
                "credentials:checks:leave", seat=seat, target=bulk, details={"count": count}
            )


def delete_old_bulk_checks(*, now: datetime) -> None:
    """Delete checks of many after ``RETENTION``; each credential keeps its check runs."""
    BulkCheck.objects.filter(asked_at__lte=now - RETENTION).delete()


def _begin(
    seat: Seat, rows: QuerySet[Credential], *, leave: set[Status], by_name: bool
) -> BulkCheck:
    with transaction.atomic():
        locked_place(seat.workspace)
        running = running_in(seat.workspace)
        if running is not None:
            raise StillRunning(running)
        wanted = rows.exclude(status__in=leave)
        ids = list(wanted.order_by("pk").values_list("pk", flat=True))
        left_alone = rows.count() - len(ids)
        if not ids:
            raise NothingToCheck(left_alone)
        count_bulk_request(seat)
        bulk = _create(seat, ids, left_alone)
        _make_due(wanted, bulk.asked_at)
        _record(seat, bulk, [str(pk) for pk in ids] if by_name else [])
    return bulk


def _record(seat: Seat, bulk: BulkCheck, named: list[str]) -> None:
    audit.record(
        "credentials:checks:start",
        seat=seat,
        target=bulk,
        details={"count": bulk.total, "ids": named},
    )


def _create(seat: Seat, ids: list[UUID], left_alone: int) -> BulkCheck:
    bulk = BulkCheck.objects.create(
        workspace=seat.workspace,
        asked_by=seat.user,
        asked_at=database_now(),
        total=len(ids),
        left_alone=left_alone,
    )
    entries = [BulkCheckEntry(bulk_check=bulk, credential_id=pk) for pk in ids]
    BulkCheckEntry.objects.bulk_create(entries, batch_size=BATCH_SIZE)
    return bulk


def _make_due(wanted: QuerySet[Credential], now: datetime) -> None:
    """Make them due without priority: nobody waits at the page of a single one.

    A claimed credential is being checked already, and one that a person waits for stays as it is.
    """
    later = Q(next_check_at__isnull=True) | Q(next_check_at__gt=now)
    wanted.filter(later, lease_id__isnull=True, asked_at__isnull=True).update(next_check_at=now)
