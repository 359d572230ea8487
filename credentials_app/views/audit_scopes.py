"""Gives the pages of the admin audit their scope: the instance, an organization, a workspace."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from credentials_app.audit_reports.scope import AuditScope
from workspaces.rights.access import (
    open_places,
    organization_seat,
    person_of,
    person_with,
    role_of,
    workspace_view,
)
from workspaces.rights.roles import Can, InstanceCan, allows
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
        mine = [each for each in open_places(request) if allows(role_of(each), Can.WRITE)]
        scope = AuditScope(person, writable=frozenset(each.pk for each in mine))
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
        places = tuple(
            each
            for each in open_places(request)
            if each.organization_id == seat.organization.pk
            and {Can.AUDIT, can} <= {right for right in Can if allows(role_of(each), right)}
            and not (each.is_sample or each.archived_at)
        )
        if not places and not seat.owns:
            raise PermissionDenied
        scope = AuditScope(person_of(request), places, seat.organization)
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
