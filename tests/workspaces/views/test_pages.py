"""The pages of people and places, as a person walks through them without scripts."""

from urllib.parse import urlsplit

import pytest

from tests import cast
from tests.workspaces.views.test_invitations import (
    test_a_walk_from_the_invitation_to_the_workspace as walk_in,
)
from tests.workspaces.walking import PEOPLE, invitation_for, said, text
from workspaces.members.invitations import invite_by_link
from workspaces.models import (
    AuditEvent,
    Invitation,
    Organization,
    OrganizationMember,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.roles import ORGANIZATION_SENTENCES, ROLE_SENTENCES

pytestmark = pytest.mark.django_db
LEAVE = "/o/acme/web/leave/"


def test_somebody_makes_an_organization_and_a_workspace() -> None:
    browser = cast.client_for(cast.alice())
    assert "No organization yet" in text(browser, "/organizations/")
    assert "No workspace yet" in said(browser, "/organizations/add/", name="Acme", slug="")
    said(browser, "/organizations/acme/workspaces/add/", name="Web", slug="")
    place = Workspace.objects.get(organization__slug="acme")
    assert (place.slug, place.participants.get().role) == ("web", "owner")
    assert browser.get("/").headers["Location"] == "/o/acme/web/"


def test_a_taken_address_is_told_at_its_field_and_nothing_typed_is_lost() -> None:
    cast.organization("acme")
    page = said(cast.client_for(cast.bob()), "/organizations/add/", name="Acme 2", slug="acme")
    assert "This address is taken" in page
    assert 'value="Acme 2"' in page
    assert Organization.objects.count() == 1


def test_an_organization_is_renamed_by_its_owner() -> None:
    cast.organization("acme")
    browser = cast.client_for(cast.alice())
    assert "Acme Limited" in said(browser, "/organizations/acme/rename/", name="Acme Limited")
    assert "The name was not changed" in said(browser, "/organizations/acme/rename/", name="")


def test_names_are_shown_as_text() -> None:
    browser = cast.client_for(cast.alice())
    page = said(browser, "/organizations/add/", name="<b>Acme</b>", slug="acme")
    assert "<b>Acme" not in page
    assert "&lt;b&gt;Acme" in page


def test_an_owner_changes_a_role_and_removes_somebody() -> None:
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), "viewer")
    browser = cast.client_for(cast.alice())
    page = said(browser, f"{PEOPLE}{bob.pk}/role/", role="admin")
    assert "Bob has another role now" in page
    assert "Remove Bob?" in text(browser, f"{PEOPLE}{bob.pk}/remove/")
    assert "no longer in this workspace" in said(browser, f"{PEOPLE}{bob.pk}/remove/")
    assert not place.participants.filter(user=bob).exists()


def test_the_last_owner_is_told_why_they_stay() -> None:
    cast.workspace()
    browser = cast.client_for(cast.alice())
    words = "This is the last owner. Make somebody else owner first."
    assert words in said(browser, "/o/acme/web/leave/")
    assert words in said(browser, f"{PEOPLE}{cast.alice().pk}/role/", role="viewer")


def test_who_leaves_lands_at_home() -> None:
    bob = cast.participant(cast.workspace(), cast.bob(), "viewer")
    page = said(cast.client_for(bob), "/o/acme/web/leave/")
    assert "You have left Acme / Web" in page


@pytest.mark.parametrize("role", ["viewer", "user", "maintainer"])
def test_who_may_not_invite_sees_no_form_and_no_invitations(role: str) -> None:
    invitation_for("carol@example.org")
    page = text(cast.client_for(cast.someone(cast.workspace(), role)), PEOPLE)
    assert "Invite somebody" not in page
    assert "carol@example.org" not in page
    assert "<select" not in page


def test_an_admin_is_offered_only_roles_that_an_admin_gives() -> None:
    page = text(cast.client_for(cast.someone(cast.workspace(), "admin")), PEOPLE)
    assert 'value="maintainer"' in page
    assert 'value="admin"' not in page
    assert 'value="owner"' not in page


@pytest.mark.parametrize("role", ["king", "", "OWNER"])
def test_an_unknown_role_is_no_page(role: str) -> None:
    bob = cast.participant(cast.workspace(), cast.bob(), "viewer")
    browser = cast.client_for(cast.alice())
    assert browser.post(f"{PEOPLE}{bob.pk}/role/", {"role": role}).status_code == 404


