"""Invitations: once, for one address, for seven days, and only while the inviter may."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from common.models import OutgoingMail
from tests import cast
from tests.workspaces.mailing import link_in_last_mail, sent
from workspaces.members import invitations, participants
from workspaces.models import AuditEvent, Invitation, Participant, User, Workspace
from workspaces.models.roles import Role
from workspaces.rights.refusals import (
    AlreadyInvited,
    AlreadyThere,
    InvitationGone,
    InvitedOften,
    NotAllowed,
    PersonalWorkspace,
    TooManyInvitations,
    WrongPerson,
)

pytestmark = pytest.mark.django_db
CAROL = "carol@example.org"


def invited(place: Workspace | None = None, role: Role = Role.USER, email: str = CAROL) -> str:
    """Alice invites; the token is what stands in the mail."""
    invitations.invite(cast.seat(place or cast.workspace()), email=email, role=role)
    return link_in_last_mail().split("/")[-2]


def test_the_mail_holds_the_only_copy_of_the_token() -> None:
    token = invited()
    assert len(token) >= 43
    row = Invitation.objects.get()
    assert row.token_hash == invitations.token_hash(token)
    kept = str(OutgoingMail.objects.values()) + str(Invitation.objects.values())
    kept += str(AuditEvent.objects.values())
    assert token not in kept


def test_the_mail_says_who_invites_to_what_as_what() -> None:
    invited(role=Role.MAINTAINER)
    letter = sent()[-1]
    assert letter.to == [CAROL]
    assert letter.subject == "Invitation to a workspace at localhost"
    names = "“Web” of “Acme”"
    for words in ("alice@example.org", names, "Maintainer", "http://localhost:8000/"):
        assert words in str(letter.body)
    html = str(letter.alternatives[0][0])
    assert names in html
    assert "Maintainer" in html


def test_the_invited_person_takes_the_role_once() -> None:
    token = invited(role=Role.MAINTAINER)
    carol = cast.person(CAROL)
    invitations.accept(token, user=carol, caller=cast.CALLER)
    row = Participant.objects.get(user=carol)
    assert (row.workspace, row.role) == (cast.workspace(), "maintainer")
    assert cast.organization().members.get(user=carol).role == "member"
    with pytest.raises(InvitationGone):
        invitations.accept(token, user=carol, caller=cast.CALLER)


def test_another_person_cannot_use_the_link() -> None:
    token = invited()
    with pytest.raises(WrongPerson):
        invitations.accept(token, user=cast.mallory(), caller=cast.CALLER)
    assert not Participant.objects.filter(user=cast.mallory()).exists()


def test_an_address_that_is_not_proven_cannot_use_the_link() -> None:
    token = invited()
    EmailAddress.objects.create(user=cast.mallory(), email=CAROL, verified=False)
    with pytest.raises(WrongPerson):
        invitations.accept(token, user=cast.mallory(), caller=cast.CALLER)


def test_an_invitation_ends_after_seven_days() -> None:
    token = invited()
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        with pytest.raises(InvitationGone):
            invitations.find_invitation(token)
        assert invited() != token, "and another one can be sent"


def test_an_invitation_is_open_for_seven_days() -> None:
    token = invited()
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert invitations.find_invitation(token).email == CAROL


def test_a_withdrawn_invitation_opens_nothing() -> None:
    token = invited()
    invitations.withdraw(cast.seat(cast.workspace()), invitation=Invitation.objects.get())
    with pytest.raises(InvitationGone):
        invitations.find_invitation(token)
    assert AuditEvent.objects.filter(action="workspaces:invitation:withdraw").count() == 1


def admins_invitation() -> str:
    place = cast.workspace()
    cast.participant(place, cast.bob(), "admin")
    invitations.invite(cast.seat(place, cast.bob()), email=CAROL, role=Role.USER)
    return link_in_last_mail().split("/")[-2]


@pytest.mark.parametrize("deed", ["demote", "remove", "leave"])
def test_an_invitation_dies_with_the_right_to_make_it(deed: str) -> None:
    token = admins_invitation()
    place = cast.workspace()
    row = place.participants.get(user=cast.bob())
    if deed == "demote":
        participants.change_role(cast.seat(place), participant=row, role=Role.USER)
    elif deed == "remove":
        participants.remove(cast.seat(place), participant=row)
    else:
        participants.leave_workspace(cast.seat(place, cast.bob()))
    assert Invitation.objects.get().withdrawn_at
    with pytest.raises(InvitationGone):
        invitations.find_invitation(token)


def test_an_invitation_of_a_suspended_person_opens_nothing() -> None:
    token = admins_invitation()
    User.objects.filter(pk=cast.bob().pk).update(is_active=False)
    with pytest.raises(InvitationGone):
        invitations.find_invitation(token)


def test_an_invitation_survives_a_role_that_still_allows_it() -> None:
    token = admins_invitation()
    place = cast.workspace()
    row = place.participants.get(user=cast.bob())
    participants.change_role(cast.seat(place), participant=row, role=Role.OWNER)
    assert invitations.find_invitation(token)


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_an_admin_invites_nobody_above_maintainer(role: str) -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob(), "admin")
    with pytest.raises(NotAllowed):
        invitations.invite(cast.seat(place, cast.bob()), email=CAROL, role=Role(role))
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_nobody_is_invited_to_a_personal_workspace() -> None:
    with pytest.raises(PersonalWorkspace):
        invitations.invite(cast.seat(cast.personal()), email=CAROL, role=Role.VIEWER)


def test_one_open_invitation_for_one_address() -> None:
    invited()
    with pytest.raises(AlreadyInvited):
        invited(email="Carol@Example.org")


def test_a_participant_is_not_invited_again() -> None:
    cast.participant(cast.workspace(), cast.bob())
    with pytest.raises(AlreadyThere):
        invited(email="BOB@example.org")


def test_a_day_allows_twenty_invitations() -> None:
    place = cast.workspace()
    for number in range(20):
        invited(place, email=f"number-{number}@example.org")
    with pytest.raises(TooManyInvitations):
        invited(place, email="number-20@example.org")
    assert len(mail.outbox) == 20


def test_somebody_with_a_role_keeps_the_higher_one() -> None:
    place = cast.workspace()
    token = invited(place, role=Role.VIEWER)
    carol = cast.participant(place, cast.person(CAROL), "maintainer")
    invitations.accept(token, user=carol, caller=cast.CALLER)
    assert Participant.objects.get(user=carol).role == "maintainer"


def test_a_newcomer_gets_an_account_whose_address_is_proven() -> None:
    token = invited()
    carol = invitations.accept_as_newcomer(
        token, name="Carol", password=cast.PASSWORD, caller=cast.CALLER
    )
    assert carol.check_password(cast.PASSWORD)
    assert EmailAddress.objects.get(user=carol).verified
    assert cast.personal(carol).is_personal
    assert Participant.objects.get(user=carol).role == "user"


def test_an_address_gets_three_invitations_an_hour_whoever_sends_them() -> None:
    places = [cast.workspace(f"place-{number}") for number in range(4)]
    for place in places[:3]:
        invitations.invite(cast.seat(place), email=CAROL, role=Role.VIEWER)
    with pytest.raises(InvitedOften):
        invitations.invite(cast.seat(places[3]), email=CAROL, role=Role.VIEWER)
    assert Invitation.objects.count() == 3
    invitations.invite(cast.seat(places[3]), email="dave@example.org", role=Role.VIEWER)
