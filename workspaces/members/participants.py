"""Deeds about who takes part: changing a role, removing somebody, leaving."""

from django.db import transaction

from workspaces import audit
from workspaces.members.invitations import withdraw_what_lost_its_ground
from workspaces.models import (
    Organization,
    OrganizationMember,
    Participant,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.access import role_in
from workspaces.rights.refusals import LastOwner, NotAllowed, PersonalWorkspace
from workspaces.rights.roles import may_give
from workspaces.rights.seat import OrganizationSeat, Seat


@transaction.atomic
def change_role(seat: Seat, *, participant: Participant, role: Role) -> None:
    """Give a participant another role; both the old and the new one must be the giver's to give."""
    actor_role = _locked_role(seat)
    row = _row(seat.workspace, participant)
    old = Role(row.role)
    if not (may_give(actor_role, old) and may_give(actor_role, role)):
        raise NotAllowed
    if old == role:
        return
    if old is Role.OWNER:
        _keep_an_owner(row)
    row.role = role
    row.save(update_fields=["role"])
    details = {"old_role": old.value, "role": role.value}
    audit.record("workspaces:participant:change", seat=seat, target=row.user, details=details)
    withdraw_what_lost_its_ground(seat.workspace, row.user, caller=seat.caller)


@transaction.atomic
def remove(seat: Seat, *, participant: Participant) -> None:
    """Take somebody's role away; their next request finds nothing here."""
    actor_role = _locked_role(seat)
    row = _row(seat.workspace, participant)
    if not may_give(actor_role, Role(row.role)):
        raise NotAllowed
    _take_away(seat, row, action="workspaces:participant:remove")


@transaction.atomic
def leave_workspace(seat: Seat) -> None:
    """Give one's own role back."""
    _locked_role(seat)
    row = Participant.objects.filter(workspace=seat.workspace, user=seat.user).first()
    if row is None:
        raise NotAllowed("You own this workspace through its organization, so you stay its owner.")
    _take_away(seat, row, action="workspaces:participant:leave")


@transaction.atomic
def change_organization_role(
    seat: OrganizationSeat, *, member: OrganizationMember, role: OrganizationRole
) -> None:
    """Make a member of the organization an owner of it and of all its workspaces, or undo that."""
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
    row.role = role
    row.save(update_fields=["role"])
    details = {"role": role.value}
    audit.record("workspaces:member:change", seat=seat, target=row.user, details=details)
    for workspace in seat.organization.workspaces.all():
        withdraw_what_lost_its_ground(workspace, row.user, caller=seat.caller)


def _locked_role(seat: Seat) -> Role:
    """Lock the workspace, so that leavers queue up, and read the actor's role as it is now."""
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


def _keep_an_owner(row: Participant) -> None:
    """Somebody who may sign in must own it afterwards: the others could not even be asked."""
    others = Participant.objects.filter(
        workspace=row.workspace_id, role=Role.OWNER, user__is_active=True
    )
    if not others.exclude(pk=row.pk).exists():
        raise LastOwner


def _take_away(seat: Seat, row: Participant, *, action: str) -> None:
    if row.role == Role.OWNER:
        _keep_an_owner(row)
    person: User = row.user
    details = {"old_role": row.role}
    row.delete()
    audit.record(action, seat=seat, target=person, details=details)
    withdraw_what_lost_its_ground(seat.workspace, person, caller=seat.caller)
    elsewhere = Participant.objects.filter(
        user=person, workspace__organization=seat.workspace.organization
    )
    if not elsewhere.exists():
        OrganizationMember.objects.filter(
            organization=seat.workspace.organization, user=person, role=OrganizationRole.MEMBER
        ).delete()
