"""The pages of an archived workspace: read only, named as archived, back with one click."""

import pytest
from django.test import Client

from credentials_app.models import Credential
from credentials_app.services.archives import archive_workspace
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces import matrix
from tests.workspaces import world as worlds
from tests.workspaces.routes import own, path_of, routes
from workspaces.models import Workspace
from workspaces.models.roles import Role
from workspaces.rights.roles import OPEN_IN_ARCHIVES, Can

pytestmark = pytest.mark.django_db
PAGES = (
    "/o/acme/web/",
    "/o/acme/web/credentials/",
    "/o/acme/web/people/",
    "/o/acme/web/credentials/report/",
)


@pytest.fixture
def alice() -> Client:
    scenes.stored()
    return cast.client_for(cast.alice())


def test_one_click_archives_and_one_brings_back(alice: Client) -> None:
    assert "Archive it" in alice.get("/o/acme/web/settings/").content.decode()
    page = alice.post("/o/acme/web/archive/", follow=True).content.decode()
    assert "This workspace is archived" in page
    assert "Archive it" not in alice.get("/o/acme/web/settings/").content.decode()
    page = alice.post("/o/acme/web/unarchive/", follow=True).content.decode()
    assert "The workspace is back." in page
    assert "This workspace is archived" not in page
    assert Workspace.objects.get(slug="web").archived_at is None


@pytest.mark.parametrize("path", PAGES)
def test_each_page_shows_it_and_a_way_back_for_owners(alice: Client, path: str) -> None:
    alice.post("/o/acme/web/archive/")
    page = alice.get(path).content.decode()
    assert "This workspace is archived" in page
    assert "/o/acme/web/unarchive/" in page
    viewer = cast.client_for(cast.someone(cast.workspace(), Role.VIEWER))
    page = viewer.get(path).content.decode()
    assert "This workspace is archived" in page
    assert "/o/acme/web/unarchive/" not in page


def test_buttons_that_would_change_something_are_gone(alice: Client) -> None:
    row = Credential.objects.get()
    alice.post("/o/acme/web/archive/")
    page = alice.get("/o/acme/web/credentials/").content.decode()
    assert "Add credentials" not in page
    page = alice.get(f"/o/acme/web/credentials/{row.pk}/").content.decode()
    for view in ("edit", "replace", "delete", "check", "pause"):
        assert f"/credentials/{row.pk}/{view}/" not in page, view


@pytest.mark.one_database
def test_every_closed_route_says_so_and_changes_nothing() -> None:
    world = worlds.build()
    seat = cast.seat(world.here.place, world.people["owner"])
    archive_workspace(seat)
    asked: set[Can] = set()
    for route in routes():
        if route.rights is None or not route.name.startswith(("credentials:", "workspaces:")):
            continue
        if "organization" not in route.parameters or route.rights.post in OPEN_IN_ARCHIVES:
            continue
        answer = matrix.ask(world, "owner", "POST", path_of(route, own(route, world, "owner")), {})
        assert answer.status in {302, 405}, route.name
        assert not answer.changed - {"django_session"}, route.name
        asked.add(route.rights.post)
    assert {Can.WRITE, Can.DELETE, Can.CHECK, Can.INVITE, Can.SERVER_RULES} <= asked


def test_the_switcher_and_the_organization_name_it_as_archived(alice: Client) -> None:
    alice.post("/o/acme/web/archive/")
    for path in ("/organizations/acme/", "/overview/"):
        assert "archived</small>" in alice.get(path).content.decode(), path


def test_a_sample_and_ones_own_workspace_are_not_archived(alice: Client) -> None:
    assert alice.post("/me/archive/").status_code == 404
    assert "Archive it" not in alice.get("/me/").content.decode()
