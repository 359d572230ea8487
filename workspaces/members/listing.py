"""Reads who is in a workspace: by a role of their own, or as owners of the organization."""

from dataclasses import dataclass

from workspaces.models import OrganizationMember, Participant, User
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.roles import may_give
from workspaces.rights.seat import Seat


@dataclass(frozen=True)
class Somebody:
    """One line of the list, with what the reader may do about it."""

    user: User
    role: Role
    through_organization: bool
    is_reader: bool
    may_change: bool
    choices: tuple[tuple[str, str], ...]


def who_is_there(seat: Seat) -> list[Somebody]:
    """Everybody with a role in this workspace, the highest first."""
    rows = Participant.objects.select_related("user").filter(workspace=seat.workspace)
    held = {row.user_id: row for row in rows}
    owners = OrganizationMember.objects.select_related("user").filter(
        organization=seat.workspace.organization, role=OrganizationRole.OWNER
    )
    found = [_line(seat, row.user, Role(row.role), inherited=False) for row in held.values()]
    found += [
        _line(seat, owner.user, Role.OWNER, inherited=True)
        for owner in owners
        if owner.user_id not in held
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
