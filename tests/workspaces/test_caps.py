"""Caps: how many organizations a person makes, and how many workspaces and credentials fit."""

from typing import Any

import pytest

from credentials_app.services.errors import TooManyCredentials
from tests import cast
from tests.credentials_app import scenes
from workspaces.rights.refusals import TooManyOrganizations, TooManyWorkspaces

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
