"""Reads the rows of ``tests/rules/authz.toml`` and sends their requests to the product."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from common.crypto import KeyRing
from tests.undone import undone
from tests.workspaces.routes import Route, absent, own, path_of, routes, strangers
from tests.workspaces.world import ACTORS, World
from workspaces import audit_heads
from workspaces.models import AuditEvent

FILE = Path(__file__).parent.parent / "rules" / "authz.toml"
METHODS = ("GET", "POST")
# Tables that any request may change; a change there shows no action.
# The head of an audit log changes with an event, which counts.
PASSING = frozenset(
    {"django_session", "workspaces_browsersession", "lockkeeper_cache", "workspaces_audithead"}
)
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM|INSERT OR \w+ INTO) "?(\w+)"?')
SECRET_OPENED = "(a secret is opened)"
REFUSED = frozenset({302, 403, 404, 405})


@dataclass(frozen=True)
class Row:
    """The response of one route to one method, by actor."""

    name: str
    method: str
    expected: tuple[int, ...]
    variant: str
    body: dict[str, str]
    parameters: dict[str, str]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.variant)))

    def status_for(self, actor: str) -> int:
        """The status that this actor gets for what is theirs to reach."""
        return self.expected[ACTORS.index(actor)]


@dataclass(frozen=True)
class Answer:
    """The response, the tables that the request changed, and its audit events."""

    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...]
    changed: frozenset[str]
    events: tuple[str, ...] = ()


def rows() -> list[Row]:
    """Every row of the file. A route without an entry of its own takes the last ``*`` that fits."""
    entries = tomllib.loads(FILE.read_text())["route"]
    found = [row for entry in entries if "*" not in entry["name"] for row in _rows_of(entry)]
    named = {row.name for row in found}
    for route in routes():
        fits = [entry for entry in entries if fnmatchcase(route.name, entry["name"])]
        if route.name not in named and fits:
            found += _rows_of(fits[-1] | {"name": route.name})
    return found


def _rows_of(entry: dict[str, Any]) -> Iterator[Row]:
    name = entry["name"]
    for method in METHODS:
        if method in entry:
            expected = tuple(int(status) for status in entry[method].split())
            if len(expected) != len(ACTORS):
                raise ValueError(f"{name} {method}: {len(expected)} cells for {len(ACTORS)} actors")
            yield Row(
                name,
                method,
                expected,
                entry.get("variant", ""),
                entry.get("body", {}),
                entry.get("parameters", {}),
            )


def ask(world: World, actor: str, method: str, path: str, body: dict[str, str]) -> Answer:
    """One request in a transaction that is rolled back, and what it would have changed."""
    browser = Client()
    if actor in world.sessions:
        browser.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[actor]
    filled = {key: _filled(value, world) for key, value in body.items()}
    with undone(), noticed() as changed, recorded() as events:
        waiting = len(connection.run_on_commit)
        response = browser.generic(
            method, path, urlencode(filled), "application/x-www-form-urlencoded"
        )
        if len(connection.run_on_commit) > waiting:
            changed.add("(queue)")
    content, headers = _bare(response, path), _headers(response)
    return Answer(response.status_code, content, headers, frozenset(changed), tuple(sorted(events)))


def own_path(route: Route, row: Row, world: World, actor: str) -> str:
    """The URL of the actor's own workspace or thing."""
    values = own(route, world, actor)
    return path_of(route, values | {k: _filled(v, world) for k, v in row.parameters.items()})


def pairs(route: Route, world: World, actor: str, *, inside: bool) -> Iterator[tuple[str, str]]:
    """Addresses of somebody else's things, each beside one of things that do not exist.

    With ``inside`` also those that name somebody else's thing in a place of one's own.
    """
    if "organization" in route.parameters:
        yield path_of(route, strangers(route, world)), path_of(route, absent(route))
    named = {"pk", "run", "person", "invitation"} & set(route.parameters)
    if named and (inside or "organization" not in route.parameters):
        here = own(route, world, actor)
        foreign, nothing = strangers(route, world), absent(route)
        yield (
            path_of(route, here | {name: foreign[name] for name in named}),
            path_of(route, here | {name: nothing[name] for name in named}),
        )


@contextmanager
def noticed() -> Iterator[set[str]]:
    """Collects the tables that are written to; that a request was refused may be written down.

    A sealed value that is opened counts, too.
    """
    written: set[str] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found[1] not in PASSING and "access:request:deny" not in (params or ()):
            written.add(found[1])
        return execute(sql, params, many, context)

    def opened(ring: KeyRing, sealed: str, context: tuple[str, ...]) -> bytes:
        written.add(SECRET_OPENED)
        return open_it(ring, sealed, context)

    open_it = KeyRing.open
    with connection.execute_wrapper(look), patch.object(KeyRing, "open", opened):
        yield written


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Collects the actions of the audit events that are stored."""
    actions: list[str] = []
    plain = audit_heads.append

    def append(events: Sequence[AuditEvent]) -> None:
        actions.extend(event.action for event in events)
        plain(events)

    with patch.object(audit_heads, "append", append):
        yield actions


def _filled(value: str, world: World) -> str:
    """``{other-admin}`` is the key of the second admin; ``{credential}`` that of a credential."""
    if value.startswith("{other-"):
        return str(world.of_role(value[7:-1]).pk)
    return value


def _bare(response: Any, path: str) -> bytes:
    """The response without its varying parts: the form's token, the URL."""
    content: bytes = response.getvalue() if response.streaming else response.content
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content).replace(
        path.encode(), b""
    )


def _headers(response: Any) -> tuple[tuple[str, str], ...]:
    told = {
        key: value for key, value in response.items() if key not in {"X-Request-ID", "Location"}
    }
    return tuple(sorted(told.items()))
