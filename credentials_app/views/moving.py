"""The page that moves a credential to another workspace of its organization."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials_app import tasks
from credentials_app.forms.moving import MoveForm
from credentials_app.services.moving import destinations_of, move_credential
from credentials_app.views.pages import credential_at, render_page
from workspaces.places import credentials_url
from workspaces.rights.access import workspace_view
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.DELETE)
def move(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Ask where to, and for the secret; then move the credential and check it there."""
    if seat.workspace.is_personal:
        raise Http404
    credential, places = credential_at(seat, pk), destinations_of(seat)
    form = MoveForm(credential, places, request.POST if request.method == "POST" else None)
    if form.is_valid():
        place = form.place
        try:
            moved = move_credential(
                seat,
                credential,
                place,
                secret=form.cleaned_data["secret"].secret,
                name=form.cleaned_data["name"],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            tasks.check_credential.delay_on_commit(moved.pk)
            words = _("“%(name)s” is in %(place)s now, and is checked there.")
            messages.success(request, words % {"name": moved.name, "place": place.label})
            return HttpResponseRedirect(credentials_url(place, "detail", pk=moved.pk))
    values: dict[str, Any] = {"form": form, "credential": credential, "places": places}
    return render_page(request, seat, "detail/move.html", **values)
