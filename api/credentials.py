"""Credentials: list, get, add, edit, delete, pause, resume."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from ninja import Router

from api.answers import no_content, refuse_unless_match, respond, respond_once, version_of_moment
from api.auth import credential_for, seat_of
from api.cursors import OWN, USUAL, Limit, next_link, page_by_keys, read_cursor
from api.drafts import draft_to_add, draft_to_edit, refuse_unknown
from api.errors import ApiError, Code, FieldFault
from api.headers import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, LIST_FILTERS, LIST_WORDS
from api.repeats import once
from api.schemas.credentials import (
    CredentialChange,
    CredentialDetail,
    CredentialShape,
    NewCredential,
    StatusShape,
)
from api.schemas.shape import ListOf
from api.shapes import credential_detail, credential_shape, status_shape
from common.clock import database_now
from credentials_app import tasks
from credentials_app.models import Credential
from credentials_app.presentation.audit_filters import SECRET, SHARED
from credentials_app.presentation.list_order import SORTS, order_by
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import chosen
from credentials_app.selectors import credential_of, credentials_in
from credentials_app.services.actions import pause_credential, resume_credential
from credentials_app.services.credentials import add_credential, edit_credential
from credentials_app.services.deletion import delete_credential
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["credentials"])
KNOWN = frozenset({"q", "sort", *LIST_WORDS}) | OWN
PLACE = "/workspaces/{uuid:workspace}"
ONE = f"{PLACE}/credentials/{{uuid:credential}}"


@router.get(f"{PLACE}/credentials", response=ListOf[CredentialShape], openapi_extra=LIST_FILTERS)
def list_credentials(request: HttpRequest, workspace: UUID, limit: Limit = USUAL) -> HttpResponse:
    """List the credentials that search and filters find, as the page of the list does."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_READ, can=Can.SEE)
    rows, cursor = _page(request, seat, limit)
    now = database_now()
    items = [credential_shape(row, now) for row in rows]
    answer = ListOf[CredentialShape].model_construct(items=items, next=cursor)
    return respond(answer, headers=next_link(request, cursor))


@router.get(f"{PLACE}/statuses", response=ListOf[StatusShape], openapi_extra=LIST_FILTERS)
def list_statuses(request: HttpRequest, workspace: UUID, limit: Limit = USUAL) -> HttpResponse:
    """List what works and what does not, without user names."""
    seat = seat_of(request, workspace, scope=TokenScope.STATUS_READ, can=Can.SEE)
    rows, cursor = _page(request, seat, limit)
    now = database_now()
    items = [status_shape(row, now) for row in rows]
    answer = ListOf[StatusShape].model_construct(items=items, next=cursor)
    return respond(answer, headers=next_link(request, cursor))


@router.get(ONE, response={200: CredentialDetail, 304: None}, openapi_extra=IF_NONE_MATCH)
def get_credential(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """Get one credential."""
    _seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_READ, can=Can.SEE
    )
    return _one(request, row)


@router.post(
    f"{PLACE}/credentials", response={201: CredentialDetail}, openapi_extra=IDEMPOTENCY_KEY
)
@once(TokenScope.CREDENTIALS_WRITE, Can.WRITE)
def post_credential(request: HttpRequest, workspace: UUID, body: NewCredential) -> HttpResponse:
    """Add a credential. Its first check follows at once."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_WRITE, can=Can.WRITE)
    row = add_credential(seat, draft_to_add(seat, body))
    check_soon(row)
    answer = _one(request, as_stored(seat, row), status=201)
    answer["Location"] = f"{request.path}/{row.pk}"
    return answer


@router.patch(ONE, response=CredentialDetail, openapi_extra=IF_MATCH)
def patch_credential(
    request: HttpRequest, workspace: UUID, credential: UUID, body: CredentialChange
) -> HttpResponse:
    """Change some values. A check follows if it depends on them."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.WRITE
    )
    refuse_unless_match(request, version_of_moment(row.changed_at))
    changed = edit_credential(seat, row, draft_to_edit(seat, row, body))
    check_soon(changed)
    return _one(request, as_stored(seat, changed))


@router.delete(ONE, response={204: None}, openapi_extra=IF_MATCH)
def remove_credential(
    request: HttpRequest, workspace: UUID, credential: UUID, for_good: bool = False
) -> HttpResponse:
    """Put it into the bin for seven days, or with `for_good` delete it with all that it has."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.DELETE
    )
    refuse_unless_match(request, version_of_moment(row.changed_at))
    delete_credential(seat, row, for_good=for_good)
    return no_content()


@router.post(f"{ONE}/pause", response=CredentialDetail)
def pause_checks(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """Stop its checks until it is resumed, checked or replaced."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.WRITE
    )
    return _one(request, as_stored(seat, pause_credential(seat, row)))


@router.post(f"{ONE}/resume", response=CredentialDetail)
def resume_checks(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """Resume its checks; the first one comes at once."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.WRITE
    )
    resumed = resume_credential(seat, row)
    check_soon(resumed)
    return _one(request, as_stored(seat, resumed))


def check_soon(row: Credential) -> None:
    """Enqueue the check of a row that an action made due for somebody who waits."""
    if row.next_check_at and row.asked_at:
        tasks.check_credential.delay_on_commit(row.pk)


def as_stored(seat: Seat, row: Credential) -> Credential:
    """The row as it is stored now, with owner and tags."""
    found = credential_of(seat, row.pk)
    if found is None:
        raise Credential.DoesNotExist
    return found


def _one(request: HttpRequest, row: Credential, status: int = 200) -> HttpResponse:
    shape = credential_detail(row, database_now())
    version = version_of_moment(row.changed_at)
    return respond_once(request, shape, version=version, status=status)


def _page(request: HttpRequest, seat: Seat, limit: int) -> tuple[list[Credential], str | None]:
    """The rows of one page, and the cursor of the next. Later pages keep the first one's time."""
    query, cursor = _query(request), read_cursor(request)
    now = parse_datetime(cursor[0]["at"]) if cursor else None
    now = now or database_now()
    keys, after = page_by_keys(
        request,
        chosen(seat.workspace, query, now),
        keys=order_by(query.sort, now),
        limit=limit,
        kept=[now],
    )
    found = credentials_in(seat.workspace).in_bulk(keys)
    return [found[key] for key in keys if key in found], after


def _query(request: HttpRequest) -> ListQuery:
    """What the list is asked for. Raises ApiError for a filter that it does not know."""
    refuse_unknown(request, KNOWN)
    query = ListQuery.of(request.GET)
    wrong = [
        FieldFault(f"query:{chip}", "unknown_value")
        for chip in LIST_WORDS
        if len(set(request.GET.getlist(chip))) > len(query.chosen(chip))
    ]
    if SHARED in query.chosen(SECRET):  # secrets are compared on pages only
        wrong.append(FieldFault(f"query:{SECRET}", "unknown_value"))
    sort = request.GET.get("sort")
    if sort is not None and sort.removeprefix("-") not in SORTS:
        wrong.append(FieldFault("query:sort", "unknown_value"))
    if wrong:
        raise ApiError(Code.INVALID, errors=wrong)
    return query
