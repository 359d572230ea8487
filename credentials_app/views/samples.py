"""The buttons that make a sample and remove it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials_app.samples.rows import make_sample
from workspaces.audit import Caller
from workspaces.places import credentials_url
from workspaces.rights.access import organization_seat, person_of, workspace_view
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.sample_places import organization_for, remove_sample


@require_POST
def make_new(request: HttpRequest) -> HttpResponse:
    """Make a sample in the organization that the form names, or in one that the person owns."""
    person, slug = person_of(request), request.POST.get("organization", "")
    try:
        if slug:
            seat = organization_seat(request, organization=slug, owner=True)
        else:
            seat = organization_for(person, Caller.of(request))
        place = make_sample(seat)
    except NotAllowed:
        raise PermissionDenied from None
    except Refusal as refusal:
        messages.error(request, _(refusal.words))
        return redirect("workspaces:home")
    return redirect(credentials_url(place, "overview"))


@require_POST
@workspace_view(Can.DELETE_WORKSPACE)
def take_away(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Remove the sample; a workspace that is none is not found."""
    if not seat.workspace.is_sample:
        raise Http404
    remove_sample(seat)
    messages.success(request, _("The sample is removed."))
    return redirect("workspaces:home")
