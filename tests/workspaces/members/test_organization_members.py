"""Leaving an organization, and being removed: every role in it ends, and its last owner stays."""

import pytest
from django.db import connection

from tests import cast
from workspaces.members import invitations, organization_members
from workspaces.models import (
    AuditEvent,
    Departure,
    Invitation,
    OrganizationMember,
    Participant,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights import access
from workspaces.rights.refusals import LastOwner, NotAllowed
from workspaces.rights.seat import OrganizationSeat

pytestmark = pytest.mark.django_db
PAGE = "/organizations/acme/"


def seat(person: User | None = None, *, role: OrganizationRole | None = None) -> OrganizationSeat:
    sitter = person or cast.alice()
    member = OrganizationMember.objects.get(organization=cast.organization(), user=sitter)
    return OrganizationSeat(
        sitter, cast.organization(), role or OrganizationRole(member.role), cast.CALLER
    )


def in_two_places() -> User:
    """Bob has roles in two workspaces of Acme, and in one of another organization."""
    oscar = cast.person("oscar@example.net")
    other = cast.workspace("lab", organization=cast.organization("other", owner=oscar))
    for place in (cast.workspace(), cast.workspace("ops"), other):
        cast.participant(place, cast.bob(), Role.ADMIN)
    return cast.bob()


def second_owner(person: User) -> User:
    OrganizationMember.objects.update_or_create(
        organization=cast.organization(), user=person, defaults={"role": OrganizationRole.OWNER}
    )
    return person


@pytest.mark.parametrize("how", ["leave", "remove"])
def test_every_role_in_the_organization_ends_and_none_elsewhere(how: str) -> None:
    bob = in_two_places()
    invitations.invite_by_link(
        cast.seat(cast.workspace(), bob), email="new@example.org", role=Role.USER
    )
    if how == "leave":
        organization_members.leave_organization(seat(bob))
    else:
        organization_members.remove_member(seat(), person=bob)
    assert [str(each.workspace) for each in Participant.objects.filter(user=bob)] == ["Lab"]
    assert access.role_in(bob, cast.workspace()) is None
    assert [str(each.organization) for each in bob.memberships.all()] == ["Other"]
    assert not Invitation.objects.filter(withdrawn_at=None).exists()
    event = AuditEvent.objects.get(action=f"workspaces:member:{how}")
    assert event.details == {
        "old_role": "member",
        "organization": "Acme",
        "organization_id": str(cast.organization().pk),
        "held": [],
    }
    told = AuditEvent.objects.filter(action=f"workspaces:participant:{how}")
    assert {each.workspace_id for each in told} == {cast.workspace().pk, cast.workspace("ops").pk}
    left = Departure.objects.filter(person_id=bob.pk)
    assert {each.workspace for each in left} == {cast.workspace(), cast.workspace("ops")}


def test_the_last_owner_stays() -> None:
    cast.participant(cast.workspace(), cast.bob())
    with pytest.raises(LastOwner):
        organization_members.leave_organization(seat())
    second_owner(cast.person("sus@example.org", active=False))
    with pytest.raises(LastOwner):
        organization_members.leave_organization(seat())
    second_owner(cast.bob())
    organization_members.leave_organization(seat())
    assert access.role_in(cast.alice(), cast.workspace()) is None
    with pytest.raises(LastOwner):
        organization_members.leave_organization(seat(cast.bob()))


def test_a_workspace_that_the_person_alone_owned_gets_an_owner_of_the_organization() -> None:
    place = cast.workspace()
    second_owner(cast.bob())
    organization_members.leave_organization(seat())
    owner = Participant.objects.get(workspace=place)
    assert (owner.user, owner.role) == (cast.bob(), Role.OWNER)
    connection.check_constraints()


def test_roles_in_deleted_workspaces_end_too() -> None:
    bob = in_two_places()
    Workspace.objects.filter(slug="ops").update(deleted_at=cast.workspace().created_at)
    organization_members.remove_member(seat(), person=bob)
    places = Workspace.every.filter(participants__user=bob)
    assert [str(place) for place in places] == ["Lab"]


def test_only_owners_of_now_remove_people() -> None:
    bob = in_two_places()
    former = seat(bob, role=OrganizationRole.OWNER)
    with pytest.raises(NotAllowed):
        organization_members.remove_member(former, person=cast.alice())
    with pytest.raises(NotAllowed):
        organization_members.remove_member(seat(), person=cast.mallory())
    assert OrganizationMember.objects.filter(user=cast.alice()).exists()


def test_who_was_suspended_and_is_removed_is_listed_once() -> None:
    bob = in_two_places()
    Departure.objects.create(
        workspace=cast.workspace(),
        person_id=bob.pk,
        name=bob.name,
        email=bob.email,
        how="suspended",
        at=cast.workspace().created_at,
    )
    User.objects.filter(pk=bob.pk).update(is_active=False)
    organization_members.remove_member(seat(), person=User.objects.get(pk=bob.pk))
    assert Departure.objects.filter(workspace=cast.workspace()).count() == 1


def test_the_pages_ask_first_and_say_what_happened() -> None:
    bob = in_two_places()
    alice, bobs = cast.client_for(cast.alice()), cast.client_for(bob)
    page = alice.get(PAGE).content.decode()
    assert f"{PAGE}people/{bob.pk}/remove/" in page
    assert f"{PAGE}leave/" not in page
    assert f"{PAGE}leave/" in bobs.get(PAGE).content.decode()
    assert "Leave Acme?" in bobs.get(f"{PAGE}leave/").content.decode()
    assert "last owner" in alice.post(f"{PAGE}leave/", follow=True).content.decode()
    answer = alice.get(f"{PAGE}people/{bob.pk}/remove/").content.decode()
    assert "Remove Bob?" in answer
    assert OrganizationMember.objects.filter(user=bob, organization__slug="acme").exists()
    answer = alice.post(f"{PAGE}people/{bob.pk}/remove/", follow=True).content.decode()
    assert "Bob is no longer in this organization." in answer
    assert bobs.get(PAGE).status_code == 404
    assert alice.get(f"{PAGE}people/{bob.pk}/remove/").status_code == 404


def test_a_member_leaves_by_the_page() -> None:
    bobs = cast.client_for(in_two_places())
    assert "You have left Acme." in bobs.post(f"{PAGE}leave/", follow=True).content.decode()
    assert bobs.get("/o/acme/web/").status_code == 404
