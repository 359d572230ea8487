"""Checks: ask for one or many, follow them, read the history and the steps of each."""

from uuid import UUID

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import respond
from api.auth import credential_for, seat_of
from api.credentials import ONE, PLACE, as_stored
from api.cursors import OWN, USUAL, Limit, next_link, page_by_keys
from api.drafts import refuse_unknown
from api.headers import IDEMPOTENCY_KEY, LIST_CURSOR
from api.repeats import once
from api.schemas.checks import (
    CheckRequest,
    ManyChecks,
    ManyShape,
    ProgressShape,
    RunDetail,
    RunShape,
)
from api.schemas.shape import ListOf
from api.shapes import note_of, run_detail, run_shape, step_shapes
from common.clock import database_now
from credentials_app import tasks
from credentials_app.models import BulkCheck, Credential
from credentials_app.presentation.badge import badge
from credentials_app.presentation.bulk_progress import progress_of
from credentials_app.presentation.history import check_views
from credentials_app.presentation.live import live_check
from credentials_app.selectors import history_of, progress_of_check
from credentials_app.services.actions import check_now
from credentials_app.services.bulk_checks import check_selection, check_workspace, with_left
from workspaces.rights.roles import Can
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["checks"])
NEWEST = [OrderBy(F("started_at"), descending=True), OrderBy(F("id"), descending=True)]


@router.post(f"{ONE}/checks", response={202: ProgressShape}, openapi_extra=IDEMPOTENCY_KEY)
@once(TokenScope.CHECKS_RUN, Can.CHECK)
def ask(
    request: HttpRequest, workspace: UUID, credential: UUID, body: CheckRequest | None = None
) -> HttpResponse:
    """Ask for a check at once. Follow it at the address in Location."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CHECKS_RUN, can=Can.CHECK
    )
    check_now(seat, row, again=body is not None and body.again)
    tasks.check_credential.delay_on_commit(row.pk)
    address = request.path.removesuffix("checks") + "progress"
    return respond(_progress(as_stored(seat, row)), status=202, headers={"Location": address})


@router.get(f"{ONE}/progress", response=ProgressShape)
def follow(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """Follow a check that runs or waits."""
    _seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.STATUS_READ, can=Can.SEE
    )
    return respond(_progress(row))


@router.get(f"{ONE}/checks", response=ListOf[RunShape], openapi_extra=LIST_CURSOR)
def list_checks(
    request: HttpRequest,
    workspace: UUID,
    credential: UUID,
    limit: Limit = USUAL,
) -> HttpResponse:
    """List the checks of a credential, the newest first."""
    _seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.STATUS_READ, can=Can.SEE
    )
    refuse_unknown(request, OWN)
    runs, _changes = history_of(row)
    keys, cursor = page_by_keys(request, runs, keys=NEWEST, limit=limit)
    found = runs.in_bulk(keys)
    items = [run_shape(each) for each in check_views(found[key] for key in keys if key in found)]
    answer = ListOf[RunShape](items=items, next=cursor)
    return respond(answer, headers=next_link(request, cursor))


@router.get(f"{ONE}/checks/{{uuid:run}}", response=RunDetail)
def get_check(request: HttpRequest, workspace: UUID, credential: UUID, run: UUID) -> HttpResponse:
    """Get one check with its steps."""
    _seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.STATUS_READ, can=Can.SEE
    )
    return respond(run_detail(check_views([row.runs.get(pk=run)])[0]))


@router.post(f"{PLACE}/checks-of-many", response={202: ManyShape}, openapi_extra=IDEMPOTENCY_KEY)
@once(TokenScope.CHECKS_RUN, Can.CHECK)
def ask_for_many(request: HttpRequest, workspace: UUID, body: ManyChecks) -> HttpResponse:
    """Ask to check these credentials, or all of the workspace."""
    seat = seat_of(request, workspace, scope=TokenScope.CHECKS_RUN, can=Can.CHECK)
    chosen = body.credentials
    bulk = check_workspace(seat) if chosen is None else check_selection(seat, chosen)
    tasks.sweep_due_checks.delay_on_commit()
    headers = {"Location": f"{request.path}/{bulk.pk}"}
    return respond(_many(workspace, bulk.pk), status=202, headers=headers)


@router.get(f"{PLACE}/checks-of-many/{{uuid:many}}", response=ManyShape)
def follow_many(request: HttpRequest, workspace: UUID, many: UUID) -> HttpResponse:
    """Follow a check of many."""
    seat_of(request, workspace, scope=TokenScope.STATUS_READ, can=Can.SEE)
    return respond(_many(workspace, many))


def _many(workspace: UUID, pk: UUID) -> ManyShape:
    bulk = with_left(BulkCheck.objects.filter(workspace=workspace)).get(pk=pk)
    progress = progress_of(bulk, database_now())
    return ManyShape(
        id=bulk.pk,
        asked_at=bulk.asked_at,
        total=bulk.total,
        checked=progress.checked,
        left=progress.left,
        found={each.label.key: each.count for each in progress.found},
    )


def _progress(row: Credential) -> ProgressShape:
    now = database_now()
    shown = badge(row, now)
    live = live_check(row, shown, progress_of_check(row), now)
    return ProgressShape(
        is_moving=live is not None,
        status=shown.label.key,
        note=note_of(shown),
        until=shown.until,
        why=shown.why,
        running=live.running if live else "",
        steps=step_shapes(live.done) if live else [],
        ask_again_ms=live.wait_ms if live else None,
    )
