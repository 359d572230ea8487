"""The pages that delete a workspace or an organization, and bring them back."""

import pytest
from django.conf import LazySettings
from django.test import Client

from credentials_app.services import place_deletion
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import Organization, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat

pytestmark = pytest.mark.django_db
DELETED = "/deleted/"


@pytest.fixture
def alice() -> Client:
    scenes.stored()
    return cast.client_for(cast.alice())


def said(browser: Client, path: str, **fields: str) -> str:
    return " ".join(browser.post(path, fields, follow=True).content.decode().split())


def test_a_workspace_is_deleted_by_its_name_and_comes_back(alice: Client) -> None:
    page = " ".join(alice.get("/o/acme/web/delete/").content.decode().split())
    assert "1 credential, with their history" in page
    assert "1 person with a role" in page
    assert "nothing was deleted" in said(alice, "/o/acme/web/delete/", name="web")
    page = said(alice, "/o/acme/web/delete/", name="Web")
    assert "“Web” was deleted." in page
    assert "workspace of Acme" in page
    assert alice.get("/o/acme/web/").status_code == 404
    key = Workspace.every.exclude(deleted_at=None).get().pk
    assert "“Web” is back." in said(alice, f"{DELETED}{key}/restore/")
    assert alice.get("/o/acme/web/").status_code == 200


def test_an_organization_too(alice: Client) -> None:
    page = " ".join(alice.get("/organizations/acme/delete/").content.decode().split())
    assert "1 workspace." in page
    assert "“Acme” was deleted." in said(alice, "/organizations/acme/delete/", name="Acme")
    for path in ("/o/acme/web/", "/organizations/acme/", "/organizations/acme/overview/"):
        assert alice.get(path).status_code == 404, path
    assert "Acme" not in alice.get("/organizations/").content.decode()
    key = Organization.every.get().pk
    assert "“Acme” is back." in said(alice, f"{DELETED}{key}/restore/")
    assert alice.get("/o/acme/web/").status_code == 200


def test_another_address_is_asked_for_if_it_is_taken(alice: Client) -> None:
    place = cast.workspace()
    place_deletion.delete_workspace(cast.seat(place))
    cast.workspace()
    path = f"{DELETED}{place.pk}/restore/"
    page = said(alice, path)
    assert "This address is taken" in page
    assert 'value="web"' in page
    assert "Use small letters" in said(alice, path, slug="Not an address")
    assert "“Web” is back." in said(alice, path, slug="web-2")
    assert alice.get("/o/acme/web-2/").status_code == 200


def test_delete_now_asks_for_the_name(alice: Client) -> None:
    place = cast.workspace()
    place_deletion.delete_workspace(cast.seat(place))
    path = f"{DELETED}{place.pk}/delete/"
    assert "nothing was deleted" in said(alice, path, name="web")
    assert "“Web” was deleted for good." in said(alice, path, name="Web")
    assert alice.get(path).status_code == 404
    assert "Nothing is deleted" in alice.get(DELETED).content.decode()


@pytest.mark.parametrize("deed", ["restore", "delete"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_required_factor_is_required_of_who_brings_it_back_or_purges_it(
    alice: Client, deed: str, *, whole: bool
) -> None:
    place = cast.workspace()
    Organization.objects.update(requires_factor=True)
    row: Workspace | Organization = cast.organization() if whole else place
    if whole:
        seat = OrganizationSeat(cast.alice(), row, OrganizationRole.OWNER, cast.CALLER)
        place_deletion.delete_organization(seat)
    else:
        place_deletion.delete_workspace(cast.seat(place))
    page = said(alice, f"{DELETED}{row.pk}/{deed}/", name=row.name)
    assert "Second factors" in page
    assert type(row).every.get(pk=row.pk).deleted_at is not None


def test_what_is_above_the_cap_stays_deleted_and_says_why(
    alice: Client, settings: LazySettings
) -> None:
    place = cast.workspace()
    place_deletion.delete_workspace(cast.seat(place))
    cast.workspace("ops")
    settings.LOCKKEEPER_MOST_WORKSPACES = 1
    page = said(alice, f"{DELETED}{place.pk}/restore/")
    assert "This organization has 1 workspaces, and no more are allowed here." in page
    assert Workspace.every.get(pk=place.pk).deleted_at is not None


def test_the_password_is_asked_for_again(alice: Client) -> None:
    place = cast.workspace()
    gone = cast.workspace("gone")
    place_deletion.delete_workspace(cast.seat(gone))
    session = alice.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1.0}]
    session.save()
    for path in (
        "/o/acme/web/delete/",
        "/organizations/acme/delete/",
        f"{DELETED}{gone.pk}/delete/",
    ):
        for name in ("Web", "Acme", "Gone"):
            answer = alice.post(path, {"name": name})
            assert (answer.status_code, "reauthenticate" in answer["Location"]) == (303, True), path
    assert Workspace.objects.filter(pk=place.pk).exists()


def test_the_buttons_are_for_owners(alice: Client) -> None:
    place = cast.workspace()
    assert "/o/acme/web/delete/" in alice.get("/o/acme/web/settings/").content.decode()
    assert "/organizations/acme/delete/" in alice.get("/organizations/acme/").content.decode()
    admin = cast.client_for(cast.someone(place, Role.ADMIN))
    assert "/organizations/acme/delete/" not in admin.get("/organizations/acme/").content.decode()
