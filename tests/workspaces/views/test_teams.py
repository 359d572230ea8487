"""The pages of teams."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.forms.owner_field import people_of
from credentials_app.notices import recipients_of
from credentials_app.reports import subscriptions
from tests import cast
from tests.credentials_app import scenes
from tests.token_samples import SAMPLES
from tests.workspaces.members.test_teams import give, member, team_of
from workspaces.models import Team, TeamMember
from workspaces.models.roles import Role
from workspaces.rights import access

pytestmark = pytest.mark.django_db
HOME, PEOPLE = "/organizations/acme/", "/o/acme/web/people/"


def text(answer: object) -> str:
    return " ".join(getattr(answer, "content", b"").decode().split())


@pytest.fixture
def alice() -> Client:
    cast.workspace()
    return cast.client_for(cast.alice())


def test_a_team_is_made_filled_given_a_role_and_deleted(alice: Client) -> None:
    bob = member(cast.bob())
    page = text(alice.post(f"{HOME}teams/add/", {"name": "Release"}, follow=True))
    assert "The team Release is there." in page
    team = Team.objects.get()
    url = f"{HOME}teams/{team.pk}/"
    assert "Bob is in Release now." in text(
        alice.post(f"{url}add/", {"person": str(bob.pk)}, follow=True)
    )
    page = text(alice.post(f"{PEOPLE}teams/", {"team": team.pk, "role": "user"}, follow=True))
    assert "Operator by Release" in page
    assert access.role_in(bob, cast.workspace()) is Role.USER
    assert '>Web</a></th><td data-label="Role">Operator' in text(alice.get(url))
    page = text(alice.post(f"{PEOPLE}teams/{team.pk}/remove/", follow=True))
    assert "Release has no role in this workspace now." in page
    assert "Delete the team Release?" in text(alice.get(f"{url}delete/"))
    assert "The team Release was deleted." in text(alice.post(f"{url}delete/", follow=True))
    assert not Team.objects.exists()


def test_what_is_wrong_is_said(alice: Client) -> None:
    team = team_of()
    for name in ("", "RELEASE", SAMPLES[0]):
        page = text(alice.post(f"{HOME}teams/add/", {"name": name}, follow=True))
        assert "The team was not added." in page
    mallory = str(cast.mallory().pk)
    for person in (mallory, "x", ""):
        page = text(alice.post(f"{HOME}teams/{team.pk}/add/", {"person": person}, follow=True))
        assert "Choose a person of the organization" in page
    for sent in ({"team": str(team.pk), "role": "owner"}, {"team": "x", "role": "viewer"}):
        page = text(alice.post(f"{PEOPLE}teams/", sent, follow=True))
        assert "Choose a team of the organization" in page
    assert not TeamMember.objects.exists()


def test_a_member_sees_the_team_and_leaves_it(alice: Client) -> None:
    team = team_of(cast.bob())
    give(team, Role.VIEWER)
    browser, url = cast.client_for(cast.bob()), f"{HOME}teams/{team.pk}/"
    page = text(browser.get(url))
    assert ">Leave<" in page
    assert "Delete this team" not in page
    assert browser.get("/o/acme/web/").status_code == 200
    page = text(browser.post(f"{url}people/{cast.bob().pk}/remove/", follow=True))
    assert "You have left Release." in page
    assert browser.get("/o/acme/web/").status_code == 404


def test_people_by_a_team_get_notices_and_may_own_credentials() -> None:
    give(team_of(cast.bob()), Role.ADMIN)
    row = scenes.stored()
    assert cast.bob() in {each.person for each in recipients_of(row)}
    assert cast.bob() in people_of(cast.workspace())
    pairs = set(subscriptions._missing())
    assert (cast.bob().pk, cast.workspace().pk) in pairs
    assert len([pair for pair in pairs if pair[0] == cast.bob().pk]) == 1


def test_the_page_of_the_organization_counts_everybody_once(alice: Client) -> None:
    both = cast.participant(cast.workspace(), cast.person("both@example.org"), Role.VIEWER)
    give(team_of(cast.bob(), both, cast.alice()), Role.USER)
    give(team_of(cast.bob(), name="Other"), Role.USER)
    assert '<td data-label="People">3</td>' in text(alice.get(HOME))


@pytest.mark.parametrize("page", [PEOPLE, HOME])
def test_a_page_asks_as_much_for_one_as_for_many(alice: Client, page: str) -> None:
    give(team_of(cast.bob()), Role.VIEWER)
    with CaptureQueriesContext(connection) as few:
        alice.get(page)
    for number in range(5):
        people = [cast.person(f"p{number}-{each}@example.org") for each in range(5)]
        give(team_of(*people, name=f"Team {number}"), Role.VIEWER)
    with CaptureQueriesContext(connection) as many:
        assert "Team 4" in text(alice.get(page))
    assert len(many) == len(few) <= 11
