"""The workspaces that a token is for, and their people.

Roles change on a page, which asks for a password or a factor first.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import respond
from api.auth import bearer_of, seat_of
from api.schemas.places import ParticipantShape, WorkspaceShape
from api.schemas.shape import ListOf
from workspaces.members.listing import who_is_there
from workspaces.models import Workspace
from workspaces.rights.access import role_of
from workspaces.rights.roles import Can
from workspaces.tokens.scopes import TokenScope
from workspaces.tokens.verify import bearer_places

router = Router(tags=["workspaces"])


@router.get("/workspaces", response=ListOf[WorkspaceShape])
def list_workspaces(request: HttpRequest) -> HttpResponse:
    """List the workspaces of the token."""
    found = bearer_places(bearer_of(request))
    return respond(ListOf[WorkspaceShape](items=[workspace_shape(each) for each in found]))


@router.get("/workspaces/{uuid:workspace}", response=WorkspaceShape)
def get_workspace(request: HttpRequest, workspace: UUID) -> HttpResponse:
    """Get one workspace of the token."""
    return respond(workspace_shape(bearer_places(bearer_of(request)).get(pk=workspace)))


@router.get("/workspaces/{uuid:workspace}/participants", response=ListOf[ParticipantShape])
def list_participants(request: HttpRequest, workspace: UUID) -> HttpResponse:
    """List everybody with a role in the workspace, the highest role first."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_READ, can=Can.SEE)
    items = [
        ParticipantShape(
            id=each.user.pk,
            name=each.user.name,
            email=each.user.email,
            role=each.role.value,
            own_role=each.own_role or None,
            by_teams=each.by_teams,
            through_organization=each.through_organization,
        )
        for each in who_is_there(seat)
    ]
    return respond(ListOf[ParticipantShape](items=items))


def workspace_shape(row: Workspace) -> WorkspaceShape:
    """A workspace as ``bearer_places`` returns it."""
    return WorkspaceShape(
        id=row.pk,
        name=row.name,
        organization=row.organization.slug if row.organization else None,
        slug=row.slug,
        role=role_of(row).value,
        is_archived=row.archived_at is not None,
    )
