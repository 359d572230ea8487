"""The headers and cookies of every answer: every route, found and not found, by every method."""

from collections.abc import Iterator
from http.cookies import Morsel
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from tests.config.web.test_headers import CSP, EVERYWHERE
from tests.undone import undone
from tests.workspaces.routes import Route, absent, own, path_of, routes
from tests.workspaces.world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ACTORS = ("anonymous", "owner", "administrator")
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST")
YEAR = "max-age=31536000"
# Health is asked by machines, static files and the client by caches: none is kept from them.
MAY_BE_KEPT = ("/healthz", "/static/", "/client/docker-credential-lockkeeper")
NOTHING = {"object_id": "00000000-0000-0000-0000-000000000007"}
ROUTES = [route for route in routes() if not route.name.startswith("(")]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every request is in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _as_in_production(settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def faults(answer: HttpResponseBase, path: str) -> list[str]:
    """What is wrong with the headers of an answer."""
    expected = EVERYWHERE | {"Strict-Transport-Security": YEAR}
    if path.startswith(MAY_BE_KEPT):
        del expected["Cache-Control"]
    wrong = [
        f"{key}: {answer.headers.get(key)}"
        for key, value in expected.items()
        if answer.headers.get(key) != value
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "; ".join(sorted(policy.split("; "))) != CSP:
        wrong.append(f"Content-Security-Policy: {policy}")
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    kind = answer.headers.get("Content-Type", "")
    has_body = answer.streaming or bool(getattr(answer, "content", b""))
    if has_body and not kind:
        wrong.append("a body without a type")
    if kind.startswith("text/") and "charset=utf-8" not in kind.replace('"', ""):
        wrong.append(kind)
    told = {"Server", "X-Powered-By", "Access-Control-Allow-Origin", "Via"}
    wrong += sorted(told & set(answer.headers))
    return wrong + [fault for each in answer.cookies.values() for fault in faults_of(each)]


def faults_of(cookie: "Morsel[str]") -> list[str]:
    """What is wrong with a cookie."""
    flags = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}
    if not cookie.value and cookie["max-age"] == 0:  # it is deleted
        flags = {"path": "/", "domain": "", "samesite": "Lax"}
    return [
        f"{cookie.key} {name}: {cookie[name]}"
        for name, value in flags.items()
        if cookie[name] != value
    ]


def answers(world: World, route: Route) -> Iterator[tuple[str, str, HttpResponseBase]]:
    """Each answer with what was asked: as each actor, by each method, there and not there."""
    for actor in ACTORS:
        for values in (own(route, world, actor), absent(route) | NOTHING):
            for method in METHODS:
                browser = Client(raise_request_exception=False)
                if actor in world.sessions:
                    browser.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[actor]
                path = path_of(route, values)
                with undone():
                    answer = browser.generic(method, path, secure=True)
                yield f"{actor} {method}", path, answer


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_answer_of_every_route_carries_the_headers(route: Route, world: World) -> None:
    wrong = {
        f"{asked} {path} ({answer.status_code})": found
        for asked, path, answer in answers(world, route)
        if (found := faults(answer, path))
    }
    assert wrong == {}


def test_an_answer_without_them_would_be_noticed() -> None:
    bare = HttpResponse("made up", content_type="text/html", headers={"Server": "made-up/1"})
    bare.set_cookie("made-up", "value", samesite="None")
    found = faults(bare, "/")
    for name in (*EVERYWHERE, "Strict-Transport-Security", "Content-Security-Policy", "Server"):
        assert any(fault.startswith(name) for fault in found), name
    assert {"made-up secure: ", "made-up httponly: ", "text/html"} <= set(found)
