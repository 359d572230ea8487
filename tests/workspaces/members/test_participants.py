"""Roles are given and taken by those who may, and a place is never without an owner."""

import threading
from typing import Any

import pytest
from django.db import connection

from tests import cast
from workspaces.members import participants
from workspaces.models import AuditEvent, OrganizationMember, Participant
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import LastOwner, NotAllowed, PersonalWorkspace
from workspaces.rights.seat import OrganizationSeat, Seat


def row_of(name: str) -> Participant:
    return Participant.objects.get(user__email=f"{name}@example.org")


@pytest.mark.django_db
class TestRoles:
    def test_an_owner_makes_an_owner(self) -> None:
        place = cast.workspace()
        cast.someone(place, "user")
        participants.change_role(cast.seat(place), participant=row_of("user"), role=Role.OWNER)
        assert row_of("user").role == "owner"
        event = AuditEvent.objects.get(action="workspaces:participant:change")
        assert event.details == {"old_role": "user", "role": "owner"}
        assert event.target_label == "User <user@example.org>"

    @pytest.mark.parametrize(
        ("old", "new", "allowed"),
        [
            ("user", "maintainer", True),
            ("maintainer", "viewer", True),
            ("user", "admin", False),
            ("user", "owner", False),
            ("owner", "user", False),
        ],
    )
    def test_an_admin_changes_what_an_admin_may_give(
        self, old: str, new: str, allowed: bool
    ) -> None:
        place = cast.workspace()
        admin = cast.someone(place, "admin")
        cast.participant(place, cast.bob(), old)
        if allowed:
            participants.change_role(
                cast.seat(place, admin), participant=row_of("bob"), role=Role(new)
            )
        else:
            with pytest.raises(NotAllowed):
                participants.change_role(
                    cast.seat(place, admin), participant=row_of("bob"), role=Role(new)
                )
        assert row_of("bob").role == (new if allowed else old)

    def test_a_right_that_was_lost_since_the_page_was_opened_does_not_count(self) -> None:
        place = cast.workspace()
        cast.participant(place, cast.bob(), "owner")
        cast.someone(place, "user")
        stale = cast.seat(place, cast.bob())
        cast.participant(place, cast.bob(), "viewer")
        with pytest.raises(NotAllowed):
            participants.change_role(stale, participant=row_of("user"), role=Role.ADMIN)

    def test_a_participant_of_another_workspace_is_out_of_reach(self) -> None:
        place, other = cast.workspace(), cast.workspace("other")
        cast.participant(other, cast.bob(), "user")
        with pytest.raises(NotAllowed):
            participants.remove(cast.seat(place), participant=row_of("bob"))

    def test_the_last_owner_is_not_demoted_and_cannot_leave(self) -> None:
        place = cast.workspace()
        with pytest.raises(LastOwner):
            participants.change_role(cast.seat(place), participant=row_of("alice"), role=Role.ADMIN)
        with pytest.raises(LastOwner):
            participants.leave_workspace(cast.seat(place))
        assert row_of("alice").role == "owner"

    def test_one_of_two_owners_may_leave(self) -> None:
        place = cast.workspace()
        bob = cast.participant(place, cast.bob(), "owner")
        participants.leave_workspace(cast.seat(place, bob))
        assert not Participant.objects.filter(user=bob).exists()
        assert not OrganizationMember.objects.filter(user=bob).exists()

    @pytest.mark.parametrize("may_sign_in", [True, False])
    def test_an_owner_who_may_not_sign_in_is_no_owner_to_leave_behind(
        self, may_sign_in: bool
    ) -> None:
        place = cast.workspace()
        cast.participant(place, cast.person("bob@example.org", active=may_sign_in), "owner")
        if may_sign_in:
            participants.leave_workspace(cast.seat(place))
        else:
            with pytest.raises(LastOwner):
                participants.leave_workspace(cast.seat(place))
            with pytest.raises(LastOwner):
                participants.change_role(
                    cast.seat(place), participant=row_of("alice"), role=Role.USER
                )
        assert Participant.objects.filter(user=cast.alice()).exists() is not may_sign_in

    def test_an_owner_who_may_not_sign_in_can_be_removed(self) -> None:
        place = cast.workspace()
        gone = cast.participant(place, cast.person("bob@example.org", active=False), "owner")
        participants.remove(cast.seat(place), participant=row_of("bob"))
        assert not Participant.objects.filter(user=gone).exists()

    def test_who_is_in_another_workspace_stays_in_the_organization(self) -> None:
        place, other = cast.workspace(), cast.workspace("other")
        bob = cast.participant(place, cast.bob(), "user")
        cast.participant(other, bob, "user")
        participants.remove(cast.seat(place), participant=place.participants.get(user=bob))
        assert OrganizationMember.objects.filter(user=bob).exists()

    def test_nobody_leaves_a_personal_workspace(self) -> None:
        with pytest.raises(PersonalWorkspace):
            participants.leave_workspace(cast.seat(cast.personal()))


