"""The workspaces that a token is for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import respond
from api.auth import bearer_of
from api.schemas import ListOf, WorkspaceShape
from workspaces.models import Workspace
from workspaces.rights.access import role_of
from workspaces.tokens.verify import places_of

router = Router(tags=["workspaces"])


@router.get("/workspaces", response=ListOf[WorkspaceShape])
def list_workspaces(request: HttpRequest) -> HttpResponse:
    """List the workspaces of the token."""
    found = places_of(bearer_of(request))
    return respond(ListOf[WorkspaceShape](items=[workspace_shape(each) for each in found]))


@router.get("/workspaces/{uuid:workspace}", response=WorkspaceShape)
def get_workspace(request: HttpRequest, workspace: UUID) -> HttpResponse:
    """Get one workspace of the token."""
    return respond(workspace_shape(places_of(bearer_of(request)).get(pk=workspace)))


def workspace_shape(row: Workspace) -> WorkspaceShape:
    """A workspace as ``places_of`` returns it."""
    return WorkspaceShape(
        id=row.pk,
        name=row.name,
        organization=row.organization.slug if row.organization else None,
        slug=row.slug,
        role=role_of(row).value,
        is_archived=row.archived_at is not None,
        is_sample=row.is_sample,
    )
