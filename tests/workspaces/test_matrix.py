"""Who may do what where: every route, method, actor and relation of ``tests/rules/authz.toml``."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from tests.config.web.test_headers import EVERYWHERE
from tests.workspaces import matrix
from tests.workspaces.matrix import (
    REFUSED,
    SECRET_OPENED,
    Answer,
    Row,
    ask,
    own_path,
    pairs,
    rows,
)
from tests.workspaces.routes import Route, routes
from tests.workspaces.world import ACTORS, World, build
from workspaces.models import Workspace
from workspaces.models.roles import Role
from workspaces.rights import access, roles
from workspaces.rights.roles import Can, allows

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROUTES = {route.name: route for route in routes()}
ROWS = rows()
OF_PLACES = [row for row in ROWS if row.name in ROUTES and ROUTES[row.name].of_a_place]
# A variant's answer depends on more than the right; in one's own workspace everybody is an owner.
OF_A_RIGHT = [
    row
    for row in OF_PLACES
    if ROUTES[row.name].rights
    if "organization" in ROUTES[row.name].parameters and not row.variant
]
RIGHTS = [route.rights for route in ROUTES.values() if route.rights]
SIGNED_OUT = ("anonymous", "suspended")
# allauth shows its forms to any method; that nothing is done by it is asked all the same.
SHOWS_A_FORM = "account_"
PUBLIC_FILE = "help:client_file"
# Rights that every role has: nobody in a workspace can be refused them.
EVERYBODYS = {Can.SEE, Can.LEAVE, Can.OWN_NOTICES, Can.OWN_TOKENS}
ASKED = set(Can) - EVERYBODYS
# Rights that a view asks for once it knows which role is given or taken away.
GIVEN_ROLES = {Can.INVITE_ADMIN, Can.MAKE_OWNER}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every question is asked in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def wrong_cells(world: World, row: Row, actors: tuple[str, ...] = ACTORS) -> list[str]:
    """What the product answers otherwise than the row says, or does although it refuses."""
    route, wrong = ROUTES[row.name], []
    for actor in actors:
        answer = ask(world, actor, row.method, own_path(route, row, world, actor), row.body)
        expected = row.status_for(actor)
        if answer.status != expected:
            wrong.append(f"{actor}: {answer.status} instead of {expected}")
        if missing := expected_headers(row) - set(answer.headers):
            wrong.append(f"{actor}: without {sorted(missing)}")
        answer = _without_own_seed(row, answer)
        refused = row.method == "GET" or expected in REFUSED - {302} or actor in SIGNED_OUT
        if refused and answer.changed and not _is_sign_in(row):
            wrong.append(f"{actor}: refused, and yet changed {sorted(answer.changed)}")
    return wrong


def expected_headers(row: Row) -> set[tuple[str, str]]:
    """No answer may be stored, but a public file."""
    kept = {"Cache-Control"} if row.name == PUBLIC_FILE else set()
    return {(name, value) for name, value in EVERYWHERE.items() if name not in kept}


def _without_own_seed(row: Row, answer: Answer) -> Answer:
    """The page that adds an authenticator app shows its seed, which is sealed until then."""
    if row.name != "workspaces:factor_app":
        return answer
    return replace(answer, changed=answer.changed - {SECRET_OPENED})


def _is_sign_in(row: Row) -> bool:
    """Pages whose purpose is to do something for somebody who is not signed in."""
    return row.name.startswith("account_") and row.method == "POST"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_cell_is_as_written(world: World, row: Row) -> None:
    assert wrong_cells(world, row) == []


@pytest.mark.parametrize("row", OF_PLACES, ids=str)
def test_what_is_somebody_elses_looks_like_what_is_not_there(world: World, row: Row) -> None:
    route = ROUTES[row.name]
    for actor in ACTORS:
        own_status = row.status_for(actor)
        past_the_door = own_status not in {403, 404} and actor not in SIGNED_OUT
        for foreign_path, absent_path in pairs(route, world, actor, inside=past_the_door):
            foreign = ask(world, actor, row.method, foreign_path, row.body)
            absent = ask(world, actor, row.method, absent_path, row.body)
            where = f"{actor} at {foreign_path}"
            if actor in SIGNED_OUT:
                assert foreign.status == absent.status == 302, where
            else:
                # An insider without the right is told so before anything is looked for.
                assert foreign.status in {404, own_status if own_status == 403 else 404}, where
                assert foreign.status == absent.status, where
                assert foreign.content == absent.content, where
                assert foreign.headers == absent.headers, where
            assert not foreign.changed, where
            assert not absent.changed, where


@pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route.name)
def test_a_method_without_a_row_is_refused(world: World, route: Route) -> None:
    written = {row.method for row in ROWS if row.name == route.name}
    row = Row(route.name, "", (), "", {}, {})
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"):
        if method in written:
            continue
        for actor in ("anonymous", "outsider", "owner"):
            answer = ask(world, actor, method, own_path(route, row, world, actor), {})
            allowed = REFUSED | ({200} if route.name.startswith(SHOWS_A_FORM) else set())
            assert answer.status in allowed, f"{method} as {actor}: {answer.status}"
            assert not answer.changed, f"{method} as {actor}"


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    written = {row.name for row in ROWS}
    assert ROUTES.keys() - written == set()
    assert written - ROUTES.keys() == set()


def test_every_route_of_a_workspace_asks_for_a_right_and_no_other_does() -> None:
    guarded = {name for name, route in ROUTES.items() if route.rights}
    assert guarded == {name for name, route in ROUTES.items() if route.is_of_a_workspace}
    assert len(guarded) > 60


@pytest.mark.parametrize("row", OF_A_RIGHT, ids=str)
def test_who_is_refused_is_who_lacks_the_right_that_the_view_names(row: Row) -> None:
    rights = ROUTES[row.name].rights
    assert rights
    needed = rights.for_method(row.method)
    refused = {role for role in Role if row.status_for(role.value) == 403}
    assert refused == {role for role in Role if not allows(role, needed)}


def test_every_right_is_asked_for_by_a_view() -> None:
    named = {right for rights in RIGHTS for right in (rights.post, rights.other)}
    assert named >= ASKED - GIVEN_ROLES


def test_no_two_rows_say_the_same_question() -> None:
    questions = [str(row) for row in ROWS]
    assert len(questions) == len(set(questions))


def test_no_two_routes_have_one_name() -> None:
    assert len(ROUTES) == len(routes())


# The highest first. A variant shows what a right is about, so those rows are asked first.
INSIDERS = tuple(role for role in Role)
TELLING = sorted((row for row in OF_PLACES if 403 in row.expected), key=lambda row: not row.variant)


def give_everybody(rights: set[Can], monkeypatch: pytest.MonkeyPatch) -> None:
    for role in Role:
        monkeypatch.setitem(roles.RIGHTS, role, roles.RIGHTS[role] | rights)


@pytest.mark.parametrize("right", sorted(ASKED, key=str), ids=lambda can: can.name)
def test_a_right_that_everybody_has_turns_a_cell_red(
    world: World, right: Can, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = next(role.value for role in INSIDERS if not allows(role, right))
    give_everybody({right}, monkeypatch)
    refused = [row for row in TELLING if row.status_for(without) == 403]
    assert any(wrong_cells(world, row, (without,)) for row in refused)


def test_a_door_that_is_open_to_all_turns_cells_red(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.models import BooleanField, Value

    def everything(user: object) -> object:
        places = Workspace.objects.select_related("organization", "owner")
        return places.annotate(held=Value("viewer"), owns=Value(False, output_field=BooleanField()))

    monkeypatch.setattr(access, "open_to", everything)
    row = next(row for row in ROWS if row.name == "credentials:list")
    assert wrong_cells(world, row, ("outsider",)) == ["outsider: 200 instead of 404"]


def test_a_page_that_acts_when_it_is_only_looked_at_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workspaces import audit
    from workspaces.views import members

    def noting(seat: Any) -> list[Any]:
        audit.record("test:page:look", seat=seat)
        return []

    monkeypatch.setattr(members, "who_is_there", noting)
    row = next(row for row in ROWS if row.name == "workspaces:people")
    assert "changed ['workspaces_auditevent']" in wrong_cells(world, row, ("owner",))[0]


def test_the_file_is_read_where_it_is() -> None:
    assert matrix.FILE.is_file()
