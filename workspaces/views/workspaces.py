"""Create a workspace, and change its settings."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from workspaces import places
from workspaces.forms import Named, PlaceForm
from workspaces.places import credentials_url
from workspaces.rights.access import organization_seat, workspace_view
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat


@require_http_methods(["GET", "HEAD", "POST"])
def workspace_add(request: HttpRequest, organization: str) -> HttpResponse:
    """Create a workspace in an organization; its owners may."""
    seat = organization_seat(request, organization=organization, owner=True)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = places.make_workspace(seat, **form.cleaned_data)
        except NotAllowed:
            raise PermissionDenied from None
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"The workspace {created.name} is there.")
            return redirect(credentials_url(created, "overview"))
    return render(request, "workspaces/workspace_add.html", {"form": form, "seat": seat})


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.SETTINGS)
def settings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Rename the workspace."""
    form = Named(request.POST or None, initial={"name": seat.workspace.name})
    if request.method == "POST" and form.is_valid():
        try:
            places.rename_workspace(seat, name=form.cleaned_data["name"])
        except NotAllowed:
            raise PermissionDenied from None
        messages.success(request, "The new name is saved.")
        return redirect(request.path)
    may_delete = allows(seat.role, Can.DELETE_WORKSPACE) and not seat.workspace.is_sample
    context = {
        "form": form,
        "seat": seat,
        "tab": "settings",
        "may_delete": may_delete,
        "may_archive": not (seat.workspace.is_sample or seat.workspace.archived_at),
    }
    return render(request, "workspaces/settings.html", context)
