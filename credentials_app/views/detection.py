"""What the form says while a person fills it in. The password is never sent for it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from credentials_app.forms import CredentialForm
from credentials_app.selectors import credential_of, name_is_taken
from credentials_app.services.tags import tags_in
from credentials_app.views.edit import trial_of_form
from credentials_app.views.pages import render_page, uuid_or_none
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

FIELDS = ("name", "provider", "username", "server", "need", "repository")
MAX_CHARACTERS = 2048


@require_safe
@workspace_view(Can.WRITE)
def found(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The provider of the server, its token page, and a stored credential for the same login."""
    values = {key: request.GET.get(key, "").replace("\0", "")[:MAX_CHARACTERS] for key in FIELDS}
    edited = uuid_or_none(request.GET.get("but", ""))
    credential = credential_of(seat, edited) if edited else None
    trial = trial_of_form(request, seat)
    form = CredentialForm(seat, values, credential=credential, trial=trial)
    return render_page(request, seat, "form/_detected.html", form=form, alone=True)


@require_safe
@workspace_view(Can.WRITE)
def name(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Says if another credential has the name."""
    typed = request.GET.get("name", "").replace("\0", "")[:101].strip()
    edited = uuid_or_none(request.GET.get("but", ""))
    taken = bool(typed) and name_is_taken(seat.workspace, typed, but=edited)
    return render_page(request, seat, "form/_name_status.html", taken=taken)


@require_safe
@workspace_view(Can.WRITE)
def tags(request: HttpRequest, seat: Seat) -> JsonResponse:
    """The tags of the workspace, from which a field completes."""
    return JsonResponse({"tags": tags_in(seat.workspace)})
