"""The bin: deleted credentials, for seven days."""

from uuid import UUID

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import no_content, respond
from api.auth import seat_of
from api.credentials import PLACE, as_stored
from api.cursors import OWN, USUAL, Limit, next_link, page_by_keys
from api.drafts import refuse_unknown
from api.errors import invalid
from api.headers import LIST_CURSOR
from api.schemas.credentials import BinnedShape, CredentialDetail, Restoring
from api.schemas.shape import ListOf
from api.shapes import credential_detail
from common.clock import database_now
from common.living import KEPT_FOR
from credentials_app import tasks
from credentials_app.forms.fields import problem_of_name
from credentials_app.models import Credential
from credentials_app.services.deletion import delete_for_good, in_the_bin, restore_credential
from workspaces.rights.roles import Can
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["bin"])
ONE_DELETED = f"{PLACE}/bin/{{uuid:credential}}"


@router.get(f"{PLACE}/bin", response=ListOf[BinnedShape], openapi_extra=LIST_CURSOR)
def list_bin(request: HttpRequest, workspace: UUID, limit: Limit = USUAL) -> HttpResponse:
    """List what can be brought back, the newest first."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_READ, can=Can.DELETE)
    refuse_unknown(request, OWN)
    newest = [OrderBy(F("deleted_at"), descending=True), OrderBy(F("pk"))]
    rows = in_the_bin(seat)
    keys, cursor = page_by_keys(request, rows, keys=newest, limit=limit)
    found = rows.in_bulk(keys)
    items = [_shape(found[key]) for key in keys if key in found]
    answer = ListOf[BinnedShape](items=items, next=cursor)
    return respond(answer, headers=next_link(request, cursor))


@router.post(f"{ONE_DELETED}/restore", response=CredentialDetail)
def restore_from_bin(
    request: HttpRequest, workspace: UUID, credential: UUID, body: Restoring | None = None
) -> HttpResponse:
    """Bring a credential back, under another name if one is given. A check follows."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_WRITE, can=Can.DELETE)
    name = body.name if body else ""
    words = problem_of_name(name) if name else ""
    if words:
        raise invalid("name", "invalid", words)
    row = in_the_bin(seat).get(pk=credential)
    back = restore_credential(seat, row, name=name)
    tasks.sweep_due_checks.delay_on_commit()
    return respond(credential_detail(as_stored(seat, back), database_now()))


@router.delete(ONE_DELETED, response={204: None})
def purge_from_bin(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """Delete it for good, with its secret, checks and history."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_WRITE, can=Can.DELETE)
    delete_for_good(seat, in_the_bin(seat).get(pk=credential))
    return no_content()


def _shape(row: Credential) -> BinnedShape:
    deleted_at = row.deleted_at or database_now()
    return BinnedShape(
        id=row.pk,
        name=row.name,
        server=row.server,
        deleted_at=deleted_at,
        deleted_by=row.deleted_by or "",
        kept_until=deleted_at + KEPT_FOR,
    )
