"""Invitations to an organization and its teams: what they give, who gives it, when they end."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.clock import database_now
from common.models import OutgoingMail
from credentials_app.services import account_deletion, place_deletion
from tests import cast
from tests.workspaces.mailing import link_in_last_mail, sent
from tests.workspaces.members.test_teams import give, member, owner, plain, team_of
from workspaces.deleted_places import purge_place
from workspaces.members import invitations, organization_members, participants, teams
from workspaces.models import (
    AuditEvent,
    Departure,
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    Team,
    TeamMember,
    User,
)
from workspaces.models.departure import LeftBy
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights import access
from workspaces.rights.refusals import (
    AlreadyInvited,
    AlreadyThere,
    InvitationGone,
    InvitedOften,
    NotAllowed,
    Refusal,
    TooManyInvitations,
    WrongPerson,
)
from workspaces.rights.seat import OrganizationSeat
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db
CAROL = "carol@example.org"
MEMBER, OWNER = OrganizationRole.MEMBER, OrganizationRole.OWNER


def invited(
    *teams: Team,
    role: OrganizationRole = MEMBER,
    email: str = CAROL,
    seat: OrganizationSeat | None = None,
) -> str:
    """An owner invites; the token is what stands in the mail."""
    invitations.invite(seat or owner(), email=email, role=role, teams=teams)
    return link_in_last_mail().split("/")[-2]


def accepted(token: str, person: User | None = None) -> User:
    carol = person or cast.person(CAROL)
    invitations.accept(token, user=carol, caller=cast.CALLER)
    return carol


def role_of(person: User) -> str | None:
    """In the organization, which may be deleted."""
    rows = OrganizationMember.objects.filter(organization__slug="acme", user=person)
    return rows.values_list("role", flat=True).first()


def second_owner() -> User:
    bob = member(cast.bob())
    OrganizationMember.objects.filter(user=bob, organization=cast.organization()).update(role=OWNER)
    return bob


def seat_of(person: User) -> OrganizationSeat:
    return OrganizationSeat(person, cast.organization(), OWNER, cast.CALLER)


def is_gone(token: str) -> bool:
    try:
        invitations.find_invitation(token)
    except InvitationGone:
        return True
    return False


def test_the_invited_person_is_a_member_once_and_in_no_workspace() -> None:
    cast.workspace()
    token = invited()
    carol = accepted(token)
    assert role_of(carol) == "member"
    assert not Participant.objects.filter(user=carol).exists()
    assert access.role_in(carol, cast.workspace()) is None
    with pytest.raises(InvitationGone):
        invitations.accept(token, user=carol, caller=cast.CALLER)


def test_an_invited_owner_owns_the_workspaces() -> None:
    carol = accepted(invited(role=OWNER))
    assert role_of(carol) == "owner"
    assert access.role_in(carol, cast.workspace()) is Role.OWNER


def test_the_same_invitation_puts_into_teams_whose_roles_count_at_once() -> None:
    release, other = team_of(), team_of(name="Other")
    give(release, Role.MAINTAINER)
    carol = accepted(invited(release))
    assert access.role_in(carol, cast.workspace()) is Role.MAINTAINER
    assert TeamMember.objects.get(user=carol).team == release
    assert not other.members.exists()


def test_the_mail_names_what_it_gives_and_is_short() -> None:
    several = [team_of(name=name) for name in ("Call www.evil.example", "B", "C", "D", "E")]
    invited(*several, role=OWNER)
    letter = sent()[-1]
    assert letter.subject == "Invitation to an organization at localhost"
    for words in (str(letter.body), str(letter.alternatives[0][0])):
        assert "an organization of Lockkeeper" in " ".join(words.split())
        assert "The organization: “Acme”" in words
        assert "Its teams that you join: “B”, “C”, “Call www evil example” and 2 more" in words
        assert "Owner" in words
        assert "workspace" not in words
    invited(email="dave@example.org")
    assert "teams" not in str(sent()[-1].body)


def test_no_table_has_the_token() -> None:
    token = invited(team_of())
    kept = [str(model.objects.values()) for model in (OutgoingMail, Invitation, AuditEvent)]
    assert token not in "".join(kept)


def test_the_audit_log_says_what_was_offered_taken_and_withdrawn() -> None:
    release = team_of()
    accepted(invited(release))
    invited(email="dave@example.org")
    open_one = Invitation.objects.get(email="dave@example.org")
    invitations.withdraw(owner(), invitation=open_one)
    events = AuditEvent.objects.filter(action__startswith="workspaces:invitation:").order_by("seq")
    home = str(cast.organization().pk)
    gives = {"role": "member", "organization": "Acme", "organization_id": home}
    assert [(each.action.rpartition(":")[2], each.details) for each in events] == [
        ("send", gives | {"teams": ["Release"], "delivery": "by mail"}),
        ("accept", gives | {"teams": ["Release"], "old_role": ""}),
        ("send", gives | {"delivery": "by mail"}),
        ("withdraw", gives),
    ]
    assert {each.workspace_id for each in events} == {None}
    assert events[1].actor_label.startswith("Carol")
    assert AuditEvent.objects.filter(action="workspaces:team:join").count() == 1


def test_a_plain_member_invites_nobody_and_withdraws_nothing() -> None:
    bob = member(cast.bob())
    with pytest.raises(NotAllowed):
        invitations.invite(plain(bob), email=CAROL, role=MEMBER)
    assert not Invitation.objects.exists()
    token = invited()
    with pytest.raises(NotAllowed):
        invitations.withdraw(plain(bob), invitation=Invitation.objects.get())
    assert not is_gone(token)


def test_no_team_of_another_organization_is_offered() -> None:
    elsewhere = cast.organization("other", owner=cast.person("oscar@example.net"))
    strange = Team.objects.create(organization=elsewhere, name="Theirs")
    with pytest.raises(Refusal, match="not in the organization"):
        invited(strange)
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_an_owner_of_another_organization_withdraws_nothing_here() -> None:
    token = invited()
    oscar = cast.person("oscar@example.net")
    seat = OrganizationSeat(oscar, cast.organization("other", owner=oscar), OWNER, cast.CALLER)
    invitations.withdraw(seat, invitation=Invitation.objects.get())
    assert not is_gone(token)


def test_another_person_cannot_use_the_link() -> None:
    token = invited(role=OWNER)
    with pytest.raises(WrongPerson):
        accepted(token, cast.mallory())
    assert role_of(cast.mallory()) is None


def test_one_open_invitation_for_one_address_and_organization() -> None:
    invited()
    with pytest.raises(AlreadyInvited):
        invited(email="Carol@Example.org")
    invitations.invite(cast.seat(cast.workspace()), email=CAROL, role=Role.USER)
    assert Invitation.objects.count() == 2, "one to a workspace is another one"


def test_a_member_is_not_invited_again() -> None:
    member(cast.bob())
    with pytest.raises(AlreadyThere, match="organization"):
        invited(email="BOB@example.org")


def test_the_limits_are_those_of_workspaces_and_counted_together() -> None:
    place = cast.workspace()
    for number in range(19):
        invited(email=f"number-{number}@example.org")
    invitations.invite(cast.seat(place), email="number-19@example.org", role=Role.USER)
    with pytest.raises(TooManyInvitations):
        invited(email="number-20@example.org")


def test_an_address_gets_three_an_hour_to_places_of_any_kind() -> None:
    for number in range(3):
        place = cast.workspace(f"place-{number}")
        invitations.invite(cast.seat(place), email=CAROL, role=Role.VIEWER)
    with pytest.raises(InvitedOften):
        invited()
    assert Invitation.objects.count() == 3


def test_it_ends_after_seven_days() -> None:
    token = invited()
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert is_gone(token)
        assert invited() != token, "and another one can be sent"


def test_a_withdrawn_one_opens_nothing() -> None:
    token = invited()
    invitations.withdraw(owner(), invitation=Invitation.objects.get())
    assert is_gone(token)


def demote(bob: User) -> None:
    row = OrganizationMember.objects.get(user=bob, organization=cast.organization())
    participants.change_organization_role(owner(), member=row, role=MEMBER)


def remove(bob: User) -> None:
    organization_members.remove_member(owner(), person=bob)


def leave(bob: User) -> None:
    organization_members.leave_organization(seat_of(bob))


def suspend(bob: User) -> None:
    accounts.suspend(bob, heirs={}, keeper=Keeper(cast.administrator(), cast.CALLER))


def close(bob: User) -> None:
    account_deletion.delete_account(bob, heirs={}, keeper=Keeper(bob, cast.CALLER))


def delete_home(bob: User) -> None:
    place_deletion.delete_organization(owner())


@pytest.mark.parametrize("deed", [demote, remove, leave, suspend, close, delete_home])
def test_it_ends_with_its_giver_and_with_the_organization(deed: Callable[[User], None]) -> None:
    bob = second_owner()
    theirs = invited(seat=seat_of(bob))
    others = invited(email="dave@example.org")
    deed(bob)
    assert is_gone(theirs)
    assert Invitation.objects.get(email=CAROL).withdrawn_at
    assert is_gone(others) == (deed is delete_home), "the control: another owner's stays"


@pytest.mark.parametrize("way", ["role", "person", "organization"])
def test_it_opens_nothing_even_where_nobody_withdrew_it(way: str) -> None:
    """Each is looked at when the link is opened, too."""
    bob = second_owner()
    token = invited(seat=seat_of(bob))
    assert not is_gone(token)
    if way == "role":
        OrganizationMember.objects.filter(user=bob).update(role="member")
    elif way == "person":
        User.objects.filter(pk=bob.pk).update(is_active=False)
    else:
        Organization.objects.filter(pk=cast.organization().pk).update(deleted_at=timezone.now())
    assert is_gone(token)


def test_it_ends_with_a_team_that_it_names() -> None:
    release, other = team_of(), team_of(name="Other")
    token, kept = invited(release, other), invited(other, email="dave@example.org")
    teams.delete_team(owner(), release)
    assert is_gone(token)
    assert not is_gone(kept)
    event = AuditEvent.objects.get(action="workspaces:invitation:withdraw")
    assert event.details["reason"] == "the team was deleted"
    assert event.details["teams"] == ["Other", "Release"]


def test_it_stays_withdrawn_when_the_organization_comes_back() -> None:
    token = invited()
    told = place_deletion.what_ends([], cast.organization()).invitations
    home = cast.organization()
    place_deletion.delete_organization(owner())
    place_deletion.restore_place(home, person=cast.alice(), caller=cast.CALLER)
    assert told == 1
    assert is_gone(token)


def test_a_workspace_alone_counts_none_to_organizations() -> None:
    invited()
    assert place_deletion.what_ends([cast.workspace()]).invitations == 0


def test_the_purge_of_an_organization_takes_its_invitations_along() -> None:
    invited(team_of())
    home = cast.organization()
    place_deletion.delete_organization(owner())
    purge_place(Organization.every.get(pk=home.pk))
    assert not Invitation.objects.exists()
    assert not Organization.every.filter(pk=home.pk).exists()


def test_the_purge_of_an_account_takes_what_it_offered_along() -> None:
    bob = second_owner()
    invited(team_of(), seat=seat_of(bob))
    close(bob)
    assert Invitation.objects.exists()
    account_deletion.purge_accounts(now=database_now() + timedelta(days=8))
    assert not Invitation.objects.exists()
    assert not User.objects.filter(pk=bob.pk).exists()


def test_who_became_member_meanwhile_keeps_the_higher_role_and_joins_the_teams() -> None:
    release = team_of()
    as_owner, as_member = invited(release, role=OWNER), invited(email="bob@example.org")
    carol, bob = member(cast.person(CAROL)), second_owner()
    accepted(as_owner, carol)
    accepted(as_member, bob)
    assert (role_of(carol), role_of(bob)) == ("owner", "owner")
    assert release.members.filter(user=carol).exists()


def test_who_had_left_is_no_leaver_any_more() -> None:
    place, release = cast.workspace(), team_of(cast.bob())
    give(release, Role.USER)
    organization_members.remove_member(owner(), person=cast.bob())
    assert Departure.objects.get(workspace=place, how=LeftBy.REMOVAL).returned_at is None
    accepted(invited(release, email=cast.bob().email), cast.bob())
    assert Departure.objects.get(workspace=place).returned_at


def test_a_newcomer_gets_an_account_whose_address_is_proven() -> None:
    release = team_of()
    carol = invitations.accept_as_newcomer(
        invited(release), name="Carol", password=cast.PASSWORD, caller=cast.CALLER
    )
    assert role_of(carol) == "member"
    assert release.members.filter(user=carol).exists()
    assert not Participant.objects.filter(user=carol).exists()


@pytest.mark.parametrize(
    ("of_workspace", "of_organization", "role"),
    [
        (True, True, "owner"),
        (False, False, "owner"),
        (True, False, "member"),
        (False, True, "admin"),
        (False, True, "viewer"),
        (True, False, "made-up"),
    ],
)
def test_the_database_refuses_two_targets_none_and_roles_of_the_other_kind(
    of_workspace: bool, of_organization: bool, role: str
) -> None:
    place, now = cast.workspace(), timezone.now()
    with pytest.raises(IntegrityError, match="invitation_has_one_target"), transaction.atomic():
        Invitation.objects.create(
            workspace=place if of_workspace else None,
            organization=place.organization if of_organization else None,
            role=role,
            email=CAROL,
            invited_by=cast.alice(),
            token_hash="made-up",
            created_at=now,
            expires_at=now,
        )


def end_team(bob: User) -> None:
    teams.delete_team(owner(), Team.objects.get(name="Release"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", [end_team, demote, suspend, delete_home])
def test_who_accepts_while_it_ends_gets_all_or_nothing(deed: Callable[[User], None]) -> None:
    """The deed and the acceptance run at once; whichever is first, nobody waits for ever."""
    cast.administrator()
    bob, carol = second_owner(), cast.person(CAROL)
    release = team_of()
    give(release, Role.USER)
    token = invitations.invite_by_link(
        seat_of(bob), email=CAROL, role=MEMBER, teams=[release]
    ).split("/")[-2]
    start, failed = threading.Barrier(2), list[Exception]()

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except InvitationGone:
            pass
        except Exception as error:  # noqa: BLE001  # the test shows it
            failed.append(error)
        finally:
            connection.close()

    acts: list[Callable[[], object]] = [lambda: accepted(token, carol), lambda: deed(bob)]
    crew = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in crew:
        each.start()
    for each in crew:
        each.join(timeout=30)
    assert failed == []
    row = Invitation.objects.get()
    assert (row.accepted_at is None) != (row.withdrawn_at is None)
    is_in = row.accepted_at is not None
    assert (role_of(carol) == "member") == is_in
    in_team = is_in and Team.objects.exists()
    assert TeamMember.objects.filter(user=carol).exists() == in_team
    if is_in and deed is end_team:
        left = Departure.objects.get(person_id=carol.pk)
        assert left.workspace == cast.workspace()
