"""Caps: how many organizations a person makes, and how many workspaces and credentials fit."""

from typing import Any

import pytest

from credentials_app.services import account_deletion, place_deletion
from credentials_app.services.errors import TooManyCredentials
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import Organization
from workspaces.models.roles import OrganizationRole
from workspaces.rights.refusals import TooManyOrganizations, TooManyWorkspaces
from workspaces.rights.seat import OrganizationSeat
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db


def test_a_person_makes_so_many_organizations_as_the_operator_allows(
    settings: Any,
) -> None:
    settings.LOCKKEEPER_MOST_ORGANIZATIONS = 2
    cast.organization("one")
    cast.organization("two")
    with pytest.raises(TooManyOrganizations, match="You have made 2 organizations"):
        cast.organization("three")
    cast.organization("of-bob", owner=cast.bob())


def test_nobody_gets_above_the_cap_by_the_way_over_the_deleted_places(settings: Any) -> None:
    settings.LOCKKEEPER_MOST_ORGANIZATIONS = 1
    one = cast.organization("one")
    seat = OrganizationSeat(cast.alice(), one, OrganizationRole.OWNER, cast.CALLER)
    place_deletion.delete_organization(seat)
    cast.organization("two")
    with pytest.raises(TooManyOrganizations):
        place_deletion.restore_place(one, person=cast.alice(), caller=cast.CALLER)


def test_an_account_comes_back_with_all_of_its_organizations(settings: Any) -> None:
    bob, keeper = cast.bob(), Keeper(None, cast.CALLER)
    for slug in ("one", "two"):
        cast.organization(slug, owner=bob)
    account_deletion.delete_account(bob, heirs={}, keeper=keeper)
    settings.LOCKKEEPER_MOST_ORGANIZATIONS = 1
    account_deletion.restore_account(bob, keeper=keeper)
    assert Organization.objects.filter(made_by=bob).count() == 2


def test_an_organization_has_so_many_workspaces(settings: Any) -> None:
    settings.LOCKKEEPER_MOST_WORKSPACES = 1
    cast.workspace("web")
    with pytest.raises(TooManyWorkspaces, match="has 1 workspaces"):
        cast.workspace("shop")
    cast.workspace("web", organization=cast.organization("other"))


def test_a_workspace_has_so_many_credentials(settings: Any) -> None:
    settings.LOCKKEEPER_MOST_CREDENTIALS = 1
    scenes.stored("one")
    with pytest.raises(TooManyCredentials, match="has 1 credentials"):
        scenes.stored("two")
