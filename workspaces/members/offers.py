"""What an invitation gives: who may offer it, who has it already, and what its acceptance adds."""

from collections.abc import Sequence

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import (
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    Team,
    TeamMember,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.access import role_in
from workspaces.rights.refusals import AlreadyThere, Refusal
from workspaces.rights.roles import may_give
from workspaces.rights.seat import OrganizationSeat, Seat

IN_ORGANIZATION = (
    "This person is in the organization already. The list of its people changes the role, and the "
    "page of a team puts somebody into it."
)
TEAM_GONE = "One of these teams is not in the organization any more. Choose again."


def held_in(person: User, place: Workspace | Organization) -> Role | OrganizationRole | None:
    """The role of this person there now; None for an outsider, and in a deleted place."""
    if isinstance(place, Workspace):
        return role_in(person, place)
    row = OrganizationMember.objects.filter(
        organization=place.pk, organization__deleted_at=None, user=person, user__is_active=True
    ).first()
    return OrganizationRole(row.role) if row else None


def may_offer(held: Role | OrganizationRole | None, role: str) -> bool:
    """True if a person with the role ``held`` may invite somebody as ``role``."""
    if isinstance(held, OrganizationRole):
        return held is OrganizationRole.OWNER
    return held is not None and may_give(held, Role(role))


def refuse_who_is_there(place: Workspace | Organization, email: str) -> None:
    """Raise AlreadyThere if the person with this address has a role of their own there."""
    if isinstance(place, Workspace):
        if Participant.objects.filter(workspace=place, user__email__iexact=email).exists():
            raise AlreadyThere
    elif OrganizationMember.objects.filter(organization=place, user__email__iexact=email).exists():
        raise AlreadyThere(IN_ORGANIZATION)


def locked_teams(place: Workspace | Organization, teams: Sequence[Team]) -> list[Team]:
    """These teams of the organization, which nobody deletes meanwhile. Raises Refusal if one of
    them is not there."""
    if not teams:
        return []
    keys = {team.pk for team in teams}
    home = place.pk if isinstance(place, Organization) else None
    rows = Team.objects.select_for_update(no_key=True).filter(pk__in=keys, organization=home)
    found = list(rows.order_by("pk"))
    if len(found) != len(keys):
        raise Refusal(TEAM_GONE)
    return found


def take_up(
    invitation: Invitation, user: User, caller: Caller
) -> tuple[Seat | OrganizationSeat, str]:
    """Give the person what the invitation offers.

    Returns the seat that it gives, and the role that the person had there before, if any.
    """
    if invitation.workspace is not None:
        role = Role(invitation.role)
        old = _add_role(invitation.workspace, user, role)
        _add_membership(invitation.workspace.organization, user, OrganizationRole.MEMBER)
        return Seat(user, invitation.workspace, role, caller), old
    offered, home = OrganizationRole(invitation.role), invitation.organization
    assert home  # noqa: S101  # for the type checker; a rule of the database
    old = _add_membership(home, user, offered)
    seat = OrganizationSeat(user, home, offered, caller)
    for team in invitation.teams.all():
        _, is_new = TeamMember.objects.get_or_create(team=team, user=user)
        if is_new:
            details = {"name": team.name, "team_id": str(team.pk), "organization": home.name}
            audit.record("workspaces:team:join", seat=seat, target=user, details=details)
    return seat, old


def _add_role(place: Workspace, user: User, role: Role) -> str:
    """Add the role; a person who already has a role keeps the higher one. Returns the old one."""
    order = list(Role)
    row, added = Participant.objects.select_for_update().get_or_create(
        workspace=place, user=user, defaults={"role": role}
    )
    old = "" if added else row.role
    if not added and order.index(role) < order.index(Role(row.role)):
        row.role = role
        row.save(update_fields=["role"])
    return old


def _add_membership(home: Organization | None, user: User, role: OrganizationRole) -> str:
    """The same in the organization."""
    row, added = OrganizationMember.objects.get_or_create(
        organization=home, user=user, defaults={"role": role}
    )
    old = "" if added else row.role
    if not added and role is OrganizationRole.OWNER and row.role != role:
        row.role = role
        row.save(update_fields=["role"])
    return old
