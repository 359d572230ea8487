"""Actions on the members of an organization: leave it, or remove somebody from it."""

from django.db import transaction

from workspaces import audit
from workspaces.members.departures import note_departures, shared_places_of
from workspaces.members.handover import hand_over_workspaces
from workspaces.members.invitations import withdraw_invalid_invitations
from workspaces.models import (
    Organization,
    OrganizationMember,
    Participant,
    TeamMember,
    User,
    Workspace,
)
from workspaces.models.departure import LeftBy
from workspaces.models.roles import OrganizationRole
from workspaces.rights.refusals import LastOwner, NotAllowed
from workspaces.rights.seat import OrganizationSeat

ENDED = {LeftBy.LEAVING: "leave", LeftBy.REMOVAL: "remove"}
GONE = "the person left the organization"


@transaction.atomic
@audit.together()
def leave_organization(seat: OrganizationSeat) -> None:
    """Leave the organization and all of its workspaces. Raises LastOwner, NotAllowed."""
    _end_membership(seat, seat.user, LeftBy.LEAVING)


@transaction.atomic
@audit.together()
def remove_member(seat: OrganizationSeat, *, person: User) -> None:
    """Remove somebody from the organization and all of its workspaces. Raises LastOwner,
    NotAllowed."""
    _end_membership(seat, person, LeftBy.REMOVAL)


def _end_membership(seat: OrganizationSeat, person: User, how: LeftBy) -> None:
    """Changes of the owners run one after another: the organization is locked."""
    home = Organization.objects.select_for_update().get(pk=seat.organization.pk)
    owners = OrganizationMember.objects.filter(
        organization=home, role=OrganizationRole.OWNER, user__is_active=True
    )
    if how is LeftBy.REMOVAL and not owners.filter(user=seat.user).exists():
        raise NotAllowed("Only owners of the organization remove its people.")
    row = OrganizationMember.objects.filter(organization=home, user=person).first()
    if row is None:
        raise NotAllowed("This person is no longer in the organization.")
    if row.role == OrganizationRole.OWNER and not owners.exclude(user=person).exists():
        raise LastOwner
    reached = [each for each in shared_places_of(person) if each.organization_id == home.pk]
    hand_over_workspaces(
        person, reason=GONE, caller=seat.caller, organization=home, actor=seat.user
    )
    for place in _left_places(home, person):
        audit.record(
            f"workspaces:participant:{ENDED[how]}",
            seat=seat,
            workspace=place,
            target=person,
            details={"reason": GONE},
        )
    Participant.objects.filter(workspace__organization=home, user=person).delete()
    TeamMember.objects.filter(team__organization=home, user=person).delete()
    row.delete()
    details = {"old_role": row.role, "organization": home.name}
    audit.record(f"workspaces:member:{ENDED[how]}", seat=seat, target=person, details=details)
    note_departures(person, reached, how)
    withdraw_invalid_invitations(home, person, caller=seat.caller)
    for place in reached:
        withdraw_invalid_invitations(place, person, caller=seat.caller)


def _left_places(home: Organization, person: User) -> list[Workspace]:
    """The workspaces in which the person has a role, locked; deleted ones, too: they may return."""
    keys = Participant.objects.filter(user=person).values("workspace")
    found = Workspace.every.select_for_update(of=("self",)).filter(organization=home, pk__in=keys)
    return list(found.select_related("organization").order_by("pk"))
