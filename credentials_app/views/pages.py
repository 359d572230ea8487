"""What every page of a workspace needs: its address, its frame, a row of its own."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from credentials_app.models import Credential
from credentials_app.selectors import credential_of
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat


def credential_at(seat: Seat, pk: UUID) -> Credential:
    """The credential of this workspace, or 404."""
    found = credential_of(seat, pk)
    if found is None:
        raise Http404
    return found


def render_page(
    request: HttpRequest, seat: Seat, template: str, *, tab: str = "credentials", **values: Any
) -> HttpResponse:
    """A page, or a fragment of one, inside the workspace."""
    return render(request, f"credentials_app/{template}", {"seat": seat, "tab": tab, **values})


def go(seat: Seat, view: str, **kwargs: Any) -> HttpResponseRedirect:
    """On to another page of the workspace."""
    return HttpResponseRedirect(credentials_url(seat.workspace, view, **kwargs))


def asks_for_fragment(request: HttpRequest) -> bool:
    """Whether a script asks for the part that it will swap."""
    return request.headers.get("HX-Request") == "true"
