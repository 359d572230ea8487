"""The overview of a workspace, of an organization, of all one's workspaces, of the instance."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from credentials_app.audit_reports.figures import divide
from credentials_app.audit_reports.scope import AuditScope
from credentials_app.forms.snooze import SNOOZE_CHOICES
from credentials_app.overview.first_steps import steps_of
from credentials_app.overview.lines import MOST_LINES, WorkspaceLine, lines_of
from credentials_app.overview.overview import Overview, read_overview
from credentials_app.overview.queries import places_of, without_samples
from credentials_app.overview.scope import OverviewScope
from credentials_app.overview.tiles import tiles_of
from credentials_app.presentation.list_filters import THIS_MONTH
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.views.pages import render_page, uuid_or_none
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.access import (
    lacks_factor,
    open_places,
    organization_seat,
    person_of,
    person_with,
    require_factor,
    role_of,
    workspace_view,
)
from workspaces.rights.roles import Can, InstanceCan, allows
from workspaces.rights.seat import Seat


@require_safe
@workspace_view(Can.SEE)
def workspace_overview(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The first page of a workspace."""
    values = _values([seat.workspace], is_one=True)
    values |= {"back": "overview", "snoozed": uuid_or_none(request.GET.get("snoozed", ""))}
    values["steps"] = steps_of(seat, open_places(request), values["total"])
    return render_page(request, seat, "overview/workspace.html", tab="overview", **values)


@require_safe
def organization_overview(request: HttpRequest, organization: str) -> HttpResponse:
    """Those workspaces of the organization that the person may see; a 404 for outsiders."""
    places = [one for one in open_places(request) if _is_of(one, organization)]
    if not places:
        seat = organization_seat(request, organization=organization)
        values = {"organization": seat.organization, "owns": seat.owns}
        return render(request, "credentials_app/overview/no_workspace.html", values)
    require_factor(person_of(request), places[0].organization)
    values = {"organization": places[0].organization, "back": "organization"}
    values["may_audit"] = bool(_where(places, Can.AUDIT))
    values |= _values(without_samples(places))
    return render(request, "credentials_app/overview/organization.html", values)


@require_safe
def own_overview(request: HttpRequest) -> HttpResponse:
    """Every workspace that the person may see."""
    person, places = person_of(request), without_samples(open_places(request))
    readable = [one for one in places if not lacks_factor(person, one.organization)]
    values = {"back": "mine", **_values(readable)}
    return render(request, "credentials_app/overview/mine.html", values)


@require_safe
def instance_overview(request: HttpRequest) -> HttpResponse:
    """Every workspace, for administrators and auditors, who can do nothing here."""
    person = person_with(request, InstanceCan.SEE_ALL)
    kept = Snapshots.get(
        ("divided", get_language()), lambda: divide(AuditScope(person), timezone.now())
    )
    values = {**_values(None), "divisions": kept.value}
    return render(request, "credentials_app/overview/instance.html", values)


def _values(places: Sequence[Workspace] | None, *, is_one: bool = False) -> dict[str, Any]:
    """The number of credentials, and the page below the head, which the process may have kept.

    ``places`` None: the instance.
    """
    scope = OverviewScope(None if places is None else tuple(places))
    stamp = None if places is None else audit.newest_change(places)
    key = ("overview", scope.key, stamp)
    snapshot = Snapshots.get(key, lambda: read_overview(scope, timezone.now()))
    may_replace, may_snooze = _where(places, Can.WRITE), _where(places, Can.NOTICE_RULES)
    clock = (timezone.get_current_timezone_name(), get_language())

    def body() -> str:
        overview = snapshot.value
        values = {
            "overview": overview,
            "tiles": tiles_of(scope, overview.whole),
            "lines": [] if is_one else _lines(scope, overview),
            "list_url": scope.list_url(),
            "month_url": scope.list_url(ends=THIS_MONTH) if is_one else "",
            "may_replace": may_replace,
            "may_snooze": may_snooze,
            "snoozes": SNOOZE_CHOICES,
        }
        return render_to_string("credentials_app/overview/_overview.html", values)

    reader = (is_one, may_replace, may_snooze, *clock)
    return {"total": snapshot.value.whole.total, "body": snapshot.page(reader, body)}


def _lines(scope: OverviewScope, overview: Overview) -> list[WorkspaceLine]:
    tallies = overview.by_workspace
    if scope.workspaces is not None:
        return lines_of(scope.workspaces, tallies, is_member=True)
    worst = sorted(tallies, key=lambda pk: (-tallies[pk].broken, -tallies[pk].total, pk))
    return lines_of(places_of(worst[:MOST_LINES]), tallies, is_member=False)


def _is_of(place: Workspace, organization: str) -> bool:
    return place.organization is not None and place.organization.slug == organization


def _where(places: Sequence[Workspace] | None, can: Can) -> frozenset[UUID]:
    """The workspaces in which the person has this right; none for the instance."""
    return frozenset(place.pk for place in places or () if allows(role_of(place), can))
