"""The audit log of a workspace and of the instance, the newest event first."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import respond
from api.auth import bearer_of, seat_of
from api.credentials import PLACE
from api.cursors import OWN, USUAL, Limit, next_link, page_by_keys
from api.drafts import refuse_unknown
from api.errors import ApiError, Code, FieldFault
from api.headers import AUDIT_FILTERS
from api.schemas.places import AuditEventShape
from api.schemas.shape import ListOf
from workspaces.audit_log.filters import Filter
from workspaces.audit_log.sentences import plain_sentence
from workspaces.models import AuditEvent
from workspaces.rights.access import has_right
from workspaces.rights.roles import Can, InstanceCan
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["audit"])
FILTERS = frozenset({"q", "who", "what", "which", "where", "since", "until", "outcome"})
NEWEST = [OrderBy(F("seq"), descending=True)]


@router.get(f"{PLACE}/audit-events", response=ListOf[AuditEventShape], openapi_extra=AUDIT_FILTERS)
def list_events(request: HttpRequest, workspace: UUID, limit: Limit = USUAL) -> HttpResponse:
    """List the events of the workspace."""
    seat = seat_of(request, workspace, scope=TokenScope.AUDIT_READ, can=Can.AUDIT)
    return _page(request, AuditEvent.objects.filter(workspace_id=seat.workspace.pk), limit)


@router.get("/instance/audit-events", response=ListOf[AuditEventShape], openapi_extra=AUDIT_FILTERS)
def list_instance_events(request: HttpRequest, limit: Limit = USUAL) -> HttpResponse:
    """List the events of all workspaces and of the instance, for administrators and auditors."""
    bearer = bearer_of(request)
    bearer.require(TokenScope.ADMIN_READ)
    if not has_right(bearer.person, InstanceCan.READ_AUDIT):
        raise ApiError(Code.ROLE_TOO_LOW)
    return _page(request, AuditEvent.objects.all(), limit)


def _page(request: HttpRequest, events: "QuerySet[AuditEvent]", limit: int) -> HttpResponse:
    refuse_unknown(request, FILTERS | OWN)
    asked = Filter.of(request.GET.dict())
    if asked.errors:
        raise ApiError(Code.INVALID, errors=[FieldFault("query", "unknown_value")])
    rows = asked.apply(events)
    keys, cursor = page_by_keys(request, rows, keys=NEWEST, limit=limit)
    found = AuditEvent.objects.in_bulk(keys)
    items = [_shape(found[key]) for key in keys if key in found]
    answer = ListOf[AuditEventShape](items=items, next=cursor)
    return respond(answer, headers=next_link(request, cursor))


def _shape(event: AuditEvent) -> AuditEventShape:
    return AuditEventShape(
        id=event.id,
        at=event.at,
        action=event.action,
        sentence=plain_sentence(event),
        actor=event.actor_label,
        workspace=event.workspace_label,
        target=event.target_label,
        outcome=event.outcome,
        via=event.via,
        address=event.address,
        details=event.details,
        number=event.number,
        hash=event.hash,
    )
