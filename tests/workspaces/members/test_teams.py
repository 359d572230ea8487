"""Teams: what a team may do each of its people may; the highest role counts; nobody owns by one."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import cast
from workspaces.members import organization_members, participants, teams
from workspaces.members.listing import who_is_there
from workspaces.models import (
    AuditEvent,
    Departure,
    OrganizationMember,
    Participant,
    Team,
    TeamMember,
    TeamRole,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights import access
from workspaces.rights.refusals import NotAllowed, TeamNameTaken
from workspaces.rights.seat import OrganizationSeat

pytestmark = pytest.mark.django_db


def owner() -> OrganizationSeat:
    return OrganizationSeat(cast.alice(), cast.organization(), OrganizationRole.OWNER, cast.CALLER)


def plain(person: User) -> OrganizationSeat:
    return OrganizationSeat(person, cast.organization(), OrganizationRole.MEMBER, cast.CALLER)


def member(person: User) -> User:
    OrganizationMember.objects.get_or_create(
        organization=cast.organization(), user=person, defaults={"role": "member"}
    )
    return person


def team_of(*people: User, name: str = "Release") -> Team:
    made = teams.make_team(owner(), name=name)
    for person in people:
        teams.add_to_team(owner(), made, member(person))
    return made


def give(team: Team, role: Role, place: Workspace | None = None) -> None:
    teams.set_team_role(cast.seat(place or cast.workspace()), team, role=role)


def role_of_bob() -> Role | None:
    return access.role_in(cast.bob(), cast.workspace())


def test_a_role_of_a_team_is_a_role_of_its_people() -> None:
    team = team_of(cast.bob())
    assert role_of_bob() is None
    give(team, Role.MAINTAINER)
    assert role_of_bob() is Role.MAINTAINER
    assert access.role_in(cast.bob(), cast.workspace("ops")) is None
    assert access.role_in(cast.mallory(), cast.workspace()) is None


@pytest.mark.parametrize("own", [None, *Role])
@pytest.mark.parametrize("first", [Role.ADMIN, Role.MAINTAINER, Role.USER, Role.VIEWER])
@pytest.mark.parametrize("second", [None, Role.ADMIN, Role.VIEWER])
def test_the_highest_role_counts(own: Role | None, first: Role, second: Role | None) -> None:
    give(team_of(cast.bob()), first)
    if second:
        give(team_of(cast.bob(), name="Other"), second)
    if own:
        cast.participant(cast.workspace(), cast.bob(), own)
    given = [role for role in (own, first, second) if role]
    assert role_of_bob() is min(given, key=list(Role).index)


def test_a_suspended_person_has_no_role_by_a_team() -> None:
    give(team_of(cast.bob()), Role.ADMIN)
    User.objects.filter(pk=cast.bob().pk).update(is_active=False)
    assert access.role_in(User.objects.get(pk=cast.bob().pk), cast.workspace()) is None


def test_a_team_owns_nothing() -> None:
    team = team_of(cast.bob())
    with pytest.raises(NotAllowed):
        give(team, Role.OWNER)
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamRole.objects.create(team=team, workspace=cast.workspace(), role=Role.OWNER)
    assert role_of_bob() is None


def test_only_people_of_the_organization_are_in_its_teams() -> None:
    team = team_of()
    with pytest.raises(NotAllowed):
        teams.add_to_team(owner(), team, cast.mallory())
    assert not team.members.exists()


def test_a_team_of_another_organization_gets_no_role() -> None:
    oscar = cast.person("oscar@example.net")
    home = cast.organization("other", owner=oscar)
    seat = OrganizationSeat(oscar, home, OrganizationRole.OWNER, cast.CALLER)
    foreign = teams.make_team(seat, name="Foreign")
    teams.add_to_team(seat, foreign, oscar)
    with pytest.raises(NotAllowed):
        give(foreign, Role.VIEWER)
    with pytest.raises(NotAllowed):
        teams.remove_team_role(cast.seat(cast.workspace()), foreign)
    assert access.role_in(oscar, cast.workspace()) is None


def test_who_may_not_give_a_role_gives_none_to_a_team_either() -> None:
    team = team_of(cast.bob())
    give(team, Role.ADMIN)
    place = cast.workspace()
    admin = cast.participant(place, cast.person("adam@example.org"), Role.ADMIN)
    for deed in (
        lambda: teams.set_team_role(cast.seat(place, admin), team, role=Role.VIEWER),
        lambda: teams.remove_team_role(cast.seat(place, admin), team),
        lambda: teams.set_team_role(cast.seat(place, admin), team_of(name="New"), role=Role.ADMIN),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert role_of_bob() is Role.ADMIN
    teams.set_team_role(cast.seat(place, admin), team_of(name="More"), role=Role.MAINTAINER)


def test_only_owners_of_the_organization_look_after_teams() -> None:
    team, bob = team_of(cast.bob()), plain(cast.bob())
    carol = member(cast.person("carol@example.org"))
    for deed in (
        lambda: teams.make_team(bob, name="Mine"),
        lambda: teams.rename_team(bob, team, name="Mine"),
        lambda: teams.delete_team(bob, team),
        lambda: teams.add_to_team(bob, team, carol),
        lambda: teams.take_from_team(plain(carol), team, cast.bob()),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert [row.user for row in Team.objects.get().members.all()] == [cast.bob()]


def test_a_name_is_there_once_in_an_organization() -> None:
    team = team_of(name="Release")
    with pytest.raises(TeamNameTaken):
        teams.make_team(owner(), name="RELEASE")
    other = team_of(name="Other")
    with pytest.raises(TeamNameTaken):
        teams.rename_team(owner(), other, name="release")
    teams.rename_team(owner(), team, name="Delivery")
    assert Team.objects.filter(name="Delivery").exists()


@pytest.mark.parametrize("how", ["leave", "taken out", "no role", "deleted", "out of all"])
def test_who_loses_the_last_role_is_a_leaver_and_who_has_another_one_is_not(how: str) -> None:
    both = cast.participant(cast.workspace(), cast.person("both@example.org"), Role.VIEWER)
    team = team_of(cast.bob(), both)
    give(team, Role.MAINTAINER)
    if how == "leave":
        teams.take_from_team(plain(cast.bob()), team, cast.bob())
        teams.take_from_team(plain(both), team, both)
    elif how == "taken out":
        teams.take_from_team(owner(), team, cast.bob())
        teams.take_from_team(owner(), team, both)
    elif how == "no role":
        teams.remove_team_role(cast.seat(cast.workspace()), team)
    elif how == "deleted":
        teams.delete_team(owner(), team)
    else:
        organization_members.remove_member(owner(), person=cast.bob())
        assert not TeamMember.objects.filter(user=cast.bob()).exists()
    assert role_of_bob() is None
    assert [(each.email, each.workspace) for each in Departure.objects.all()] == [
        ("bob@example.org", cast.workspace())
    ]
    assert access.role_in(both, cast.workspace()) is not None


def test_who_is_put_into_the_team_again_is_no_leaver() -> None:
    team = team_of(cast.bob())
    give(team, Role.USER)
    teams.take_from_team(owner(), team, cast.bob())
    teams.add_to_team(owner(), team, cast.bob())
    assert not Departure.objects.filter(returned_at=None).exists()


def test_who_leaves_a_workspace_keeps_what_a_team_gives_and_stays_in_the_organization() -> None:
    give(team_of(cast.bob()), Role.VIEWER)
    cast.participant(cast.workspace(), cast.bob(), Role.ADMIN)
    participants.leave_workspace(cast.seat(cast.workspace(), cast.bob()))
    assert role_of_bob() is Role.VIEWER
    assert OrganizationMember.objects.filter(user=cast.bob()).exists()
    assert not Departure.objects.exists()
    with pytest.raises(NotAllowed, match="no role of your own"):
        participants.leave_workspace(cast.seat(cast.workspace(), cast.bob()))


def test_the_last_owner_stays_also_beside_a_team_of_admins() -> None:
    give(team_of(cast.bob()), Role.ADMIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(workspace=cast.workspace()).delete()
    assert Participant.objects.get(workspace=cast.workspace()).role == Role.OWNER


def test_the_list_names_the_teams_and_the_highest_role() -> None:
    place = cast.workspace()
    give(team_of(cast.bob()), Role.MAINTAINER)
    cast.participant(place, cast.bob(), Role.VIEWER)
    by_team = member(cast.person("tim@example.org"))
    teams.add_to_team(owner(), Team.objects.get(), by_team)
    rows = {row.user: row for row in who_is_there(cast.seat(place))}
    bob, tim = rows[cast.bob()], rows[by_team]
    assert (bob.role, bob.own_role, bob.by_teams) == (
        Role.MAINTAINER, "viewer", "Maintainer by Release",
    )  # fmt: skip
    assert (tim.role, tim.own_role, tim.may_change) == (Role.MAINTAINER, "", False)
    assert [row.user for row in who_is_there(cast.seat(place))].count(cast.bob()) == 1


def test_the_list_asks_as_much_for_one_as_for_fifty() -> None:
    team = team_of(cast.bob())
    give(team, Role.VIEWER)
    seat = cast.seat(cast.workspace())
    assert len(who_is_there(seat)) == 2
    with CaptureQueriesContext(connection) as few:
        who_is_there(seat)
    for number in range(50):
        TeamMember.objects.create(team=team, user=cast.person(f"p{number}@example.org"))
    with CaptureQueriesContext(connection) as many:
        assert len(who_is_there(seat)) == 52
    assert len(many) == len(few)


def test_each_deed_is_an_event() -> None:
    team = team_of(cast.bob())
    give(team, Role.VIEWER)
    give(team, Role.USER)
    teams.remove_team_role(cast.seat(cast.workspace()), team)
    teams.rename_team(owner(), team, name="Delivery")
    teams.take_from_team(owner(), team, cast.bob())
    teams.delete_team(owner(), team)
    events = AuditEvent.objects.filter(action__startswith="workspaces:team").order_by("seq")
    assert [event.action for event in events] == [
        "workspaces:team:add",
        "workspaces:team:join",
        "workspaces:team_role:set",
        "workspaces:team_role:set",
        "workspaces:team_role:remove",
        "workspaces:team:rename",
        "workspaces:team:remove",
        "workspaces:team:delete",
    ]
    assert events[3].details == {"old_role": "viewer", "role": "user", "name": "Release"}
    assert events[3].workspace_id == cast.workspace().pk
