"""Actions on teams: make, rename, delete, who is in them, and their roles in workspaces."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from workspaces import audit
from workspaces.members.departures import note_departures, note_return, shared_places_of
from workspaces.members.invitations import (
    withdraw_invalid_invitations,
    withdraw_invitations_into,
)
from workspaces.models import (
    Organization,
    OrganizationMember,
    Team,
    TeamMember,
    TeamRole,
    User,
    Workspace,
)
from workspaces.models.departure import LeftBy
from workspaces.models.roles import Role
from workspaces.models.teams import TEAM_ROLES
from workspaces.rights.access import role_in
from workspaces.rights.refusals import NotAllowed, TeamNameTaken
from workspaces.rights.roles import Can, allows, may_give
from workspaces.rights.seat import OrganizationSeat, Seat

NOT_MEMBER = "Only people of the organization can be in its teams."


@transaction.atomic
def make_team(seat: OrganizationSeat, *, name: str) -> Team:
    """Add a team without people. Raises NotAllowed, TeamNameTaken."""
    _require_owner(seat)
    team = Team(organization=seat.organization, name=name)
    _save_named(team)
    _record(seat, team, "add")
    return team


@transaction.atomic
def rename_team(seat: OrganizationSeat, team: Team, *, name: str) -> None:
    """Change the name. Raises NotAllowed, TeamNameTaken."""
    _require_owner(seat)
    old, team.name = team.name, name
    if old != name:
        _save_named(team)
        _record(seat, team, "rename", old_name=old)


@transaction.atomic
@audit.together()
def delete_team(seat: OrganizationSeat, team: Team) -> None:
    """Delete the team: its people lose the roles that they had by it alone, and open invitations
    into it end. Raises NotAllowed."""
    _require_owner(seat)
    withdraw_invitations_into(team, seat=seat)  # before it is read who is in the team
    people = [row.user for row in team.members.select_related("user")]
    held = [f"person:{person.pk}" for person in people]
    held += [f"role:{row.workspace_id}:{row.role}" for row in team.roles.order_by("workspace")]
    with _who_loses(seat, people, LeftBy.REMOVAL):
        _record(seat, team, "delete", count=len(people), held=held)
        team.delete()


@transaction.atomic
@audit.together()
def add_to_team(seat: OrganizationSeat, team: Team, person: User) -> None:
    """Put a member of the organization into the team. Raises NotAllowed."""
    _require_owner(seat)
    # The row stays locked, so that nobody leaves the organization meanwhile.
    members = OrganizationMember.objects.select_for_update(of=("self",))
    if not members.filter(organization=seat.organization, user=person).exists():
        raise NotAllowed(NOT_MEMBER)
    _, is_new = TeamMember.objects.get_or_create(team=team, user=person)
    if is_new:
        _record(seat, team, "join", target=person)
        note_return(person)


@transaction.atomic
@audit.together()
def take_from_team(seat: OrganizationSeat, team: Team, person: User) -> None:
    """Take somebody out of the team; everybody may take themselves out. Raises NotAllowed."""
    is_own = person == seat.user
    if not is_own:
        _require_owner(seat)
    row = TeamMember.objects.filter(team=team, user=person).first()
    if row is None:
        return
    with _who_loses(seat, [person], LeftBy.LEAVING if is_own else LeftBy.REMOVAL):
        _record(seat, team, "leave" if is_own else "remove", target=person)
        row.delete()


@transaction.atomic
@audit.together()
def set_team_role(seat: Seat, team: Team, *, role: Role) -> None:
    """Give a team of the organization a role in the workspace, or another one.

    Raises NotAllowed.
    """
    _require_own_team(seat, team)
    row = TeamRole.objects.select_for_update().filter(team=team, workspace=seat.workspace).first()
    if role not in TEAM_ROLES or not _may_change(seat, row, role):
        raise NotAllowed
    old = row.role if row else ""
    if old == role:
        return
    people = [each.user for each in team.members.select_related("user")]
    with _who_loses(seat, people, LeftBy.REMOVAL):
        TeamRole.objects.update_or_create(
            team=team, workspace=seat.workspace, defaults={"role": role}
        )
        details = {"old_role": old, "role": role.value, "name": team.name}
        audit.record("workspaces:team_role:set", seat=seat, target=team, details=details)
    for person in people:
        note_return(person)


@transaction.atomic
@audit.together()
def remove_team_role(seat: Seat, team: Team) -> None:
    """Take the team's role in the workspace away. Raises NotAllowed."""
    _require_own_team(seat, team)
    row = TeamRole.objects.select_for_update().filter(team=team, workspace=seat.workspace).first()
    if not _may_change(seat, row):
        raise NotAllowed
    if row is None:
        return
    people = [each.user for each in team.members.select_related("user")]
    with _who_loses(seat, people, LeftBy.REMOVAL):
        details = {"old_role": row.role, "name": team.name}
        audit.record("workspaces:team_role:remove", seat=seat, target=team, details=details)
        row.delete()


@contextmanager
def _who_loses(
    seat: OrganizationSeat | Seat, people: Iterable[User], how: LeftBy
) -> Iterator[None]:
    """Around a deed: who reaches a workspace no more is written down, and invitations end that
    somebody may not make any more."""
    home = seat.organization if isinstance(seat, OrganizationSeat) else seat.workspace.organization
    before = {person: _places_in(home, person) for person in people}
    yield
    for person, places in before.items():
        note_departures(person, places, how)
        for place in places:
            withdraw_invalid_invitations(place, person, caller=seat.caller)


def _places_in(home: Organization | None, person: User) -> list[Workspace]:
    if home is None or not person.is_active:
        return []
    return [each for each in shared_places_of(person) if each.organization_id == home.pk]


def _require_owner(seat: OrganizationSeat) -> None:
    if not seat.owns:
        raise NotAllowed("Only owners of the organization look after its teams.")


def _require_own_team(seat: Seat, team: Team) -> None:
    if team.organization_id != seat.workspace.organization_id:
        raise NotAllowed


def _may_change(seat: Seat, row: TeamRole | None, role: Role | None = None) -> bool:
    """True if the person has, now, the right to give both the old and the new role."""
    now = role_in(seat.user, seat.workspace)
    changed = [Role(row.role)] if row else []
    changed += [role] if role else []
    return now is not None and allows(now, Can.INVITE) and all(may_give(now, r) for r in changed)


def _save_named(team: Team) -> None:
    """Save. Raises TeamNameTaken: the database decides between two who save at once."""
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise TeamNameTaken from None


def _record(
    seat: OrganizationSeat,
    team: Team,
    verb: str,
    *,
    target: User | None = None,
    **details: str | int | list[str],
) -> None:
    told = {
        "name": team.name,
        "team_id": str(team.pk),
        "organization": seat.organization.name,
        **details,
    }
    audit.record(f"workspaces:team:{verb}", seat=seat, target=target or team, details=told)
