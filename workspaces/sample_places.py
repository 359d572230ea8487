"""Makes and removes the workspace of a sample, and the organization that was made for it alone."""

from secrets import token_hex

from django.db import transaction

from workspaces import audit, places
from workspaces.audit import Caller
from workspaces.deleted_places import purge_place
from workspaces.models import Organization, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import NotAllowed
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import OrganizationSeat, Seat

NAME, OF_ITS_OWN = "Sample", "Sample organization"


def has_place(user: User) -> bool:
    """True if this person owns an organization, or may make one."""
    return places.may_make_organizations(user) or _first_owned(user) is not None


@transaction.atomic
def organization_for(user: User, caller: Caller) -> OrganizationSeat:
    """The seat in the first organization that the person owns; without one, in a new one.

    Raises OrganizationsClosed, TooManyOrganizations.
    """
    home = _first_owned(user)
    if home is None:
        slug = f"sample-{token_hex(4)}"
        home = places.make_organization(user, name=OF_ITS_OWN, slug=slug, caller=caller)
        home.for_sample = True
        home.save(update_fields=["for_sample"])
    return OrganizationSeat(user, home, OrganizationRole.OWNER, caller)


def make_place(seat: OrganizationSeat) -> tuple[Workspace, bool]:
    """The organization's sample, and whether it was made now. The caller has the transaction."""
    if not seat.owns:
        raise NotAllowed
    home = Organization.objects.select_for_update(no_key=True).get(pk=seat.organization.pk)
    known = home.workspaces.filter(is_sample=True).select_related("organization").first()
    if known is not None:
        return known, False
    return add_place(seat, name=NAME, slug=_free_slug(home)), True


def add_place(seat: OrganizationSeat, *, name: str, slug: str) -> Workspace:
    """A sample of this name, without credentials."""
    place = Workspace(organization=seat.organization, name=name, slug=slug, is_sample=True)
    place.save(force_insert=True)
    Participant.objects.create(workspace=place, user=seat.user, role=Role.OWNER)
    audit.record("workspaces:sample:make", seat=seat, workspace=place, target=place)
    return place


@transaction.atomic
@audit.together()
def remove_sample(seat: Seat) -> None:
    """Delete the sample with everything in it, and the organization if it was made for it alone.

    Raises NotAllowed, also for a workspace that is no sample; Workspace.DoesNotExist if it is gone.
    """
    if not allows(seat.role, Can.DELETE_WORKSPACE):
        raise NotAllowed
    place = Workspace.objects.select_for_update(of=("self",)).get(pk=seat.workspace.pk)
    if not place.is_sample:
        raise NotAllowed("Only a sample is removed like this.")
    audit.record("workspaces:sample:remove", seat=seat, target=place)
    home = Organization.objects.select_for_update(no_key=True).get(workspaces=place)
    purge_place(place)
    is_empty = not Workspace.every.filter(organization=home).exists() and home.members.count() == 1
    if home.for_sample and is_empty:
        purge_place(home)


def _first_owned(user: User) -> Organization | None:
    owned = Organization.objects.filter(members__user=user, members__role=OrganizationRole.OWNER)
    return owned.order_by("for_sample", "name", "id").first()


def _free_slug(home: Organization) -> str:
    taken = set(home.workspaces.filter(slug__startswith="sample").values_list("slug", flat=True))
    numbered = (f"sample-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in ("sample", *numbered) if slug not in taken)
