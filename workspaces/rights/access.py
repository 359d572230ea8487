"""Access to workspaces and organizations: a request becomes a seat, a 403 or a 404."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_htmx.http import HttpResponseClientRedirect

from common.links import referring_page
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import Organization, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import ArchivedMeanwhile, NeedsFactor
from workspaces.rights.roles import (
    CLOSED_IN_SAMPLES,
    OPEN_IN_ARCHIVES,
    Can,
    InstanceCan,
    allows,
    allows_on_instance,
)
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.rights.team_roles import highest, role_by_team

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FACTOR_FIRST = (
    "{organization} requires a second factor of all its people. Add one here, then open the "
    "workspace again."
)
IN_SAMPLE = gettext_noop(
    "This is a sample: its credentials are made up. They are not checked, changed, "
    "exported or mailed. Use your own workspace for that."
)
IN_ARCHIVE = gettext_noop(
    "This workspace is archived: it is read only, and nothing in it is checked. An owner can "
    "bring it back."
)


@dataclass(frozen=True)
class ViewRights:
    """The right that a page of a workspace needs for a POST, and for any other method."""

    post: Can
    other: Can

    def for_method(self, method: str | None) -> Can:
        return self.post if method == "POST" else self.other


def workspace_view(
    can: Can, *, post: Can | None = None
) -> Callable[
    [Callable[Concatenate[HttpRequest, Seat, ...], HttpResponse]], Callable[..., HttpResponse]
]:
    """Give the view a seat in place of the workspace's slugs: ``def pause(request, seat, pk)``.

    The person needs the right ``can``; for a POST ``post`` where it is given. A row that is gone
    or belongs to another workspace (``ObjectDoesNotExist``) becomes a 404. The decorated view has
    its rights in ``view.rights``; the tests of the routes read them. In a sample and in an archived
    workspace some rights are closed to everybody: the person goes back, and is told so.

    The decorator that limits the methods stands above this one: a method that the page does not
    have gets its 405 before a right is asked for, and leaves no line in the audit log.
    """
    rights = ViewRights(post=post or can, other=can)

    def decorate(
        view: Callable[Concatenate[HttpRequest, Seat, ...], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(
            request: HttpRequest,
            *,
            organization: str | None = None,
            workspace: str | None = None,
            **parameters: Any,
        ) -> HttpResponse:
            needed = rights.for_method(request.method)
            seat = seat_for(request, organization=organization, workspace=workspace, can=needed)
            if seat.workspace.is_sample and needed in CLOSED_IN_SAMPLES:
                return _answer_closed(request, seat.workspace, IN_SAMPLE)
            if seat.workspace.archived_at and needed not in OPEN_IN_ARCHIVES:
                return _answer_closed(request, seat.workspace, IN_ARCHIVE)
            try:
                return view(request, seat, **parameters)
            except ArchivedMeanwhile:
                return _answer_closed(request, seat.workspace, IN_ARCHIVE)
            except ObjectDoesNotExist as error:
                # A missing related row is an AttributeError too, and a fault of ours.
                if isinstance(error, AttributeError):
                    raise
                raise Http404 from None

        guarded.rights = rights  # type: ignore[attr-defined]  # a note on the view
        return guarded

    return decorate


def open_to(user: User) -> "QuerySet[Workspace]":
    """The workspaces of this person, each with ``held`` and ``by_team`` (a role or None) and
    ``owns``."""
    held = Participant.objects.filter(workspace=OuterRef("pk"), user=user).values("role")[:1]
    owned = OrganizationMember.objects.filter(
        organization=OuterRef("organization"), user=user, role=OrganizationRole.OWNER
    )
    workspaces = Workspace.objects.select_related("organization", "owner").annotate(
        held=Subquery(held, output_field=CharField()),
        by_team=role_by_team(user),
        owns=Exists(owned),
    )
    has_role = Q(held__isnull=False) | Q(by_team__isnull=False) | Q(owns=True)
    return workspaces.filter(Q(owner=user) | has_role).order_by(
        F("organization__name").asc(nulls_first=True), "name", "id"
    )


def open_places(request: HttpRequest) -> list[Workspace]:
    """``open_to`` for the person of the request; the seat and the switcher share one query."""
    workspaces: list[Workspace] | None = getattr(request, "open_places", None)
    if workspaces is None:
        workspaces = list(open_to(person_of(request)))
        request.open_places = workspaces  # type: ignore[attr-defined]  # a note on the request
    return workspaces


def role_of(workspace: Workspace) -> Role:
    """The person's highest role in a workspace that ``open_to`` returned."""
    if workspace.is_personal or getattr(workspace, "owns", False):
        return Role.OWNER
    found = highest(getattr(workspace, "held", None), getattr(workspace, "by_team", None))
    return found or Role("")  # an outsider has none: open_to returns no such workspace


