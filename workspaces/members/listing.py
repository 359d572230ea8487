"""Lists the people of a workspace: its participants and the owners of its organization."""

from dataclasses import dataclass

from workspaces.models import OrganizationMember, Participant, User
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.roles import may_give
from workspaces.rights.seat import Seat


@dataclass(frozen=True)
class Somebody:
    """One person of the list, with the actions that the reader may take."""

    user: User
    role: Role
    through_organization: bool
    is_reader: bool
    may_change: bool
    choices: tuple[tuple[str, str], ...]


def who_is_there(seat: Seat) -> list[Somebody]:
    """Everybody with a role in this workspace, the highest role first."""
    rows = Participant.objects.select_related("user").filter(workspace=seat.workspace)
    participants = {row.user_id: row for row in rows}
    owners = OrganizationMember.objects.select_related("user").filter(
        organization=seat.workspace.organization, role=OrganizationRole.OWNER
    )
    found = [
        _line(seat, row.user, Role(row.role), inherited=False) for row in participants.values()
    ]
    found += [
        _line(seat, owner.user, Role.OWNER, inherited=True)
        for owner in owners
        if owner.user_id not in participants
    ]
    order = list(Role)
    return sorted(found, key=lambda one: (order.index(one.role), one.user.name, one.user.email))


def _line(seat: Seat, user: User, role: Role, *, inherited: bool) -> Somebody:
    may_change = not inherited and may_give(seat.role, role)
    to_give = [given for given in Role if may_give(seat.role, given)] if may_change else []
    return Somebody(
        user=user,
        role=role,
        through_organization=inherited,
        is_reader=user == seat.user,
        may_change=may_change,
        choices=tuple((given.value, str(given.label)) for given in to_give),
    )
