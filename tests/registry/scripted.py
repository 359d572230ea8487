"""A network without sockets: a script answers each request. Also builders of the answers."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import jwt

from registry.addresses.origins import Origin
from registry.check import check
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.protocol.http import Flow, NetworkFailure, Request, Response
from registry.secret import Secret
from registry.verdicts.verdict import Verdict

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SERVER = Origin("https", "registry.example.org", 443)
GITLAB = Origin("https", "gitlab.example.org", 443)

Reply = Response | NetworkFailure
Script = Callable[[Request], Reply]


@dataclass
class ScriptedNetwork:
    """In place of a `Network`: a script answers, and ``requests`` records what it was asked."""

    script: Script
    requests: list[Request] = field(default_factory=list)
    notes: dict[Any, Any] = field(default_factory=dict)
    announce: Callable[[Request], None] = lambda _request: None

    @contextmanager
    def conversation(
        self, *, announce: Callable[[Request], None], **_limits: Any
    ) -> Iterator["ScriptedNetwork"]:
        self.announce = announce
        yield self

    def run(self, flow: Flow[Any], *, recipients: frozenset[Origin]) -> Any:
        try:
            request = next(flow)
            while True:
                assert request.authorization is None or request.origin in recipients
                self.announce(request)
                self.requests.append(request)
                reply = self.script(request)
                if isinstance(reply, NetworkFailure):
                    request = flow.throw(reply)
                else:
                    request = flow.send(reply)
        except StopIteration as end:
            return end.value


def run_check(
    script: Script,
    *,
    username: str = "made-up-user",
    secret: str = "made-up-password",
    push: bool = False,
    repository: str = "",
    provider: str = "generic",
    server: Origin = SERVER,
    recipients: frozenset[Origin] | None = None,
    expires_on: date | None = None,
    now: datetime = NOW,
    **login_values: Any,
) -> tuple[Evidence, Verdict, list[Request]]:
    """Check a made-up login against a script."""
    network = ScriptedNetwork(script)
    login = Login(
        server,
        username,
        Secret(secret),
        provider,
        recipients=recipients,
        expires_on=expires_on,
        **login_values,
    )
    evidence, verdict = check(login, Need(push, repository), network, now=now)  # type: ignore[arg-type]
    return evidence, verdict, network.requests


def body(status: int, value: object, *headers: tuple[str, str]) -> Response:
    """An answer with a JSON body."""
    kind = (("Content-Type", "application/json"),)
    return Response(status, (*headers, *kind), json.dumps(value).encode())


def text(status: int, words: str = "", *headers: tuple[str, str]) -> Response:
    """An answer with a plain text body."""
    return Response(status, (*headers, ("Content-Type", "text/plain")), words.encode())


def page(status: int) -> Response:
    """A web page, as a proxy or a captive portal answers."""
    return Response(status, (("Content-Type", "text/html"),), b"<html><body>Welcome</body></html>")


def refusal(status: int, code: str, message: str = "") -> Response:
    """A registry's error body."""
    return body(status, {"errors": [{"code": code, "message": message}]})


def challenge(value: str) -> Response:
    """A 401 with this `WWW-Authenticate`."""
    return body(401, {"errors": [{"code": "UNAUTHORIZED"}]}, ("WWW-Authenticate", value))


def token(repository: str = "", *actions: str, auth_type: str = "", seconds: int = 300) -> Response:
    """The answer to a token request: a JWT that grants these actions."""
    claims: dict[str, object] = {
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + seconds,
        "access": [{"type": "repository", "name": repository, "actions": list(actions)}]
        if actions
        else [],
    }
    if auth_type:
        claims["auth_type"] = auth_type
    return body(200, {"token": jwt.encode(claims, "made-up-key-of-thirty-two-bytes-", "HS256")})
