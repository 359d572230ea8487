"""What the views of credentials share: a row of the workspace, a page, a redirect."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from credentials_app.models import Credential
from credentials_app.presentation.list_query import ListQuery
from credentials_app.selectors import credential_of
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat


def credential_at(seat: Seat, pk: UUID) -> Credential:
    """The workspace's credential with this key. Raises Http404."""
    credential = credential_of(seat, pk)
    if credential is None:
        raise Http404
    return credential


def render_page(
    request: HttpRequest, seat: Seat, template: str, *, tab: str = "credentials", **values: Any
) -> HttpResponse:
    """A page of the workspace, or a fragment of one."""
    return render(request, f"credentials_app/{template}", {"seat": seat, "tab": tab, **values})


def go(seat: Seat, view: str, **kwargs: Any) -> HttpResponseRedirect:
    """Redirect to another page of the workspace."""
    return HttpResponseRedirect(credentials_url(seat.workspace, view, **kwargs))


def go_to_list(request: HttpRequest, seat: Seat, **more: Any) -> HttpResponseRedirect:
    """Redirect to the list as it was when its form was sent."""
    return HttpResponseRedirect(list_address(request, seat, **more))


def list_address(request: HttpRequest, seat: Seat, **more: Any) -> str:
    """The list as it was when its form was sent."""
    fields = (*ListQuery.of(request.POST).fields, *more.items())
    tail = f"?{urlencode(fields)}" if fields else ""
    return credentials_url(seat.workspace, "list") + tail


def go_back(request: HttpRequest, seat: Seat, pk: UUID, **more: Any) -> HttpResponseRedirect:
    """Redirect to the overview that the form came from, else to the page of the credential; a
    form that was sent there keeps the place in the list."""
    back, organization = request.POST.get("back", ""), seat.workspace.organization
    tail = f"?{urlencode(more)}" if more else ""
    if back == "overview":
        return HttpResponseRedirect(credentials_url(seat.workspace, "overview") + tail)
    if back == "mine":
        return HttpResponseRedirect(reverse("overview:mine"))
    if back == "organization" and organization:
        return HttpResponseRedirect(reverse("overview:organization", args=[organization.slug]))
    page = credentials_url(seat.workspace, "detail", pk=pk)
    sent_from, mark, query = request.headers.get("Referer", "").partition("?")
    return HttpResponseRedirect(f"{page}{mark}{query}" if sent_from.endswith(page) else page)


def asks_for_fragment(request: HttpRequest) -> bool:
    """True if a script asks for the part of the page that it will swap."""
    return request.headers.get("HX-Request") == "true"


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def selected_keys(request: HttpRequest) -> set[UUID]:
    """The keys of the ticked rows."""
    return {pk for text in request.POST.getlist("pk") if (pk := uuid_or_none(text))}
