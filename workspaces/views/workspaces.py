"""Pages of a workspace itself: a new one, its settings."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from workspaces import places
from workspaces.forms import Named, PlaceForm
from workspaces.places import credentials_url
from workspaces.rights.access import organization_seat, seat_for
from workspaces.rights.refusals import NotAllowed, Refused
from workspaces.rights.roles import Can


@require_http_methods(["GET", "HEAD", "POST"])
def workspace_add(request: HttpRequest, organization: str) -> HttpResponse:
    """Make a workspace in an organization that one owns."""
    seat = organization_seat(request, organization=organization, owner=True)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = places.make_workspace(seat, **form.cleaned_data)
        except NotAllowed:
            raise PermissionDenied from None
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"The workspace {made.name} is there.")
            return redirect(credentials_url(made, "list"))
    return render(request, "workspaces/workspace_add.html", {"form": form, "seat": seat})


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, organization: str, workspace: str) -> HttpResponse:
    """Rename a workspace."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SETTINGS)
    form = Named(request.POST or None, initial={"name": seat.workspace.name})
    if request.method == "POST" and form.is_valid():
        try:
            places.rename_workspace(seat, name=form.cleaned_data["name"])
        except NotAllowed:
            raise PermissionDenied from None
        messages.success(request, "The new name is saved.")
        return redirect("workspaces:settings", organization, workspace)
    context = {"form": form, "seat": seat, "tab": "settings"}
    return render(request, "workspaces/settings.html", context)
