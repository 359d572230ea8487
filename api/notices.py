"""Notices: what the token's person gets of a workspace, and which credentials are muted."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import no_content, respond
from api.auth import credential_for, seat_of
from api.credentials import ONE, PLACE
from api.schemas.places import NoticesShape, Snooze
from common.clock import database_now
from credentials_app.models import Audience, Delivery, NoticePreference
from credentials_app.notices import muting
from credentials_app.notices.preferences import set_preference
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["notices"])
BY_ROLE = "by_role"


@router.get(f"{PLACE}/notices", response=NoticesShape)
def get_notices(request: HttpRequest, workspace: UUID) -> HttpResponse:
    """Get which notices the token's person gets."""
    seat = seat_of(request, workspace, scope=TokenScope.STATUS_READ, can=Can.OWN_NOTICES)
    return respond(_shape(seat))


@router.put(f"{PLACE}/notices", response=NoticesShape)
def put_notices(request: HttpRequest, workspace: UUID, body: NoticesShape) -> HttpResponse:
    """Choose which notices the token's person gets."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_WRITE, can=Can.OWN_NOTICES)
    audience = "" if body.audience == BY_ROLE else body.audience
    set_preference(
        seat.user,
        seat.workspace,
        pace=Delivery(body.delivery),
        reach=Audience(audience),
        now=database_now(),
        caller=seat.caller,
    )
    return respond(_shape(seat))


@router.post(f"{ONE}/snooze", response={204: None})
def snooze_credential(
    request: HttpRequest, workspace: UUID, credential: UUID, body: Snooze
) -> HttpResponse:
    """Hold back all notices about the credential for some days."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.NOTICE_RULES
    )
    muting.snooze(seat, row, body.days)
    return no_content()


@router.post(f"{ONE}/acknowledge", response={204: None})
def acknowledge_credential(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """Send no more notices until its status or its end changes."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.NOTICE_RULES
    )
    muting.acknowledge(seat, row)
    return no_content()


@router.post(f"{ONE}/unmute", response={204: None})
def unmute_credential(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """End a snooze and an acknowledgement."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.NOTICE_RULES
    )
    muting.unmute(seat, row)
    return no_content()


def _shape(seat: Seat) -> NoticesShape:
    row = NoticePreference.objects.filter(person=seat.user, workspace=seat.workspace).first()
    values = {
        "delivery": row.pace if row else Delivery.AT_ONCE.value,
        "audience": (row.reach if row else "") or BY_ROLE,
    }
    return NoticesShape.model_validate(values)
