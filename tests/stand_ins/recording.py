"""Recorded requests with their secrets, and queries about them."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from tests.stand_ins.wire import Answer, Incoming, Pairs

PRIVATE_TOKEN = "private-token"


@dataclass(frozen=True)
class Presented:
    """The credential of a request: ``kind`` is `none`, `basic`, `bearer` or `private-token`."""

    kind: str = "none"
    username: str = ""
    secret: str = ""


@dataclass(frozen=True)
class Recorded:
    """A request at `web` or `registry`, and the status of the response."""

    door: str
    method: str
    path: str
    query: Pairs
    presented: Presented
    ip: str
    status: int
    headers: Pairs
    body: bytes

    @property
    def authorized(self) -> bool:
        return self.presented.kind != "none"

    def __str__(self) -> str:
        return f"{self.door} {self.method} {self.path} {self.presented.kind} -> {self.status}"


class Requests(list[Recorded]):
    """All requests in order, with queries for tests."""

    _heard: Callable[[Recorded], None] | None = None

    def listen(self, heard: Callable[[Recorded], None]) -> None:
        """Call this function for every request from now on."""
        self._heard = heard

    def append(self, one: Recorded) -> None:
        super().append(one)
        if self._heard is not None:
            self._heard(one)

    def to(self, path: str, method: str = "") -> "Requests":
        """The requests with this prefix of the path, and with this method if given."""
        return Requests(
            one for one in self if one.path.startswith(path) and method in {"", one.method}
        )

    def at(self, door: str) -> "Requests":
        return Requests(one for one in self if one.door == door)

    def carrying(self, secret: str) -> "Requests":
        """The requests with this text as password or token, in the query or in the body."""
        return Requests(one for one in self if _carries(one, secret))


def _carries(one: Recorded, secret: str) -> bool:
    raw = secret.encode()
    in_headers = any(secret in value for _name, value in one.headers)
    in_query = any(secret in value for _name, value in one.query)
    return (
        secret in one.presented.secret
        or in_headers
        or in_query
        or secret in one.path
        or raw in one.body
    )


def presented(incoming: Incoming) -> Presented:
    """Take the credential out of a request; an unreadable one counts as none."""
    if token := incoming.header(PRIVATE_TOKEN):
        return Presented(PRIVATE_TOKEN, secret=token)
    scheme, _, rest = incoming.header("Authorization").partition(" ")
    if scheme.lower() == "bearer":
        return Presented("bearer", secret=rest.strip())
    if scheme.lower() != "basic":
        return Presented()
    try:
        username, colon, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return Presented()
    return Presented("basic", username, secret) if colon else Presented()


def record(door: str, incoming: Incoming, given: Answer) -> Recorded:
    return Recorded(
        door,
        incoming.method,
        incoming.path,
        incoming.query,
        presented(incoming),
        incoming.ip,
        given.status,
        incoming.headers,
        incoming.body,
    )
