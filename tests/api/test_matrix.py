"""Every operation with tokens of each role, scope and workspace: ``[[api]]`` in authz.toml."""

import tomllib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from api.openapi import describe
from api.urls import api as ninja
from common.clock import database_now
from credentials_app.models import BulkCheckEntry, CheckRun, Credential
from credentials_app.services.bulk_checks import check_workspace
from credentials_app.services.deletion import delete_credential
from registry.outcome import Outcome
from tests import cast
from tests.api.calls import EVERY_SCOPE, Answer, call, token_for
from tests.credentials_app.scenes import checked, stored
from tests.undone import undone
from tests.workspaces.matrix import FILE
from workspaces.models import AuditEvent
from workspaces.models.roles import Role
from workspaces.tokens.scopes import INCLUDED, TokenScope

pytestmark = pytest.mark.one_database
ROLES = (Role.VIEWER, Role.USER, Role.MAINTAINER, Role.ADMIN, Role.OWNER)
ROWS: list[dict[str, Any]] = tomllib.loads(FILE.read_text())["api"]
IDS = [row["operation"] for row in ROWS]
NOWHERE = uuid.UUID(int=7)


class ApiWorld:
    """A workspace with everything that an address can name, and a token of each role."""

    def __init__(self) -> None:
        self.place, other = cast.workspace("web"), cast.workspace("apps")
        gone = stored("gone")
        delete_credential(cast.seat(self.place), gone)
        row = checked(stored("deploy"), Outcome.REJECTED)
        self.values = {
            "workspace": self.place.pk,
            "credential": row.pk,
            "binned": gone.pk,
            "run": CheckRun.objects.get(credential=row).pk,
            "trial": NOWHERE,
            "many": check_workspace(cast.seat(self.place)).pk,
        }
        BulkCheckEntry.objects.update(done_at=database_now())  # so that another one can begin
        people = {role: cast.someone(self.place, role) for role in ROLES}
        self.tokens = {role: token_for(person, self.place) for role, person in people.items()}
        self.foreign = token_for(cast.alice(), other)
        Credential.objects.filter(pk=row.pk).update(asked_at=None)

    def token_without(self, scope: str) -> str:
        """A token of an owner with every scope but this one and those that include it."""
        wanted = TokenScope(scope)
        left = {each for each in TokenScope if wanted not in {each, *INCLUDED.get(each, ())}}
        left -= {TokenScope.ADMIN_READ}
        owner = cast.someone(self.place, Role.OWNER)
        return token_for(owner, self.place, scopes=frozenset(left))

    def ask(self, row: dict[str, Any], token: str, **more: Any) -> Answer:
        """The operation with this token; what it changes is undone."""
        method, _, path = row["operation"].partition(" ")
        headers = {"If-Match": "*"} if method == "PUT" else {}
        path = path.format(**{**self.values, **more})
        with undone():
            return call(method, path, token, row.get("body"), headers=headers)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[ApiWorld]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield ApiWorld()
        transaction.set_rollback(True)


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in describe(ninja)["paths"].items()
        for method in methods
    }
    named = {each.replace("{binned}", "{credential}") for each in IDS}
    assert described == named


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_each_role_gets_its_answer(world: ApiWorld, row: dict[str, Any]) -> None:
    expected = dict(zip(ROLES, map(int, row["roles"].split()), strict=True))
    found = {role: world.ask(row, world.tokens[role]).status for role in ROLES}
    assert found == expected


@pytest.mark.parametrize("row", [row for row in ROWS if row["scope"]], ids=str)
def test_without_the_scope_an_owner_is_refused(world: ApiWorld, row: dict[str, Any]) -> None:
    answer = world.ask(row, world.token_without(row["scope"]))
    assert (answer.status, answer.code) == (403, "scope_missing")


@pytest.mark.parametrize("row", [row for row in ROWS if "{workspace}" in row["operation"]], ids=str)
def test_another_workspace_answers_as_one_that_is_absent(
    world: ApiWorld, row: dict[str, Any]
) -> None:
    before = list(Credential.every.order_by("pk").values()), AuditEvent.objects.count()
    foreign = world.ask(row, world.foreign)
    absent = world.ask(row, world.foreign, workspace=NOWHERE)
    assert foreign.status == 404
    assert foreign.code in {"not_found", "workspace_not_found"}
    assert foreign.data | {"request_id": ""} == absent.data | {"request_id": ""}
    for name in ("credential", "binned", "run", "many"):
        if f"{{{name}}}" in row["operation"]:
            owner = world.tokens[Role.OWNER]
            assert world.ask(row, owner, **{name: NOWHERE}).status == 404
    assert (list(Credential.every.order_by("pk").values()), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_no_token_and_no_session_open_anything(world: ApiWorld, row: dict[str, Any]) -> None:
    assert world.ask(row, "").code == "token_missing"
    method, _, path = row["operation"].partition(" ")
    browser: Client = cast.client_for(cast.alice())
    sent = browser.generic(method, f"/api/v1{path.format(**world.values)}")
    assert sent.status_code == 401


def test_every_scope_is_needed_by_an_operation() -> None:
    needed = {row["scope"] for row in ROWS} - {""}
    assert needed == {scope.value for scope in TokenScope}
    assert EVERY_SCOPE
