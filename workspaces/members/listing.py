"""Lists the people of a workspace: its participants and the owners of its organization."""

from collections.abc import Iterable
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
    may_leave: bool
    choices: tuple[tuple[str, str], ...]


def who_is_there(seat: Seat) -> list[Somebody]:
    """Everybody with a role in this workspace, the highest role first."""
    rows = Participant.objects.select_related("user").filter(workspace=seat.workspace)
    participants = {row.user_id: row for row in rows}
    owners = OrganizationMember.objects.select_related("user").filter(
        organization=seat.workspace.organization, role=OrganizationRole.OWNER
    )
    last = _last_owner(participants.values())
    found = [_line(seat, row, is_last_owner=row == last) for row in participants.values()]
    found += [
        _through_organization(seat, owner.user)
        for owner in owners
        if owner.user_id not in participants
    ]
    order = list(Role)
    return sorted(found, key=lambda one: (order.index(one.role), one.user.name, one.user.email))


def _last_owner(rows: Iterable[Participant]) -> Participant | None:
    """The only owner who may sign in; the workspace cannot do without."""
    owners = [row for row in rows if row.role == Role.OWNER and row.user.is_active]
    return owners[0] if len(owners) == 1 else None


def _line(seat: Seat, row: Participant, *, is_last_owner: bool) -> Somebody:
    role = Role(row.role)
    may_change = may_give(seat.role, role) and not is_last_owner
    to_give = [given for given in Role if may_give(seat.role, given)] if may_change else []
    return Somebody(
        user=row.user,
        role=role,
        through_organization=False,
        is_reader=row.user == seat.user,
        may_change=may_change,
        may_leave=not is_last_owner,
        choices=tuple((given.value, str(given.label)) for given in to_give),
    )


def _through_organization(seat: Seat, user: User) -> Somebody:
    """An owner of the organization, whose role here is not for the workspace to change."""
    return Somebody(
        user=user,
        role=Role.OWNER,
        through_organization=True,
        is_reader=user == seat.user,
        may_change=False,
        may_leave=False,
        choices=(),
    )
