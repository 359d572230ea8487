"""Deleting a workspace or an organization, and the page that brings them back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credentials_app import tasks
from credentials_app.forms.place_deletion import PlaceDeletionForm, PlaceRestoreForm
from credentials_app.services import place_deletion
from credentials_app.views.pages import render_page
from workspaces.audit import Caller
from workspaces.deleted_places import deleted_organizations_of, deleted_workspaces_of
from workspaces.models import Organization, User, Workspace
from workspaces.rights.access import (
    organization_seat,
    person_of,
    require_factor,
    workspace_view,
)
from workspaces.rights.refusals import SlugTaken, TooMany
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.sign_in.step_up import step_up

MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
@workspace_view(Can.DELETE_WORKSPACE)
def workspace_delete(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what ends and ask for the name, then delete the workspace."""
    place = seat.workspace
    if place.is_personal or place.is_sample:
        raise Http404
    form = PlaceDeletionForm(place, request.POST if request.method == "POST" else None)
    if form.is_valid():
        place_deletion.delete_workspace(seat)
        words = _("“%(name)s” was deleted. For seven days its owners can bring it back.")
        messages.success(request, words % {"name": place.name})
        return redirect("overview:deleted")
    ending = place_deletion.what_ends([place])
    return render_page(
        request, seat, "places/workspace_delete.html", tab="settings", form=form, ending=ending
    )


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def organization_delete(request: HttpRequest, organization: str) -> HttpResponse:
    """Show what ends and ask for the name, then delete the organization."""
    seat = organization_seat(request, organization=organization, owner=True)
    row = seat.organization
    form = PlaceDeletionForm(row, request.POST if request.method == "POST" else None)
    if form.is_valid():
        place_deletion.delete_organization(seat)
        words = _("“%(name)s” was deleted. For seven days its owners can bring it back.")
        messages.success(request, words % {"name": row.name})
        return redirect("overview:deleted")
    ending = place_deletion.what_ends(list(row.workspaces.filter(is_sample=False)), row)
    values = {"seat": seat, "form": form, "ending": ending}
    return render(request, "credentials_app/places/organization_delete.html", values)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """The workspaces and organizations that the person may bring back."""
    person = person_of(request)
    places = [
        *deleted_organizations_of(person)[:MOST_SHOWN],
        *deleted_workspaces_of(person)[:MOST_SHOWN],
    ]
    return render(request, "credentials_app/places/deleted.html", {"places": places})


@require_http_methods(["GET", "HEAD", "POST"])
def place_restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring a place back; ask for another address if a living one has its address."""
    person = person_of(request)
    row = _deleted_place(person, pk)
    form = PlaceRestoreForm(request.POST if "slug" in request.POST else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        slug = form.cleaned_data["slug"] if form.is_bound else ""
        try:
            place_deletion.restore_place(row, person=person, caller=Caller.of(request), slug=slug)
        except SlugTaken as refusal:
            form = form if form.is_bound else PlaceRestoreForm({"slug": row.slug})
            form.add_error("slug", _(refusal.words))
        except TooMany as refusal:
            messages.error(request, _(refusal.words))
            return redirect("overview:deleted")
        else:
            tasks.sweep_due_checks.delay_on_commit()
            messages.success(request, _("“%(name)s” is back.") % {"name": row.name})
            return redirect("workspaces:organizations")
    values: dict[str, Any] = {"form": form, "place": row}
    return render(request, "credentials_app/places/restore.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def place_purge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the name of a deleted place, then delete it for good."""
    person = person_of(request)
    row = _deleted_place(person, pk)
    form = PlaceDeletionForm(row, request.POST if request.method == "POST" else None)
    if form.is_valid():
        place_deletion.purge_one(row, person=person, caller=Caller.of(request))
        messages.success(request, _("“%(name)s” was deleted for good.") % {"name": row.name})
        return redirect("overview:deleted")
    values: dict[str, Any] = {"form": form, "place": row}
    return render(request, "credentials_app/places/purge.html", values)


def _deleted_place(person: User, key: UUID) -> Workspace | Organization:
    """The deleted place with this key, if this person may bring it back. Raises Http404,
    NeedsFactor."""
    workspace = deleted_workspaces_of(person).filter(pk=key).first()
    found = workspace or deleted_organizations_of(person).filter(pk=key).first()
    if found is None:
        raise Http404
    require_factor(person, found.organization if isinstance(found, Workspace) else found)
    return found
