"""Actions on participants: change a role, remove a person, leave."""

from django.db import transaction

from workspaces import audit
from workspaces.members.departures import note_departures, note_return, shared_places_of
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
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.access import role_in
from workspaces.rights.refusals import LastOwner, NotAllowed, PersonalWorkspace
from workspaces.rights.roles import may_give
from workspaces.rights.seat import OrganizationSeat, Seat

REMOVED = {
    LeftBy.REMOVAL: "workspaces:participant:remove",
    LeftBy.LEAVING: "workspaces:participant:leave",
}
"""The audit event of each way."""


@transaction.atomic
@audit.together()
def change_role(seat: Seat, *, participant: Participant, role: Role) -> None:
    """Change the role of a participant; the actor must have the right to give both roles."""
    actor_role = _locked_role(seat)
    row = _row(seat.workspace, participant)
    old = Role(row.role)
    if not (may_give(actor_role, old) and may_give(actor_role, role)):
        raise NotAllowed
    if old == role:
        return
    if old is Role.OWNER:
        _require_another_owner(row)
    row.role = role
    row.save(update_fields=["role"])
    details = {"old_role": old.value, "role": role.value}
    audit.record("workspaces:participant:change", seat=seat, target=row.user, details=details)
    withdraw_invalid_invitations(seat.workspace, row.user, caller=seat.caller)


@transaction.atomic
@audit.together()
def remove(seat: Seat, *, participant: Participant) -> None:
    """Remove a participant; from their next request on the workspace is a 404 for them."""
    actor_role = _locked_role(seat)
    row = _row(seat.workspace, participant)
    if not may_give(actor_role, Role(row.role)):
        raise NotAllowed
    _remove_role(seat, row, how=LeftBy.REMOVAL)


@transaction.atomic
@audit.together()
def leave_workspace(seat: Seat) -> None:
    """Remove oneself from the workspace."""
    _locked_role(seat)
    row = Participant.objects.filter(workspace=seat.workspace, user=seat.user).first()
    if row is None:
        raise NotAllowed(
            "You have no role of your own here: it comes from the organization or from a team. "
            "Leave those on the page of the organization."
        )
    _remove_role(seat, row, how=LeftBy.LEAVING)


@transaction.atomic
@audit.together()
def change_organization_role(
    seat: OrganizationSeat, *, member: OrganizationMember, role: OrganizationRole
) -> None:
    """Change the role of a member. An owner of the organization owns all of its workspaces."""
    Organization.objects.select_for_update().get(pk=seat.organization.pk)
    owners = OrganizationMember.objects.filter(
        organization=seat.organization, role=OrganizationRole.OWNER, user__is_active=True
    )
    if not owners.filter(user=seat.user).exists():
        raise NotAllowed("Only owners of the organization choose its owners.")
    row = OrganizationMember.objects.select_related("user").get(
        pk=member.pk, organization=seat.organization
    )
    if row.role == role:
        return
    if row.role == OrganizationRole.OWNER and not owners.exclude(pk=row.pk).exists():
        raise LastOwner
    reached = shared_places_of(row.user)
    row.role = role
    row.save(update_fields=["role"])
    details = {
        "role": role.value,
        "organization": seat.organization.name,
        "organization_id": str(seat.organization.pk),
    }
    audit.record("workspaces:member:change", seat=seat, target=row.user, details=details)
    note_departures(row.user, reached, LeftBy.REMOVAL)
    note_return(row.user)
    withdraw_invalid_invitations(seat.organization, row.user, caller=seat.caller)
    for workspace in seat.organization.workspaces.all():
        withdraw_invalid_invitations(workspace, row.user, caller=seat.caller)


def _locked_role(seat: Seat) -> Role:
    """Lock the workspace, so that removals run one after another; then read the actor's role."""
    if seat.workspace.is_personal:
        raise PersonalWorkspace
    Workspace.objects.select_for_update().get(pk=seat.workspace.pk)
    role = role_in(seat.user, seat.workspace)
    if role is None:
        raise NotAllowed
    return role


def _row(workspace: Workspace, participant: Participant) -> Participant:
    rows = Participant.objects.select_related("user").filter(workspace=workspace)
    row = rows.filter(pk=participant.pk).first()
    if row is None:
        raise NotAllowed("This person is no longer in the workspace.")
    return row


def _require_another_owner(row: Participant) -> None:
    """Raise LastOwner unless another owner who may sign in remains."""
    others = Participant.objects.filter(
        workspace=row.workspace_id, role=Role.OWNER, user__is_active=True
    )
    if not others.exclude(pk=row.pk).exists():
        raise LastOwner


def _remove_role(seat: Seat, row: Participant, *, how: LeftBy) -> None:
    if row.role == Role.OWNER:
        _require_another_owner(row)
    person: User = row.user
    details = {"old_role": row.role}
    row.delete()
    audit.record(REMOVED[how], seat=seat, target=person, details=details)
    note_departures(person, [seat.workspace], how)
    withdraw_invalid_invitations(seat.workspace, person, caller=seat.caller)
    elsewhere = Participant.objects.filter(
        user=person, workspace__organization=seat.workspace.organization
    )
    teams = TeamMember.objects.filter(user=person, team__organization=seat.workspace.organization)
    if not elsewhere.exists() and not teams.exists():
        OrganizationMember.objects.filter(
            organization=seat.workspace.organization, user=person, role=OrganizationRole.MEMBER
        ).delete()
