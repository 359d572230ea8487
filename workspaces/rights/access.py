"""The one door: a request and a place become a seat, or nothing."""

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import Organization, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.roles import Can, InstanceCan, allows, allows_on_instance
from workspaces.rights.seat import OrganizationSeat, Seat

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def open_to(user: User) -> "QuerySet[Workspace]":
    """The workspaces of this person, each with ``held`` (a role or None) and ``owns``."""
    held = Participant.objects.filter(workspace=OuterRef("pk"), user=user).values("role")[:1]
    owned = OrganizationMember.objects.filter(
        organization=OuterRef("organization"), user=user, role=OrganizationRole.OWNER
    )
    places = Workspace.objects.select_related("organization", "owner").annotate(
        held=Subquery(held, output_field=CharField()), owns=Exists(owned)
    )
    return places.filter(Q(owner=user) | Q(held__isnull=False) | Q(owns=True)).order_by(
        F("organization__name").asc(nulls_first=True), "name", "id"
    )


def open_places(request: HttpRequest) -> list[Workspace]:
    """``open_to`` the person who asks, read once: the door and the switcher both need it."""
    found: list[Workspace] | None = getattr(request, "open_places", None)
    if found is None:
        found = list(open_to(_person(request)))
        request.open_places = found  # type: ignore[attr-defined]  # a note on the request
    return found


def role_of(place: Workspace) -> Role:
    """The highest role in a workspace that came out of ``open_to``."""
    if place.is_personal or getattr(place, "owns", False):
        return Role.OWNER
    return Role(getattr(place, "held", ""))


def role_in(user: User, workspace: Workspace) -> Role | None:
    """The highest role of this person there now, or None for an outsider."""
    if not user.is_active:
        return None
    place = open_to(user).filter(pk=workspace.pk).first()
    return role_of(place) if place else None


def seat_for(
    request: HttpRequest, *, organization: str | None, workspace: str | None, can: Can
) -> Seat:
    """The seat of the person who asks, in the workspace with these slugs.

    Without slugs it is the personal workspace. An outsider gets 404, as if nothing were there;
    an insider without the right is told so.
    """
    user, slugs = _person(request), (organization, workspace)
    place = next((each for each in open_places(request) if _is_at(each, user, slugs)), None)
    if place is None:
        raise Http404
    seat = Seat(user, place, role_of(place), Caller.of(request))
    if not allows(seat.role, can):
        _refuse(request, seat, can)
    return seat


def _is_at(place: Workspace, user: User, slugs: tuple[str | None, str | None]) -> bool:
    """Whether a workspace has these slugs; without any, whether it is this person's own."""
    if slugs == (None, None):
        return place.owner_id == user.pk
    return place.organization is not None and (place.organization.slug, place.slug) == slugs


def organization_seat(
    request: HttpRequest, *, organization: str, owner: bool = False
) -> OrganizationSeat:
    """The seat of the person who asks in this organization; ``owner`` asks for an owner's."""
    user = _person(request)
    member = (
        OrganizationMember.objects.select_related("organization")
        .filter(user=user, organization__slug=organization)
        .first()
    )
    if member is None:
        raise Http404
    role = OrganizationRole(member.role)
    seat = OrganizationSeat(user, member.organization, role, Caller.of(request))
    if owner and not seat.owns:
        raise PermissionDenied
    return seat


def has_right(person: object, can: InstanceCan) -> bool:
    """Whether a person (or a request's anonymous user) has this right over the instance."""
    return (
        isinstance(person, User)
        and person.is_active
        and allows_on_instance(is_staff=person.is_staff, is_auditor=person.is_auditor, can=can)
    )


def person_with(request: HttpRequest, can: InstanceCan) -> User:
    """The person who asks, when they have this right. Raises PermissionDenied."""
    if not isinstance(request.user, User) or not has_right(request.user, can):
        raise PermissionDenied
    return request.user


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.is_active:
        raise Http404
    return request.user


def _refuse(request: HttpRequest, seat: Seat, can: Can) -> None:
    """Looking is refused silently; a refused deed is written down."""
    if request.method not in SAFE:
        route = request.resolver_match.view_name if request.resolver_match else ""
        details = {"right": can.name.lower(), "route": route}
        audit.record("access:request:deny", seat=seat, outcome="denied", details=details)
    raise PermissionDenied


def organizations_of(user: User) -> "QuerySet[Organization]":
    """The organizations that this person is in."""
    return Organization.objects.filter(members__user=user).order_by("name", "id")
