"""Each way out of a secret: its event is committed before the first byte, or no byte leaves."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from credentials_app import secrets
from credentials_app.exports.files import FileFormat
from credentials_app.models import Credential
from tests import cast
from tests.api.calls import call, token_for
from tests.credentials_app import scenes
from tests.credentials_app.test_openings import committed, log_refused
from workspaces.places import credentials_url
from workspaces.tokens.scopes import TokenScope

pytestmark = pytest.mark.django_db(transaction=True)
Environ = dict[str, Any]
SECRETS = {scenes.PASSWORD.encode(), b"Y2ktcm9ib3Q6bWFkZS11cC1wYXNzd29yZC0x"}
"""The password, and `ci-robot:` with it as files have it."""


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


class Server(WSGIHandler):
    """The product as a server calls it; forms need no token against forged requests."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return super().get_response(request)


def _api(row: Credential, path: str, body: Any = None) -> Environ:
    scopes = frozenset({TokenScope.SECRETS_FETCH})
    token = token_for(cast.alice(), row.workspace, scopes=scopes)
    call("GET", "/workspaces", token)  # its first use is an event of its own
    headers = {"Authorization": f"Bearer {token}"}
    text = "" if body is None else json.dumps(body)
    method = "GET" if body is None else "POST"
    return _environ(method, f"/api/v1{path}", text, "application/json", headers)


def _export(row: Credential, kind: FileFormat) -> Environ:
    browser = cast.client_for(cast.alice())
    cookies = "; ".join(f"{name}={each.value}" for name, each in browser.cookies.items())
    form = urlencode({"pk": str(row.pk), "kind": kind.value, "secret_name": "deploy"})
    address = credentials_url(row.workspace, "export")
    return _environ("POST", address, form, "application/x-www-form-urlencoded", {"Cookie": cookies})


def _environ(method: str, path: str, text: str, kind: str, headers: dict[str, str]) -> Environ:
    request = RequestFactory().generic(method, path, text, kind, headers=headers)
    return {**request.environ, "wsgi.input": BytesIO(text.encode())}


def _fetch(row: Credential, **more: str) -> Environ:
    return _api(row, "/fetch", {"credential": str(row.pk), **more})


def _login(row: Credential) -> Environ:
    return _api(row, f"/workspaces/{row.workspace_id}/credentials/{row.pk}/login")


WAYS: dict[str, Callable[[Credential], Environ]] = {
    "fetch": _fetch,
    "fetch of the password": lambda row: _fetch(row, **{"as": "password"}),
    "fetch by image": lambda row: _api(row, "/fetch", {"image": "registry.example.org/a/b:1"}),
    "login": _login,
    **{f"export {kind}": lambda row, kind=kind: _export(row, kind) for kind in FileFormat},
}


def answered(environ: Environ) -> tuple[str, int, bytes]:
    """The status, the openings that another connection saw when the answer began, and the body."""
    began: list[tuple[str, int]] = []

    def start_response(status: str, _headers: Any, _fault: Any = None) -> None:
        began.append((status, committed()))

    parts: Any = Server()(environ, start_response)
    body = b"".join(parts)
    parts.close()
    [(status, seen)] = began
    return status, seen, body


def has_secret(body: bytes) -> bool:
    """True if the secret is in the answer, plainly or as the files have it."""
    if b'"data"' in body:  # a secret of Kubernetes packs it once more
        body = str(json.loads(body)["data"]).encode()
        return b"W1hZGUtdXAtcGFzc3dvcmQtM" in body or b"dockerconfigjson" in body
    return any(each in body for each in SECRETS)


@pytest.mark.parametrize("way", WAYS)
def test_the_event_is_committed_when_the_answer_begins(way: str) -> None:
    environ = WAYS[way](scenes.stored())
    before = committed()
    status, seen, body = answered(environ)
    assert status == "200 OK"
    assert has_secret(body)
    assert seen == before + 1


@pytest.mark.parametrize("way", WAYS)
def test_without_the_log_no_byte_of_it_leaves(way: str) -> None:
    environ = WAYS[way](scenes.stored())
    before = committed()
    with log_refused():
        status, seen, body = answered(environ)
    assert status[0] == "5"
    assert not has_secret(body)
    assert seen == before


def test_an_answer_without_its_event_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = _fetch(scenes.stored())
    monkeypatch.setattr(secrets, "_record_opening", lambda _opening: None)
    before = committed()
    _status, seen, body = answered(environ)
    assert has_secret(body)
    assert seen == before