def role_in(user: User, workspace: Workspace) -> Role | None:
    """The person's highest role in the workspace now, or None for an outsider."""
    if not user.is_active:
        return None
    found = open_to(user).filter(pk=workspace.pk).first()
    return role_of(found) if found else None


def seat_for(
    request: HttpRequest, *, organization: str | None, workspace: str | None, can: Can
) -> Seat:
    """The seat of the request's person in the workspace with these slugs.

    Without slugs it is the personal workspace. Raises Http404 for an outsider, the same as for a
    workspace that does not exist, and PermissionDenied for an insider without the right.
    """
    user, slugs = person_of(request), (organization, workspace)
    found = next((each for each in open_places(request) if _has_slugs(each, user, slugs)), None)
    if found is None:
        raise Http404
    require_factor(user, found.organization)
    seat = Seat(user, found, role_of(found), Caller.of(request))
    if not allows(seat.role, can):
        _refuse(request, seat, can)
    return seat


def _has_slugs(workspace: Workspace, user: User, slugs: tuple[str | None, str | None]) -> bool:
    """True if the slugs name this workspace; no slugs name the person's own one."""
    if slugs == (None, None):
        return workspace.owner_id == user.pk
    organization = workspace.organization
    return organization is not None and (organization.slug, workspace.slug) == slugs


def organization_seat(
    request: HttpRequest, *, organization: str, owner: bool = False
) -> OrganizationSeat:
    """The seat of the request's person in this organization.

    Raises Http404 for an outsider, NeedsFactor; with ``owner``, PermissionDenied for who does not
    own it.
    """
    user = person_of(request)
    member = (
        OrganizationMember.objects.select_related("organization")
        .filter(user=user, organization__slug=organization, organization__deleted_at=None)
        .first()
    )
    if member is None:
        raise Http404
    require_factor(user, member.organization)
    role = OrganizationRole(member.role)
    seat = OrganizationSeat(user, member.organization, role, Caller.of(request))
    if owner and not seat.owns:
        raise PermissionDenied
    return seat


def lacks_factor(person: User, organization: Organization | None) -> bool:
    """True if the organization requires a second factor and the person has none."""
    required = organization is not None and organization.requires_factor
    return required and person.second_factor_at is None


def require_factor(person: User, organization: Organization | None) -> None:
    """Raise NeedsFactor if the organization requires a second factor and the person has none."""
    if organization is not None and lacks_factor(person, organization):
        raise NeedsFactor(FACTOR_FIRST.format(organization=organization.name))


def has_right(person: object, can: InstanceCan) -> bool:
    """True if this person has the right over the instance; an anonymous user has none."""
    return (
        isinstance(person, User)
        and person.is_active
        and allows_on_instance(is_staff=person.is_staff, is_auditor=person.is_auditor, can=can)
    )


def person_with(request: HttpRequest, can: InstanceCan) -> User:
    """The request's person, if they have this right over the instance; else PermissionDenied."""
    if not isinstance(request.user, User) or not has_right(request.user, can):
        raise PermissionDenied
    return request.user


def person_of(request: HttpRequest) -> User:
    """The person who is signed in. Raises Http404 for anybody else, and for a suspended person."""
    if not isinstance(request.user, User) or not request.user.is_active:
        raise Http404
    return request.user


def _refuse(request: HttpRequest, seat: Seat, can: Can) -> None:
    """Raise PermissionDenied; the audit log records it unless the method is a safe one."""
    if request.method not in SAFE:
        route = request.resolver_match.view_name if request.resolver_match else ""
        details = {"right": can.name.lower(), "route": route}
        audit.record("access:request:deny", seat=seat, outcome="denied", details=details)
    raise PermissionDenied


def organizations_of(user: User) -> "QuerySet[Organization]":
    """The organizations that this person is a member of."""
    return Organization.objects.filter(members__user=user).order_by("name", "id")


def _answer_closed(request: HttpRequest, workspace: Workspace, words: str) -> HttpResponse:
    """Say why this is not done here, on the page where the person was."""
    messages.info(request, _(words))
    page = _page_before(request) or _list_of(workspace)
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(page)
    return HttpResponseRedirect(page)


def _page_before(request: HttpRequest) -> str:
    """The path of the page that the request comes from; empty if it is none of this workspace."""
    page, place = referring_page(request), request.path.partition("/credentials/")[0]
    is_other = page.partition("?")[0] != request.path
    return page if is_other and page.startswith(f"{place}/") else ""


def _list_of(workspace: Workspace) -> str:
    slugs = {
        "organization": workspace.organization.slug if workspace.organization else "",
        "workspace": workspace.slug,
    }
    return reverse("credentials:list", kwargs=slugs)
