"""The overview of a workspace."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from credentials_app.forms.snooze import SNOOZE_CHOICES
from credentials_app.overview.overview import read_overview
from credentials_app.overview.scope import OverviewScope
from credentials_app.overview.snapshots import Snapshots
from credentials_app.overview.tiles import tiles_of
from credentials_app.views.pages import render_page, uuid_or_none
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.access import (
    role_of,
    workspace_view,
)
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat


@require_safe
@workspace_view(Can.SEE)
def workspace_overview(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The first page of a workspace."""
    values = _values([seat.workspace])
    values |= {"back": "overview", "snoozed": uuid_or_none(request.GET.get("snoozed", ""))}
    return render_page(request, seat, "overview/workspace.html", tab="overview", **values)


def _values(places: Sequence[Workspace] | None) -> dict[str, Any]:
    """The number of credentials, and the page below the head, which the process may have kept.

    ``places`` None: the instance.
    """
    scope = OverviewScope(None if places is None else tuple(places))
    stamp = None if places is None else audit.newest_change(places)
    key = (scope.key, stamp)
    snapshot = Snapshots.get(key, lambda: read_overview(scope, timezone.now()))
    may_replace, may_snooze = _where(places, Can.WRITE), _where(places, Can.NOTICE_RULES)
    clock = (timezone.get_current_timezone_name(), get_language())

    def body() -> str:
        overview = snapshot.overview
        values = {
            "overview": overview,
            "tiles": tiles_of(scope, overview.whole),
            "list_url": scope.list_url(),
            "may_replace": may_replace,
            "may_snooze": may_snooze,
            "snoozes": SNOOZE_CHOICES,
        }
        return render_to_string("credentials_app/overview/_overview.html", values)

    reader = (may_replace, may_snooze, *clock)
    return {"total": snapshot.overview.whole.total, "body": snapshot.page(reader, body)}


def _where(places: Sequence[Workspace] | None, can: Can) -> frozenset[UUID]:
    """The workspaces in which the person has this right; none for the instance."""
    return frozenset(place.pk for place in places or () if allows(role_of(place), can))