@pytest.mark.django_db
class TestOrganizationRoles:
    def seat(self) -> OrganizationSeat:
        home = cast.organization()
        return OrganizationSeat(cast.alice(), home, OrganizationRole.OWNER, cast.CALLER)

    def test_a_member_becomes_owner(self) -> None:
        seat = self.seat()
        cast.participant(cast.workspace(), cast.bob())
        row = OrganizationMember.objects.get(user=cast.bob())
        participants.change_organization_role(seat, member=row, role=OrganizationRole.OWNER)
        row.refresh_from_db()
        assert row.role == "owner"

    def test_the_last_owner_stays_owner(self) -> None:
        seat = self.seat()
        row = OrganizationMember.objects.get(user=cast.alice())
        with pytest.raises(LastOwner):
            participants.change_organization_role(seat, member=row, role=OrganizationRole.MEMBER)

    def test_an_owner_who_may_not_sign_in_does_not_count(self) -> None:
        seat = self.seat()
        gone = cast.participant(cast.workspace(), cast.person("bob@example.org", active=False))
        bobs = OrganizationMember.objects.get(user=gone)
        participants.change_organization_role(seat, member=bobs, role=OrganizationRole.OWNER)
        alices = OrganizationMember.objects.get(user=cast.alice())
        with pytest.raises(LastOwner):
            participants.change_organization_role(seat, member=alices, role=OrganizationRole.MEMBER)
        participants.change_organization_role(seat, member=bobs, role=OrganizationRole.MEMBER)
        bobs.refresh_from_db()
        assert bobs.role == "member"

    def test_who_is_no_owner_chooses_no_owners(self) -> None:
        self.seat()
        bob = cast.participant(cast.workspace(), cast.bob())
        row = OrganizationMember.objects.get(user=bob)
        pretended = OrganizationSeat(bob, cast.organization(), OrganizationRole.OWNER, cast.CALLER)
        with pytest.raises(NotAllowed):
            participants.change_organization_role(
                pretended, member=row, role=OrganizationRole.OWNER
            )


def _leave(seat: Seat, start: threading.Barrier, left: list[str]) -> None:
    try:
        start.wait()
        participants.leave_workspace(seat)
        left.append(seat.user.email)
    except LastOwner:
        pass
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_owners_who_leave_at_once_one_stays() -> None:
    for turn in range(5):
        place = cast.workspace(f"turn-{turn}")
        crowd = [cast.alice()]
        crowd += [
            cast.participant(place, cast.person(f"owner-{number}@example.org"), "owner")
            for number in range(5)
        ]
        seats = [cast.seat(place, person) for person in crowd]
        start, left = threading.Barrier(len(seats)), list[str]()
        crew = [threading.Thread(target=_leave, args=(seat, start, left)) for seat in seats]
        _run(crew)
        assert place.participants.filter(role="owner").count() == 1
        assert len(left) == len(seats) - 1


def _run(crew: list[Any]) -> None:
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
