"""What the form says while a person fills it in. The password is never sent for it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credentials_app.forms import CredentialForm
from credentials_app.forms.fields import problem_of_name
from credentials_app.selectors import credential_of, name_is_taken
from credentials_app.services.tags import tags_in
from credentials_app.views.edit import trial_of_form
from credentials_app.views.pages import render_page, uuid_or_none
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

FIELDS = (
    *("name", "provider", "tile", "told", "shape"),
    *("username", "server", "need", "repository"),
)
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
    """What is wrong with the name that is typed: its letters, or that another credential has it."""
    typed = request.GET.get("name", "").replace("\0", "")[:MAX_CHARACTERS].strip()
    problem = problem_of_name(typed) if typed else ""
    if typed and not problem:
        edited = uuid_or_none(request.GET.get("but", ""))
        if name_is_taken(seat.workspace, typed, but=edited):
            problem = _("This name is taken in this workspace.")
    return render_page(request, seat, "form/_name_status.html", problem=problem)


@require_safe
@workspace_view(Can.WRITE)
def tags(request: HttpRequest, seat: Seat) -> JsonResponse:
    """The tags of the workspace, from which a field completes."""
    return JsonResponse({"tags": tags_in(seat.workspace)})
