"""Gives the pages of the admin audit their scope: the instance, an organization, a workspace."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from credentials_app.audit_reports.scope import (
    AuditScope,
    scope_of_instance,
    scope_of_organization,
)
from workspaces.rights.access import (
    open_places,
    organization_seat,
    person_with,
    workspace_view,
)
from workspaces.rights.roles import Can, InstanceCan
from workspaces.rights.seat import Seat

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, AuditScope, P], HttpResponse]


def of_instance(
    page: Page[P], can: InstanceCan = InstanceCan.SEE_ALL
) -> Callable[..., HttpResponse]:
    """The page about all workspaces, for administrators and auditors."""

    @wraps(page)
    def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = person_with(request, can)
        scope = scope_of_instance(person, open_places(request))
        return page(request, scope, *args, **kwargs)

    return view


def of_organization(page: Page[P], can: Can = Can.AUDIT) -> Callable[..., HttpResponse]:
    """The page about those workspaces of an organization that the person administers.

    404 for outsiders, PermissionDenied for a member who administers none of them. ``can``: the
    right that is needed in each of them, too.
    """

    @wraps(page)
    def view(
        request: HttpRequest, organization: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        seat = organization_seat(request, organization=organization)
        places = open_places(request)
        scope = scope_of_organization(seat.user, seat.organization, places, can)
        if not scope.workspaces and not seat.owns:
            raise PermissionDenied
        return page(request, scope, *args, **kwargs)

    return view


def of_workspace(page: Page[P], can: Can = Can.AUDIT) -> Callable[..., HttpResponse]:
    """The page about one workspace, for who reads its audit log."""

    @workspace_view(Can.AUDIT, post=can)
    @wraps(page)
    def view(request: HttpRequest, seat: Seat, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        scope = AuditScope(seat.user, (seat.workspace,))
        request.audit_seat = seat  # type: ignore[attr-defined]  # a note for the tabs
        return page(request, scope, *args, **kwargs)

    return view
