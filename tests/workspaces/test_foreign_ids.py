"""A key of another tenant, put into any field of any form, is a key of nothing."""

import inspect
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.db import models, transaction
from django.urls import resolve

from tests.workspaces.matrix import ask, own_path, rows
from tests.workspaces.routes import Route, absent, path_of, routes
from tests.workspaces.world import Things, World, build

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UUIDS = re.compile(UUID.pattern.encode())
NOTHING = str(uuid.UUID(int=7))
ROUTES = {route.name: route for route in routes()}
PLACES = [row for row in rows() if ROUTES[row.name].of_a_place]
PAGES = [row for row in PLACES if row.method == "GET"]
TAKEN = re.compile(r"""(?:GET|POST)\.(?:get|getlist)\("(pk|but|did|trial|former|snoozed|sent)""")
# Where a key of one's own is told from a key of nothing, so that the comparison is worth something.
TELLING = {
    f"{method} /o/acme/web/credentials/{field}"
    for method, field in (
        ("POST", "*/edit/ owner"),
        ("POST", "*/edit/ trial"),
        ("POST", "add/ owner"),
        ("POST", "report/ view"),
        ("GET", " did"),
        ("POST", "changes-of-many/ pk"),
        ("POST", "deletions-of-many/ pk"),
    )
}


@dataclass
class Form:
    """What a page lets a person send: each field with the values it offers."""

    address: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def body(self) -> dict[str, str]:
        """The first value of each field that says something."""
        return {name: next(filter(None, found), "") for name, found in self.values.items()}

    def keyed(self) -> dict[str, str]:
        """The fields that hold the key of a row, with the first key."""
        found = {name: next(filter(UUID.fullmatch, each), "") for name, each in self.values.items()}
        return {name: key for name, key in found.items() if key}


class _Reader(HTMLParser):
    """Collects the forms of a page; what names its form may stand anywhere in the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, dict[str, Form]()
        self.form, self.select = "", ("", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = given.get("id") or f"({len(self.found)})"
            if given.get("method", "").lower() == "post":
                address = urljoin(self.page, given.get("action", ""))
                self.found.setdefault(self.form, Form(address)).address = address
            return
        owner, name = given.get("form", self.form), given.get("name", "")
        if tag == "select":
            self.select = owner, name
        elif tag == "option":
            self._offers(*self.select, given.get("value", ""))
        elif tag in {"input", "button"} and name != "csrfmiddlewaretoken":
            self._offers(owner, name, given.get("value", ""))
            if given.get("formaction"):
                other = Form(urljoin(self.page, given["formaction"]))
                self.found[owner + given["formaction"]] = other
                other.values = self.found.setdefault(owner, Form(self.page)).values

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = ""

    def _offers(self, owner: str, name: str, value: str) -> None:
        if owner and name:
            self.found.setdefault(owner, Form(self.page)).values.setdefault(name, []).append(value)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every question is asked in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Asked:
    """A request with a field that holds a key, and who sends it."""

    actor: str
    method: str
    path: str
    name: str
    body: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.method} {UUID.sub('*', self.path)} {self.name}"

    def sent(self, world: World, key: str) -> tuple[int, bytes, frozenset[str]]:
        """The answer without any key: a page shows what was typed, and keys of its own."""
        body, path = dict(self.body) | {self.name: key}, self.path
        if self.method == "GET":
            path += "?" + urlencode(body)
        answer = ask(world, self.actor, self.method, path, body)
        return answer.status, UUIDS.sub(b"", answer.content), answer.changed


def fields_of_forms(world: World, actor: str) -> Iterator[Asked]:
    """Every field with a key of every form that the pages of a place show."""
    for row in PAGES:
        path = own_path(ROUTES[row.name], row, world, actor)
        answer = ask(world, actor, "GET", path, row.body)
        if answer.status != 200 or b"<form" not in answer.content:
            continue
        reader = _Reader(path)
        reader.feed(answer.content.decode())
        for form in reader.found.values():
            for name in form.keyed():
                body = tuple(sorted(form.body().items()))
                yield Asked(actor, "POST", urlsplit(form.address).path, name, body)


def fields_of_views(world: World, actor: str) -> Iterator[Asked]:
    """Every word of a query or a body whose value a view of a place takes for a key."""
    for row in PLACES:
        route = ROUTES[row.name]
        path = own_path(route, row, world, actor)
        body = {name: value for name, value in row.body.items() if name != "whole"}
        if body.get("act") == "all":
            body["act"] = "chosen"
        for name in names_in(route):
            yield Asked(actor, row.method, path, name, tuple(sorted(body.items())))


def names_in(route: Route) -> set[str]:
    """The words that the module of a view takes for keys; what is done to many takes ``pk``."""
    view = inspect.unwrap(resolve(path_of(route, absent(route))).func)
    of_many = {"pk"} if "many" in route.name and "pk" not in route.parameters else set()
    return set(TAKEN.findall(inspect.getsource(sys.modules[view.__module__]))) | of_many


def keys_of(things: Things) -> dict[str, str]:
    """The key of everything that somebody else has."""
    named = {each.name: getattr(things, each.name) for each in fields(things)}
    return {
        name: str(value.pk if isinstance(value, models.Model) else value)
        for name, value in named.items()
        if value
    }


def told(world: World, asked: Asked, things: Things) -> list[str]:
    """Which of these keys get another answer than a key of nothing, asked before or after it."""
    nothing = asked.sent(world, NOTHING)
    found = []
    for kind, key in keys_of(things).items():
        answer = asked.sent(world, key)
        if answer != nothing and answer != asked.sent(world, NOTHING):
            found.append(kind)
    return found


@pytest.mark.timeout(600)  # some two thousand requests
def test_a_key_of_another_tenant_is_a_key_of_nothing_in_every_field(world: World) -> None:
    asked = {
        str(each): each
        for actor in ("org_owner", "owner")
        for each in (*fields_of_forms(world, actor), *fields_of_views(world, actor))
    }
    own = (world.here, world.homes["owner"])
    assert {name for name, each in asked.items() if told(world, each, world.elsewhere)} == set()
    telling = {name for name, each in asked.items() if any(told(world, each, of) for of in own)}
    assert telling >= TELLING
