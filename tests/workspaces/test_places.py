"""Organizations and workspaces: made, renamed, told apart by their addresses."""

import pytest

from tests import cast
from workspaces import places
from workspaces.forms import PlaceForm
from workspaces.models import AuditEvent, Organization, Workspace
from workspaces.models.roles import OrganizationRole
from workspaces.rights.refusals import NotAllowed, OrganizationsClosed, PersonalWorkspace, SlugTaken
from workspaces.rights.seat import OrganizationSeat

pytestmark = pytest.mark.django_db


def test_who_makes_an_organization_owns_it() -> None:
    home = places.make_organization(cast.bob(), name="Acme", slug="acme", caller=cast.CALLER)
    assert home.members.get().user == cast.bob()
    assert home.members.get().role == "owner"
    event = AuditEvent.objects.get(action="workspaces:organization:make")
    assert (event.actor_id, event.target_id) == (cast.bob().pk, str(home.pk))


def test_an_address_is_taken_once() -> None:
    cast.organization("acme")
    with pytest.raises(SlugTaken):
        places.make_organization(cast.bob(), name="Other", slug="acme", caller=cast.CALLER)
    assert Organization.objects.count() == 1


def test_two_organizations_may_have_workspaces_of_one_address() -> None:
    cast.workspace("web")
    cast.workspace("web", organization=cast.organization("other", owner=cast.bob()))
    assert Workspace.objects.filter(slug="web").count() == 2


def test_one_organization_has_an_address_once() -> None:
    place = cast.workspace("web")
    assert place.organization
    seat = OrganizationSeat(cast.alice(), place.organization, OrganizationRole.OWNER, cast.CALLER)
    with pytest.raises(SlugTaken):
        places.make_workspace(seat, name="Web again", slug="web")


def test_only_owners_of_an_organization_make_workspaces() -> None:
    seat = OrganizationSeat(cast.bob(), cast.organization(), OrganizationRole.MEMBER, cast.CALLER)
    with pytest.raises(NotAllowed):
        places.make_workspace(seat, name="Web", slug="web")
    with pytest.raises(NotAllowed):
        places.rename_organization(seat, name="Mine")


def test_an_instance_may_keep_organizations_to_its_administrators(settings: object) -> None:
    settings.LOCKKEEPER_ORGANIZATIONS = "administrators"  # type: ignore[attr-defined]
    with pytest.raises(OrganizationsClosed):
        places.make_organization(cast.bob(), name="Acme", slug="acme", caller=cast.CALLER)
    assert cast.client_for(cast.bob()).get("/organizations/add/").status_code == 403
    assert places.make_organization(
        cast.administrator(), name="Acme", slug="acme", caller=cast.CALLER
    )


def test_a_renamed_workspace_keeps_its_address() -> None:
    place = cast.workspace()
    places.rename_workspace(cast.seat(place), name="Website")
    place.refresh_from_db()
    assert (place.name, place.slug) == ("Website", "web")
    event = AuditEvent.objects.get(action="workspaces:workspace:rename")
    assert event.details == {"old_name": "Web"}


def test_a_personal_workspace_keeps_its_name() -> None:
    with pytest.raises(PersonalWorkspace):
        places.rename_workspace(cast.seat(cast.personal()), name="Public")


@pytest.mark.parametrize(
    ("name", "typed", "slug"),
    [
        ("Web Team", "", "web-team"),
        ("Web Team", "www", "www"),
        ("Größe & Co.", "", "groe-co"),
        ("a_b", "", "a-b"),
        ("x" * 100, "", "x" * 50),
        ("7", "", "7"),
    ],
)
def test_an_address_is_typed_or_made_from_the_name(name: str, typed: str, slug: str) -> None:
    form = PlaceForm({"name": name, "slug": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["slug"] == slug


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("日本", ""),
        ("Web", "Web"),
        ("Web", "a b"),
        ("Web", "-a"),
        ("Web", "a-"),
        ("Web", "a/b"),
        ("Web", "ä"),
        ("Web", "x" * 51),
        ("Web", "add"),
        ("Web", "a\n"),
        ("", "web"),
        ("   ", "web"),
        ("a\nb", "web"),
        ("x" * 101, "web"),
    ],
)
def test_an_address_that_cannot_be_is_told_at_its_field(name: str, typed: str) -> None:
    form = PlaceForm({"name": name, "slug": typed})
    valid = form.is_valid()
    # A line break at an end is cut off like a blank; anywhere else it is refused.
    assert valid is (typed == "a\n")
