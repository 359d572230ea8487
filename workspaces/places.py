"""Actions on organizations and workspaces: make and rename."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.urls import reverse

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import Organization, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import (
    NotAllowed,
    OrganizationsClosed,
    PersonalWorkspace,
    SlugTaken,
    TooMany,
    TooManyOrganizations,
    TooManyWorkspaces,
)
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import OrganizationSeat, Seat


def may_make_organizations(user: User) -> bool:
    """True for everybody, unless LOCKKEEPER_ORGANIZATIONS restricts it to administrators."""
    return user.is_staff or getattr(settings, "LOCKKEEPER_ORGANIZATIONS", "anyone") == "anyone"


@transaction.atomic
def make_organization(user: User, *, name: str, slug: str, caller: Caller) -> Organization:
    """Add an organization; the person becomes its owner."""
    if not may_make_organizations(user):
        raise OrganizationsClosed
    _refuse_more_organizations(user)
    organization = Organization(name=name, slug=slug, made_by=user)
    _insert(organization)
    OrganizationMember.objects.create(
        organization=organization, user=user, role=OrganizationRole.OWNER
    )
    seat = OrganizationSeat(user, organization, OrganizationRole.OWNER, caller)
    audit.record("workspaces:organization:make", seat=seat, target=organization)
    return organization


@transaction.atomic
def rename_organization(seat: OrganizationSeat, *, name: str) -> None:
    """Change the name. The slug stays, so that links keep working."""
    if not seat.owns:
        raise NotAllowed
    organization, old = seat.organization, seat.organization.name
    if old == name:
        return
    organization.name = name
    organization.save(update_fields=["name"])
    audit.record(
        "workspaces:organization:rename", seat=seat, target=organization, details={"old_name": old}
    )


@transaction.atomic
def set_factor_rule(seat: OrganizationSeat, *, required: bool) -> None:
    """Require a second factor of everybody in the organization, or no longer.

    Raises NotAllowed for who owns it not, or would shut themselves out.
    """
    if not seat.owns:
        raise NotAllowed
    if required and seat.user.second_factor_at is None:
        raise NotAllowed("Add a second factor of your own first: you need one yourself then.")
    organization = seat.organization
    if organization.requires_factor == required:
        return
    organization.requires_factor = required
    organization.save(update_fields=["requires_factor"])
    details = {"new": "required" if required else "not required"}
    audit.record("workspaces:organization:factor", seat=seat, target=organization, details=details)


@transaction.atomic
def make_workspace(seat: OrganizationSeat, *, name: str, slug: str) -> Workspace:
    """Add a workspace to the organization; the actor becomes an owner by their own role, too."""
    if not seat.owns:
        raise NotAllowed
    _refuse_more_workspaces(seat.organization)
    workspace = Workspace(organization=seat.organization, name=name, slug=slug)
    _insert(workspace)
    Participant.objects.create(workspace=workspace, user=seat.user, role=Role.OWNER)
    audit.record("workspaces:workspace:make", seat=seat, workspace=workspace, target=workspace)
    return workspace


@transaction.atomic
def rename_workspace(seat: Seat, *, name: str) -> None:
    """Change the name. The slug stays, so that links keep working."""
    if not allows(seat.role, Can.SETTINGS):
        raise NotAllowed
    workspace, old = seat.workspace, seat.workspace.name
    if workspace.is_personal:
        raise PersonalWorkspace("A personal workspace keeps its name.")
    if old == name:
        return
    workspace.name = name
    workspace.save(update_fields=["name"])
    audit.record(
        "workspaces:workspace:rename", seat=seat, target=workspace, details={"old_name": old}
    )


def refuse_one_more(place: Workspace | Organization) -> None:
    """Refuse that a deleted place comes back where a new one would be refused. What is counted is
    locked: call it before the place itself is.

    Raises TooManyOrganizations, TooManyWorkspaces.
    """
    if isinstance(place, Workspace):
        if place.organization is not None:
            _refuse_more_workspaces(place.organization)
    elif place.made_by is not None:
        _refuse_more_organizations(place.made_by)


def _refuse_more_organizations(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    made = user.organizations_made.count()
    _refuse_above_cap(made, "LOCKKEEPER_MOST_ORGANIZATIONS", TooManyOrganizations)


def _refuse_more_workspaces(organization: Organization) -> None:
    list(Organization.every.select_for_update(no_key=True).filter(pk=organization.pk))
    count = organization.workspaces.filter(is_sample=False).count()
    _refuse_above_cap(count, "LOCKKEEPER_MOST_WORKSPACES", TooManyWorkspaces)


def _refuse_above_cap(count: int, setting: str, refusal: type[TooMany]) -> None:
    most: int = getattr(settings, setting)
    if count >= most:
        raise refusal(most)


def _insert(row: Model) -> None:
    """Insert the row. Raises SlugTaken if the slug exists, also when two requests race."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise SlugTaken from None


def credentials_url(workspace: Workspace, view: str, **kwargs: Any) -> str:
    """The URL of a credentials page of this workspace."""
    if workspace.organization is None:
        return reverse(f"my_credentials:{view}", kwargs=kwargs)
    slugs = {"organization": workspace.organization.slug, "workspace": workspace.slug}
    return reverse(f"credentials:{view}", kwargs=slugs | kwargs)
