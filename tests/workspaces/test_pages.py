"""The pages of people and places, as a person walks through them without scripts."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.workspaces.mailing import link_in_last_mail, sent
from workspaces import audit, invitations
from workspaces.models import AuditEvent, Invitation, Organization, Participant, User, Workspace
from workspaces.roles import Role

pytestmark = pytest.mark.django_db
PEOPLE = "/o/acme/web/people/"


def text(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def said(browser: Client, path: str, **fields: str) -> str:
    answer = browser.post(path, fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_somebody_makes_an_organization_and_a_workspace() -> None:
    browser = cast.client_for(cast.alice())
    assert "No organization yet" in text(browser, "/organizations/")
    assert "No workspace yet" in said(browser, "/organizations/add/", name="Acme", slug="")
    said(browser, "/organizations/acme/workspaces/add/", name="Web", slug="")
    place = Workspace.objects.get(organization__slug="acme")
    assert (place.slug, place.participants.get().role) == ("web", "owner")
    assert browser.get("/").headers["Location"] == "/o/acme/web/credentials/"


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


def test_a_walk_from_the_invitation_to_the_workspace() -> None:
    cast.workspace()
    owner = cast.client_for(cast.alice())
    page = said(owner, f"{PEOPLE}invite/", email="carol@example.org", role="maintainer")
    assert "An invitation is on its way to carol@example.org" in page
    link = link_in_last_mail()
    newcomer = Client()
    assert "Join Acme / Web" in text(newcomer, link)
    assert not User.objects.filter(email="carol@example.org").exists(), "looking accepts nothing"
    answer = newcomer.post(link, {"name": "Carol", "password": cast.PASSWORD})
    assert answer.headers["Location"] == "/o/acme/web/credentials/"
    assert "Carol" in text(newcomer, PEOPLE)
    assert "Open invitations" not in text(owner, PEOPLE)
    assert Client().get(link).status_code == 404


def invitation_for(email: str) -> str:
    invitations.invite(cast.seat(cast.workspace()), email=email, role=Role.USER)
    return link_in_last_mail()


def test_somebody_with_an_account_signs_in_first() -> None:
    link = invitation_for(cast.bob().email)
    page = text(Client(), link)
    assert "There is an account with this address" in page
    Client().post(link, {"name": "Bob", "password": cast.PASSWORD})
    assert not Participant.objects.filter(user=cast.bob()).exists()
    answer = cast.client_for(cast.bob()).post(link)
    assert answer.headers["Location"] == "/o/acme/web/credentials/"
    assert Participant.objects.get(user=cast.bob()).role == "user"


def test_an_invitation_for_somebody_else_is_not_accepted() -> None:
    link = invitation_for("carol@example.org")
    answer = cast.client_for(cast.mallory()).post(link)
    assert answer.status_code == 403
    assert "for another address" in answer.content.decode()


def test_a_weak_password_keeps_the_invitation_open_and_the_name_typed() -> None:
    link = invitation_for("carol@example.org")
    answer = Client().post(link, {"name": "Carol", "password": "made-up-1"})
    page = answer.content.decode()
    assert "too short" in page
    assert 'value="Carol"' in page
    assert "made-up-1" not in page
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "..", "a" * 500])
def test_a_made_up_token_is_a_plain_404(token: str) -> None:
    cast.workspace()
    assert Client().get(f"/invitations/{token}/").status_code == 404


def test_looking_for_invitations_is_slowed_down() -> None:
    cast.workspace()
    for _ in range(30):
        assert Client().get("/invitations/made-up/").status_code == 404
    assert Client().get("/invitations/made-up/").status_code == 429


def test_an_open_invitation_is_listed_and_withdrawn() -> None:
    invitation_for("carol@example.org")
    browser = cast.client_for(cast.alice())
    assert "carol@example.org" in text(browser, PEOPLE)
    path = f"/o/acme/web/invitations/{Invitation.objects.get().pk}/withdraw/"
    assert "is withdrawn" in said(browser, path)
    assert "Open invitations" not in text(browser, PEOPLE)


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


def test_the_audit_log_shows_what_was_done_here_and_nothing_else() -> None:
    place = cast.workspace()
    audit.record("test:thing:here", seat=cast.seat(place), details={"fields": ["name"]})
    audit.record("test:thing:elsewhere", seat=cast.seat(cast.workspace("other")))
    page = text(cast.client_for(cast.alice()), "/o/acme/web/audit-log/")
    assert "test:thing:here" in page
    assert "fields: name" in page
    assert "elsewhere" not in page


def test_the_audit_log_is_read_page_by_page() -> None:
    place = cast.workspace()
    for number in range(60):
        audit.record(f"test:thing:number-{number:02}", seat=cast.seat(place))
    browser = cast.client_for(cast.alice())
    first = browser.get("/o/acme/web/audit-log/")
    assert "number-59" in first.content.decode()
    assert "number-09" not in first.content.decode()
    second = text(browser, first.context["pager"]["next_url"])
    assert "number-09" in second
    assert "number-10" not in second
    assert text(browser, "/o/acme/web/audit-log/?cursor=made-up")


def test_the_words_of_a_mail_hold_no_markup_of_a_name() -> None:
    place = cast.workspace()
    Workspace.objects.filter(pk=place.pk).update(name="<b>Web</b>")
    invitation_for("carol@example.org")
    html = str(sent()[-1].alternatives[0][0])
    assert "<b>Web" not in html


def crowd(numbers: range) -> None:
    for number in numbers:
        person = cast.person(f"number-{number}@example.org")
        cast.participant(cast.workspace(), person, "viewer")
        Invitation.objects.create(
            workspace=cast.workspace(),
            email=f"invited-{number}@example.org",
            role="user",
            invited_by=cast.alice(),
            token_hash=str(number),
            created_at=person.created_at,
            expires_at=person.created_at.replace(year=2999),
        )


def organizations(numbers: range) -> None:
    for number in numbers:
        home = cast.organization(f"number-{number}")
        cast.workspace(f"number-{number}", organization=home)
        cast.workspace(f"number-{number}", organization=cast.organization())


def events(numbers: range) -> None:
    for _ in numbers:
        audit.record("test:thing:make", seat=cast.seat(cast.workspace()))


@pytest.mark.parametrize(
    ("path", "fill"),
    [
        (PEOPLE, crowd),
        ("/organizations/", organizations),
        ("/organizations/acme/", organizations),
        ("/organizations/acme/", crowd),
        ("/o/acme/web/audit-log/", events),
        ("/o/acme/web/settings/", organizations),
    ],
)
def test_a_page_asks_the_database_as_often_for_fifty_as_for_one(
    path: str, fill: Callable[[range], None]
) -> None:
    cast.workspace()
    browser = cast.client_for(cast.alice())
    counts = []
    for numbers in (range(1), range(1, 50)):
        fill(numbers)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 8


def test_what_is_done_on_these_pages_is_written_down() -> None:
    test_an_owner_changes_a_role_and_removes_somebody()
    test_a_walk_from_the_invitation_to_the_workspace()
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
