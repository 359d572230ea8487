"""A simple HTTP client: one request, one response, no redirects and no retries."""

import base64
import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from tests.stand_ins.wire import Pairs, first


@dataclass(frozen=True)
class Reply:
    """Status, headers and body as they came."""

    status: int
    headers: Pairs
    body: bytes

    def header(self, name: str) -> str:
        return first(self.headers, name)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of the token in this response; its signature is not verified."""
        return dict(jwt.decode(self.json["token"], options={"verify_signature": False}))

    @property
    def access(self) -> dict[str, str]:
        """The granted access: ``{"team/app": "pull,push"}``."""
        return {one["name"]: ",".join(one["actions"]) for one in self.claims["access"]}


def basic(username: str, secret: str) -> dict[str, str]:
    pair = base64.b64encode(f"{username}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def ask(
    url: str,
    *,
    method: str = "GET",
    query: Pairs = (),
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    source: str = "127.0.0.1",
    trust: ssl.SSLContext | None = None,
) -> Reply:
    """Send one request on its own connection, from the loopback address ``source``."""
    parts = urlsplit(url)
    where: dict[str, Any] = {"timeout": 5, "source_address": (source, 0)}
    connection = (
        http.client.HTTPSConnection(parts.netloc, context=trust, **where)
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.netloc, **where)
    )
    asked = "&".join(text for text in (parts.query, urlencode(query)) if text)
    target = f"{parts.path}?{asked}" if asked else parts.path
    try:
        connection.request(method, target, body=body, headers=headers or {})
        answer = connection.getresponse()
        return Reply(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()
