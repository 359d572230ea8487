"""Lists the people of a workspace: its participants and the owners of its organization."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, Subquery

from workspaces.models import (
    OrganizationMember,
    Participant,
    Team,
    TeamRole,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.roles import may_give
from workspaces.rights.seat import Seat
from workspaces.rights.team_roles import ByTeam, highest, people_by_team


@dataclass(frozen=True)
class Somebody:
    """One person of the list, with the actions that the reader may take.

    ``role`` is the highest; ``own_role`` is held without a team; ``by_teams`` names the teams and
    their roles.
    """

    user: User
    role: Role
    through_organization: bool
    is_reader: bool
    may_change: bool
    may_leave: bool
    choices: tuple[tuple[str, str], ...]
    own_role: str = ""
    by_teams: str = ""


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
    found = _with_teams(seat, found)
    order = list(Role)
    return sorted(found, key=lambda one: (order.index(one.role), one.user.name, one.user.email))


def teams_of(workspace: Workspace) -> list[Any]:
    """The teams of the organization, each with ``role_here``: its role in the workspace or None."""
    roles = TeamRole.objects.filter(team=OuterRef("pk"), workspace=workspace).values("role")
    found = Team.objects.filter(organization=workspace.organization_id)
    return list(found.annotate(role_here=Subquery(roles)))


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
        own_role=role.value,
    )


def _with_teams(seat: Seat, found: list[Somebody]) -> list[Somebody]:
    """The same with the people of teams, and with the teams of everybody."""
    told: dict[User, list[ByTeam]] = {}
    for each in people_by_team([seat.workspace.pk]):
        told.setdefault(each.person, []).append(each)
    known = {each.user: each for each in found}
    for person, teams in told.items():
        row = known.get(person) or _by_team(seat, person)
        role = highest(row.own_role or row.role, *(each.role for each in teams))
        named = ", ".join(f"{each.role.label} by {each.team}" for each in teams)
        known[person] = replace(row, role=role or row.role, by_teams=named)
    return list(known.values())


def _by_team(seat: Seat, user: User) -> Somebody:
    """Somebody who is here by teams alone, whose roles the workspace gives to the teams."""
    return _without_own_role(seat, user, Role.VIEWER, through_organization=False)


def _through_organization(seat: Seat, user: User) -> Somebody:
    """An owner of the organization, whose role here is not for the workspace to change."""
    return _without_own_role(seat, user, Role.OWNER, through_organization=True)


def _without_own_role(
    seat: Seat, user: User, role: Role, *, through_organization: bool
) -> Somebody:
    return Somebody(
        user=user,
        role=role,
        through_organization=through_organization,
        is_reader=user == seat.user,
        may_change=False,
        may_leave=False,
        choices=(),
    )