def test_fields_that_a_form_does_not_have_change_nothing() -> None:
    browser = cast.client_for(cast.bob())
    extra = {"is_staff": "on", "is_auditor": "on", "email": "eve@example.org", "id": "1"}
    said(browser, "/account/", name="Bobby", time_zone="Europe/Berlin", **extra)
    bob = User.objects.get(name="Bobby")
    assert (bob.email, bob.is_staff, bob.is_auditor) == ("bob@example.org", False, False)
    assert bob.time_zone == "Europe/Berlin"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd"])
def test_an_unknown_time_zone_is_told_at_its_field(zone: str) -> None:
    page = said(cast.client_for(cast.bob()), "/account/", name="Bob", time_zone=zone)
    assert "Time zone" in page
    assert cast.bob().time_zone == "UTC"


def test_what_is_done_on_these_pages_is_written_down() -> None:
    test_an_owner_changes_a_role_and_removes_somebody()
    walk_in()
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {
        "workspaces:organization:make",
        "workspaces:workspace:make",
        "workspaces:participant:change",
        "workspaces:participant:remove",
        "workspaces:invitation:send",
        "workspaces:invitation:accept",
        "accounts:person:add",
        "accounts:session:start",
    }


def test_nobody_is_invited_at_an_address_that_no_mail_reaches() -> None:
    cast.workspace()
    browser = cast.client_for(cast.alice())
    page = said(
        browser, "/o/acme/web/people/invite/", email="a" * 290 + "@example.org", role="viewer"
    )
    assert "at most 254 characters" in page
    assert not Invitation.objects.exists()


def test_each_role_is_explained_where_it_is_given_and_where_it_is_taken() -> None:
    place = cast.workspace()
    page = cast.client_for(cast.alice()).get(PEOPLE).content.decode()
    for role in Role:
        assert page.count(str(ROLE_SENTENCES[role])) == 2, role
    link = invite_by_link(cast.seat(place), email="new@example.org", role=Role.MAINTAINER)
    invitation = cast.client_for().get(urlsplit(link).path).content.decode()
    assert str(ROLE_SENTENCES[Role.MAINTAINER]) in invitation


def test_the_roles_of_an_organization_are_explained_where_they_are_given() -> None:
    cast.workspace()
    page = cast.client_for(cast.alice()).get("/organizations/acme/").content.decode()
    for role in OrganizationRole:
        assert str(ORGANIZATION_SENTENCES[role]) in page


def test_a_user_of_a_workspace_is_called_operator_wherever_people_read_it() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob(), Role.USER)
    page = cast.client_for(cast.alice()).get(PEOPLE).content.decode()
    assert '<option value="user" selected>Operator</option>' in page
    link = invite_by_link(cast.seat(place), email="new@example.org", role=Role.USER)
    invitation = cast.client_for().get(urlsplit(link).path).content.decode()
    assert "as <strong>Operator</strong>" in invitation
    assert Role.USER.value == "user"


def test_the_last_owner_is_offered_neither_to_leave_nor_another_role() -> None:
    place = cast.workspace()
    alice = cast.client_for(cast.alice())
    last = alice.get(PEOPLE).content.decode()
    assert LEAVE not in last
    assert f"{PEOPLE}{cast.alice().pk}/role/" not in last
    cast.participant(place, cast.bob(), Role.OWNER)
    one_of_two = alice.get(PEOPLE).content.decode()
    assert LEAVE in one_of_two
    assert f"{PEOPLE}{cast.alice().pk}/role/" in one_of_two
    User.objects.filter(pk=cast.bob().pk).update(is_active=False)
    assert LEAVE not in alice.get(PEOPLE).content.decode()


def test_an_organization_counts_its_owners_among_the_people_of_each_workspace() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob(), Role.VIEWER)
    carol = cast.person("carol@example.org")
    OrganizationMember.objects.create(
        organization=place.organization, user=carol, role=OrganizationRole.OWNER
    )
    page = cast.client_for(cast.alice()).get("/organizations/acme/").content.decode()
    assert '<td data-label="People">3</td>' in page


def test_the_only_owner_of_an_organization_is_not_offered_another_role() -> None:
    home = cast.organization()
    cast.participant(cast.workspace(organization=home), cast.bob())
    browser, path = cast.client_for(cast.alice()), f"/organizations/{home.slug}/"
    page = browser.get(path).content.decode()
    assert f"/people/{cast.alice().pk}/role/" not in page
    assert "the only one" in page
    browser.post(f"{path}people/{cast.bob().pk}/role/", {"role": "owner"})
    assert f"/people/{cast.alice().pk}/role/" in browser.get(path).content.decode()
