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
    held_roles = _held_in(home, person)
    hand_over_workspaces(
        person, reason=GONE, caller=seat.caller, organization=home, actor=seat.user
    )
    for held in held_roles:
        audit.record(
            f"workspaces:participant:{ENDED[how]}",
            seat=seat,
            workspace=held.workspace,
            target=person,
            details={"old_role": held.role, "reason": GONE},
        )
    Participant.objects.filter(workspace__organization=home, user=person).delete()
    in_teams = TeamMember.objects.filter(team__organization=home, user=person)
    teams = [str(key) for key in in_teams.order_by("team").values_list("team", flat=True)]
    in_teams.delete()
    row.delete()
    details = {
        "old_role": row.role,
        "organization": home.name,
        "organization_id": str(home.pk),
        "held": [f"team:{key}" for key in teams],
    }
    audit.record(f"workspaces:member:{ENDED[how]}", seat=seat, target=person, details=details)
    note_departures(person, reached, how)
    withdraw_invalid_invitations(home, person, caller=seat.caller)
    for place in reached:
        withdraw_invalid_invitations(place, person, caller=seat.caller)


def _held_in(home: Organization, person: User) -> list[Participant]:
    """The roles of the person in workspaces, which are locked; deleted ones, too: they may
    return."""
    held = Participant.objects.filter(user=person, workspace__organization=home)
    places = Workspace.every.select_for_update(of=("self",)).filter(
        organization=home, pk__in=held.values("workspace")
    )
    by_key = {place.pk: place for place in places.select_related("organization").order_by("pk")}
    found = list(held.order_by("workspace"))
    for row in found:
        row.workspace = by_key[row.workspace_id]
    return found
