"""The buttons that archive a workspace and bring it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials_app import tasks
from credentials_app.services.archives import archive_workspace, unarchive_workspace
from credentials_app.views.pages import go
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_POST
@workspace_view(Can.SETTINGS)
def archive(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make the workspace read only, and end its checks."""
    _refuse_others(seat)
    archive_workspace(seat)
    messages.success(request, _("The workspace is archived."))
    return go(seat, "overview")


@require_POST
@workspace_view(Can.SETTINGS)
def unarchive(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Bring the workspace back; its credentials are due."""
    _refuse_others(seat)
    unarchive_workspace(seat)
    tasks.sweep_due_checks.delay_on_commit()
    messages.success(request, _("The workspace is back. Its credentials are checked soon."))
    return go(seat, "overview")


def _refuse_others(seat: Seat) -> None:
    """Only a workspace of an organization that is no sample is archived."""
    if seat.workspace.is_personal or seat.workspace.is_sample:
        raise Http404
