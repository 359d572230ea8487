"""The matrix notices each check that is switched off, and a neighbor is a stranger."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from common.fields import open_sealed
from tests.workspaces.matrix import Row, ask, own_path, rows
from tests.workspaces.routes import absent, path_of, routes
from tests.workspaces.test_matrix import give_everybody, wrong_cells
from tests.workspaces.world import World, build
from workspaces.models import User
from workspaces.models.roles import Role
from workspaces.rights import access
from workspaces.rights.access import ViewRights
from workspaces.rights.refusals import NotAllowed
from workspaces.rights.roles import Can
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.views import members

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROUTES = {route.name: route for route in routes()}
ROWS = rows()
IN_A_PLACE = [row for row in ROWS if "workspace" in ROUTES[row.name].parameters]
GUARDED = [row for row in IN_A_PLACE if any(row.status_for(role.value) == 403 for role in Role)]
OF_ORGANIZATIONS = [
    row
    for row in ROWS
    if ROUTES[row.name].parameters == ("organization",) and row.status_for("viewer") == 403
    if not (row.name == "workspaces:organization_invite" and row.method == "POST")
]
"""Without what the deed refuses once more: an invitation gives only what its giver has."""
OF_THE_INSTANCE = [
    row
    for row in ROWS
    if row.method == "GET" and row.status_for("administrator") == 200
    if row.status_for("owner") in {302, 403, 404}
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every question is asked in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.mark.parametrize("row", GUARDED, ids=str)
def test_a_door_that_asks_for_no_right_is_noticed(
    world: World, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its cell, or by the deed, which asks again; without both the cell turns red."""
    refused = [role.value for role in Role if row.status_for(role.value) == 403][-1:]
    door, asked = ROUTES[row.name].rights, ViewRights.for_method
    monkeypatch.setattr(
        ViewRights,
        "for_method",
        lambda rights, method: Can.SEE if rights is door else asked(rights, method),
    )
    with suppress(NotAllowed):
        if not wrong_cells(world, row, tuple(refused)):
            give_everybody(set(Can), monkeypatch)
            assert wrong_cells(world, row, tuple(refused))


@pytest.mark.parametrize("row", OF_ORGANIZATIONS, ids=str)
def test_an_organization_whose_members_all_count_as_owners_is_noticed(
    world: World, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrganizationSeat, "owns", True)
    assert wrong_cells(world, row, ("viewer",))


@pytest.mark.parametrize("row", OF_THE_INSTANCE, ids=str)
def test_an_instance_that_is_open_to_everybody_is_noticed(
    world: World, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "allows_on_instance", lambda **asked: True)
    monkeypatch.setattr(User, "sees_the_instance", True)
    assert wrong_cells(world, row, ("owner",))


def test_a_page_that_opens_a_secret_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opening(seat: Seat) -> list[object]:
        open_sealed(world.here.credential, "sealed")
        return []

    monkeypatch.setattr(members, "who_is_there", opening)
    row = next(row for row in ROWS if row.name == "workspaces:people")
    assert wrong_cells(world, row, ("owner",)) == [
        "owner: refused, and yet changed ['(a secret is opened)']"
    ]


@pytest.mark.parametrize("row", IN_A_PLACE, ids=str)
def test_a_member_of_a_sister_workspace_is_a_stranger(world: World, row: Row) -> None:
    route = ROUTES[row.name]
    path = own_path(route, row, world, "owner")
    found = ask(world, "sister", row.method, path, row.body)
    nothing = ask(world, "sister", row.method, path_of(route, absent(route)), row.body)
    assert found.status == 404
    assert (found.content, found.headers) == (nothing.content, nothing.headers)
    assert not found.changed


@pytest.mark.parametrize("row", IN_A_PLACE, ids=str)
def test_a_member_of_a_team_may_do_what_its_role_may(world: World, row: Row) -> None:
    answer = ask(
        world, "team_member", row.method, own_path(ROUTES[row.name], row, world, ""), row.body
    )
    expected = row.status_for("maintainer")
    assert answer.status == expected
    if row.method == "GET" or expected in {403, 404}:
        assert not answer.changed


@pytest.mark.parametrize("row", IN_A_PLACE, ids=str)
def test_a_member_of_a_team_without_a_role_is_a_stranger(world: World, row: Row) -> None:
    with transaction.atomic():
        world.people["team_member"].team_memberships.get().team.roles.all().delete()
        path = own_path(ROUTES[row.name], row, world, "")
        answer = ask(world, "team_member", row.method, path, row.body)
        transaction.set_rollback(True)
    assert answer.status == 404
    assert not answer.changed
