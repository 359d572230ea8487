"""Caps: how many organizations a person makes, and how many workspaces and credentials fit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from credentials_app.models import Credential, Tag
from credentials_app.services import account_deletion, place_deletion, tags
from credentials_app.services.credentials import draft_of, edit_credential
from credentials_app.services.errors import TooManyCredentials
from tests import cast
from tests.at_once import all_at_once
from tests.credentials_app import scenes
from workspaces import places
from workspaces.models import Organization, Workspace
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


def _another_workspace(number: int) -> object:
    owner = OrganizationSeat(cast.alice(), cast.organization(), OrganizationRole.OWNER, cast.CALLER)
    return places.make_workspace(owner, name=f"W{number}", slug=f"w{number}")


def _another_organization(number: int) -> object:
    return places.make_organization(
        cast.alice(), name=f"O{number}", slug=f"o{number}", caller=cast.CALLER
    )


def _another_tag(number: int) -> object:
    row = Credential.objects.get(name=f"c{number}")
    draft = replace(draft_of(row), tags=(f"tag-{number}",))
    return edit_credential(cast.seat(row.workspace), row, draft)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("another", "count", "refusal"),
    [
        (
            _another_workspace,
            lambda: Workspace.objects.filter(owner=None).count(),
            "TooManyWorkspaces",
        ),
        (_another_organization, lambda: Organization.objects.count(), "TooManyOrganizations"),
        (_another_tag, lambda: Tag.objects.values("name").distinct().count(), "TagsRefused"),
    ],
)
def test_eight_at_once_do_not_pass_a_cap_together(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    another: Callable[[int], object],
    count: Callable[[], int],
    refusal: str,
) -> None:
    settings.LOCKKEEPER_MOST_ORGANIZATIONS = settings.LOCKKEEPER_MOST_WORKSPACES = 3
    monkeypatch.setattr(tags, "MOST_OF_WORKSPACE", 3)
    for number in range(8):
        scenes.stored(f"c{number}")
    before = count()
    failed = all_at_once(lambda number=number: another(number) for number in range(8))  # type: ignore[misc]
    assert (count(), failed) == (3, [refusal] * (8 - (3 - before)))
