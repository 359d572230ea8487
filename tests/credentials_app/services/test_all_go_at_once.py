"""Sixty calls leave, demote, suspend and delete at once: somebody is left to own it."""

import threading
import time

import pytest
from django.db import connection, transaction

from credentials_app.services.account_deletion import delete_account
from tests import cast
from tests.at_once import all_at_once
from workspaces.members import organization_members, participants
from workspaces.models import Organization, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db(transaction=True)
AT_SERVER = Keeper(None, cast.CALLER)
PEOPLE = 10


def leave(place: Workspace, person: User) -> None:
    participants.leave_workspace(Seat(person, place, Role.OWNER, cast.CALLER))


def demote(place: Workspace, person: User) -> None:
    home = place.organization
    assert home
    seat = OrganizationSeat(person, home, OrganizationRole.OWNER, cast.CALLER)
    member = OrganizationMember.objects.get(organization=home, user=person)
    participants.change_organization_role(seat, member=member, role=OrganizationRole.MEMBER)


def leave_all(place: Workspace, person: User) -> None:
    home = place.organization
    assert home
    seat = OrganizationSeat(person, home, OrganizationRole.OWNER, cast.CALLER)
    organization_members.leave_organization(seat)


def unmake(_place: Workspace, person: User) -> None:
    accounts.set_instance_rights(person, administrator=False, auditor=None, keeper=AT_SERVER)


def suspend(_place: Workspace, person: User) -> None:
    accounts.suspend(person, heirs={}, keeper=AT_SERVER)


def delete(_place: Workspace, person: User) -> None:
    delete_account(person, heirs={}, keeper=AT_SERVER)


DEEDS = (leave, demote, leave_all, unmake, suspend, delete)


def owners_and_administrators() -> tuple[Workspace, list[User]]:
    """Ten people, each an owner of organization and workspace and an administrator; and one who
    stays a plain member, so that the organization may not end with an account."""
    place = cast.workspace()
    everybody = [cast.person(f"p{n}@example.org", administrator=True) for n in range(PEOPLE)]
    for each in everybody:
        cast.participant(place, each, Role.OWNER)
    OrganizationMember.objects.filter(user__in=everybody).update(role=OrganizationRole.OWNER)
    cast.participant(place, cast.bob(), Role.VIEWER)
    alice = OrganizationMember.objects.get(user=cast.alice())
    seat = OrganizationSeat(everybody[0], cast.organization(), OrganizationRole.OWNER, cast.CALLER)
    participants.change_organization_role(seat, member=alice, role=OrganizationRole.MEMBER)
    participants.leave_workspace(cast.seat(place, cast.alice()))
    return place, everybody


def test_an_owner_and_an_administrator_remain() -> None:
    place, everybody = owners_and_administrators()
    failed = all_at_once(
        [
            lambda deed=deed, person=person: deed(place, person)  # type: ignore[misc]
            for deed in DEEDS
            for person in everybody
        ]
    )
    assert [each for each in failed if each.startswith("broken")] == []
    assert failed
    assert Organization.objects.filter(pk=place.organization_id).exists()
    owners = OrganizationMember.objects.filter(
        organization=place.organization_id, role=OrganizationRole.OWNER
    )
    assert owners.filter(user__is_active=True).exists()
    assert Participant.objects.filter(workspace=place, role=Role.OWNER).exists()
    assert User.objects.filter(is_staff=True, is_active=True).count() == 1


def until_somebody_waits() -> None:
    """Return once a call waits for a lock of this transaction. SQLite lets one writer in at a time,
    so there is nothing to look for."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        while connection.vendor == "postgresql":
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)


def test_whoever_goes_while_the_other_owner_leaves_hands_the_workspace_over() -> None:
    place, alice, bob = cast.workspace(), cast.alice(), cast.bob()
    cast.participant(place, bob, Role.OWNER)
    OrganizationMember.objects.filter(user=bob).update(role=OrganizationRole.OWNER)
    failed: list[str] = []
    going = threading.Thread(
        target=lambda: failed.extend(all_at_once([lambda: leave_all(place, alice)])), daemon=True
    )
    with transaction.atomic():
        participants.leave_workspace(cast.seat(place, bob))
        going.start()
        until_somebody_waits()
    going.join()
    assert failed == []
    rows = Participant.objects.filter(workspace=place, role=Role.OWNER)
    assert [row.user for row in rows] == [bob]


def test_without_the_rule_of_the_last_owner_no_owner_would_remain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accounts, "_pass_on", lambda *_: None)
    place, everybody = owners_and_administrators()
    cast.administrator()
    failed = all_at_once([lambda person=each: suspend(place, person) for each in everybody])  # type: ignore[misc]
    assert failed == []
    owners = OrganizationMember.objects.filter(role=OrganizationRole.OWNER, user__is_active=True)
    assert not owners.exists()
