"""What the fields tell while they are typed; the password is no part of the question."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from credentials_app.forms import CredentialForm
from credentials_app.models import Credential
from credentials_app.selectors import credential_of
from credentials_app.views.pages import render_page
from credentials_app.views.trials import trial_named_in
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

ASKED = ("name", "provider", "username", "server", "need", "repository")
MAX_CHARACTERS = 2048


@require_safe
def found(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """Whose server it is, where its token is made, and whether the same login is stored."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    typed = {key: request.GET.get(key, "").replace("\0", "")[:MAX_CHARACTERS] for key in ASKED}
    trial = trial_named_in(request, seat)
    form = CredentialForm(seat, typed, credential=_being_edited(request, seat), trial=trial)
    return render_page(request, seat, "form/_detected.html", form=form, alone=True)


def _being_edited(request: HttpRequest, seat: Seat) -> Credential | None:
    try:
        return credential_of(seat, UUID(request.GET.get("but", "")))
    except ValueError:
        return None
