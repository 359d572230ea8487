"""The way into an organization: from its page to a mail or a link, and back to its page."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests import cast
from tests.token_samples import SAMPLES
from tests.workspaces.mailing import link_in_last_mail, sent
from tests.workspaces.members.test_teams import give, member, owner, team_of
from tests.workspaces.walking import said, text
from workspaces.members import invitations
from workspaces.models import Invitation, OrganizationMember, TeamMember, User
from workspaces.models.roles import OrganizationRole, Role

pytestmark = pytest.mark.django_db
HOME = "/organizations/acme/"
INVITE = f"{HOME}people/invite/"
LINK = re.compile(r'value="http://localhost:8000(/invitations?/[^"]+)"')
CAROL = "carol@example.org"


@pytest.fixture
def alice() -> Client:
    cast.workspace()
    return cast.client_for(cast.alice())


def flat(page: str) -> str:
    return " ".join(page.split())


def grow_old(browser: Client) -> None:
    """The last proof was six minutes ago."""
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 360
    session.save()


def test_a_walk_from_the_invitation_to_the_organization(alice: Client) -> None:
    release = team_of()
    give(release, Role.MAINTAINER)
    page = said(alice, INVITE, email=CAROL, role="member", teams=str(release.pk))
    assert f"An invitation is on its way to {CAROL}" in page
    assert "Member<small>in Release</small>" in flat(page)
    link, newcomer = link_in_last_mail(), Client()
    offer = flat(text(newcomer, link))
    for words in ("Join Acme", "<strong>Member</strong>", "Maintainer in Web", "Release"):
        assert words in offer
    assert not User.objects.filter(email=CAROL).exists(), "looking accepts nothing"
    answer = newcomer.post(link, {"name": "Carol", "password": cast.PASSWORD})
    assert answer.headers["Location"] == HOME
    page = text(newcomer, HOME)
    assert "Carol" in page
    assert "/o/acme/web/" in page
    assert "Invite somebody" not in page
    assert "Open invitations" not in text(alice, HOME)
    assert Client().get(link).status_code == 404


def test_somebody_with_an_account_signs_in_first(alice: Client) -> None:
    said(alice, INVITE, email=cast.bob().email, role="member")
    link = link_in_last_mail()
    assert "There is an account with this address" in text(Client(), link)
    Client().post(link, {"name": "Bob", "password": cast.PASSWORD})
    assert not OrganizationMember.objects.filter(user=cast.bob()).exists()
    bob = cast.client_for(cast.bob())
    assert "Join as bob@example.org" in text(bob, link)
    assert "Welcome to Acme." in said(bob, link)
    assert OrganizationMember.objects.get(user=cast.bob()).role == "member"


def test_an_invitation_for_somebody_else_is_not_accepted(alice: Client) -> None:
    said(alice, INVITE, email=CAROL, role="owner")
    answer = cast.client_for(cast.mallory()).post(link_in_last_mail())
    assert answer.status_code == 403
    assert "for another address" in answer.content.decode()


def test_without_a_mail_server_the_link_is_shown_once(
    alice: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_FOLDER = tmp_path
    assert "Make a link of invitation" in text(alice, HOME)
    page = said(alice, INVITE, email=CAROL, role="member")
    found = LINK.search(page)
    assert found, page
    assert "on its way" not in page
    assert found[1] not in text(alice, HOME)
    assert sent() == []
    Client().post(found[1], {"name": "Carol", "password": cast.PASSWORD})
    assert OrganizationMember.objects.get(user__email=CAROL).role == "member"


@pytest.mark.parametrize(
    "fields", [{"role": "owner"}, {"role": "member", "teams": "{team}"}], ids=["owner", "a team"]
)
def test_power_is_given_after_a_fresh_proof_only(alice: Client, fields: dict[str, str]) -> None:
    team = team_of().pk
    fields = {key: value.format(team=team) for key, value in fields.items()}
    grow_old(alice)
    answer = alice.post(INVITE, {"email": CAROL, **fields})
    assert answer.status_code == 303
    assert answer["Location"].startswith("/account/reauthenticate/")
    assert not Invitation.objects.exists()
    assert "on its way" in said(alice, INVITE, email=CAROL, role="member")


def test_what_is_wrong_is_said_and_what_was_typed_stays(alice: Client) -> None:
    release = team_of()
    member(cast.bob())
    elsewhere = cast.organization("other", owner=cast.person("oscar@example.net"))
    foreign = elsewhere.teams.create(name="Theirs")
    for fields, words in (
        ({"email": "", "role": "member"}, "This field is required"),
        ({"email": "carol@", "role": "member"}, "Enter a valid email address"),
        ({"email": CAROL, "role": "admin"}, "Select a valid choice"),
        ({"email": CAROL, "role": "member", "teams": str(foreign.pk)}, "Choose teams of this"),
        ({"email": CAROL, "role": "member", "teams": "x"}, "Choose teams of this organization."),
        ({"email": "bob@example.org", "role": "member"}, "in the organization already"),
    ):
        page = said(alice, INVITE, **fields)
        assert 'id="error_summary"' in page
        assert words in page
        assert f'value="{fields["email"]}"' in page or not fields["email"]
    page = flat(said(alice, INVITE, email="carol@", role="owner", teams=str(release.pk)))
    assert f'value="{release.pk}" id="id_teams_0" checked' in page
    assert 'value="owner" selected' in page
    assert SAMPLES[0] not in said(alice, INVITE, email=f"{SAMPLES[0]}@example.org", role="member")
    assert not Invitation.objects.exists()
    assert sent() == []


def test_an_open_invitation_is_listed_and_withdrawn(alice: Client) -> None:
    invitations.invite(owner(), email=CAROL, role=OrganizationRole.MEMBER)
    assert CAROL in text(alice, HOME)
    path = f"{HOME}invitations/{Invitation.objects.get().pk}/withdraw/"
    assert f"The invitation to {CAROL} is withdrawn." in said(alice, path)
    assert "Open invitations" not in text(alice, HOME)


def test_teams_are_listed_by_name(alice: Client) -> None:
    for name in ("Web", "Ops", "Release", "Apps"):
        team_of(name=name)
    found = re.findall(
        r"(Apps|Ops|Release|Web)</(?:a|span)>", text(alice, HOME).split("<h2>Teams")[1]
    )
    assert found == ["Apps", "Ops", "Release", "Web"] * 2, "in the list and in the form"


def test_a_plain_member_sees_no_invitation_and_no_form(alice: Client) -> None:
    bob = cast.client_for(member(cast.bob()))
    said(alice, INVITE, email=CAROL, role="member")
    page = text(bob, HOME)
    assert CAROL not in page
    assert INVITE not in page


def test_neither_page_withdraws_what_the_other_one_made(alice: Client) -> None:
    to_home = invitations.invite(owner(), email=CAROL, role=OrganizationRole.MEMBER)
    seat = cast.seat(cast.workspace())
    to_place = invitations.invite(seat, email=CAROL, role=Role.USER)
    for path in (
        f"/o/acme/web/invitations/{to_home.pk}/withdraw/",
        f"{HOME}invitations/{to_place.pk}/withdraw/",
    ):
        assert alice.post(path).status_code == 404
    assert not Invitation.objects.exclude(withdrawn_at=None).exists()


def test_a_team_without_a_name_of_ours_is_shown_as_text(alice: Client) -> None:
    wild = team_of(name="<b>Wild</b>")
    said(alice, INVITE, email=CAROL, role="member", teams=str(wild.pk))
    html = str(sent()[-1].alternatives[0][0])
    for page in (html, text(Client(), link_in_last_mail()), text(alice, HOME)):
        assert "<b>Wild" not in page
        assert "&lt;b&gt;Wild" in page


def test_who_joins_an_organization_that_requires_a_factor_adds_one_first(alice: Client) -> None:
    home = cast.organization()
    home.requires_factor = True
    home.save(update_fields=["requires_factor"])
    release = team_of()
    link = invitations.invite_by_link(
        owner(), email=CAROL, role=OrganizationRole.MEMBER, teams=[release]
    ).removeprefix("http://localhost:8000")
    answer = Client().post(link, {"name": "Carol", "password": cast.PASSWORD}, follow=True)
    assert answer.status_code == 200
    assert "requires a second factor" in answer.content.decode()
    assert TeamMember.objects.get(team=release).user.email == CAROL
