"""The values of a flow: it yields a `Request`, and gets a `Response` or a `NetworkFailure`."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from registry.addresses.origins import Origin
from registry.certificate import Certificate
from registry.secret import Secret


@dataclass(frozen=True)
class Basic:
    """`Authorization: Basic` with this pair (RFC 7617, UTF-8)."""

    username: str
    password: Secret


@dataclass(frozen=True)
class Bearer:
    """`Authorization: Bearer` with this token (RFC 6750)."""

    token: Secret


@dataclass(frozen=True)
class HeaderToken:
    """A token in a header of its own, such as GitLab's `PRIVATE-TOKEN`."""

    name: str
    token: Secret


@dataclass(frozen=True)
class SignedHeaders:
    """Header fields that prove the login for one request, such as AWS's signature."""

    fields: tuple[tuple[str, Secret], ...]


Authorization = Basic | Bearer | HeaderToken | SignedHeaders


@dataclass(frozen=True)
class RequestBody:
    """The body of a POST: its fields as `form` (`application/x-www-form-urlencoded`) or `json`.

    ``media_type`` replaces the usual `Content-Type` of the form. A field may be a secret.
    """

    form: str
    fields: tuple[tuple[str, str | Secret], ...] = ()
    media_type: str = ""


@dataclass(frozen=True)
class Request:
    """A request that a flow yields. ``path`` starts with `/` and holds no query."""

    origin: Origin
    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    authorization: Authorization | None = None
    accept: str = "application/json"
    content: RequestBody | None = None

    @property
    def carries_login(self) -> bool:
        """True if it holds a secret, so that it may go to a recipient only."""
        fields = self.content.fields if self.content else ()
        return self.authorization is not None or any(isinstance(v, Secret) for _, v in fields)


@dataclass(frozen=True)
class Response:
    """A complete answer; a cut or malformed one is a :class:`NetworkFailure` instead.

    ``headers`` keep their order and repetitions. ``body`` has at most 64 KiB. ``took_ms`` is the
    whole exchange with the connecting, in milliseconds.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    took_ms: int = 0

    def header(self, name: str) -> str:
        """The first header of this name, whatever its case; empty when there is none."""
        return next(iter(self.all_headers(name)), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header of this name, in the order sent."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


class FailureKind(StrEnum):
    """The reasons why a request got no answer."""

    NAME_UNKNOWN = "name_unknown"  # the name does not resolve
    NO_CONNECTION = "no_connection"  # refused, reset, no route
    TIMED_OUT = "timed_out"
    TLS = "tls"  # certificate, name, version
    FORBIDDEN = "forbidden"  # the guard refuses the address or port
    CUT = "cut"  # the answer ended early, or its length is wrong
    MALFORMED = "malformed"  # not HTTP, or in an encoding that we did not accept
    TOO_LARGE = "too_large"  # the body is larger than 64 KiB


class NetworkFailure(Exception):
    """The transport throws it into a flow in place of a response. Its text holds no foreign text.

    ``detail`` is one of our own words (such as `certificate_expired`), or empty; ``cause`` is a
    more exact one for a failed TLS, and ``certificate`` what the server showed. ``took_ms`` in
    milliseconds. ``partial`` is the answer as far as it was read, when its head came whole and its
    body then was too large, was cut or took too long: status, headers and at most the first 64 KiB.
    """

    def __init__(
        self,
        kind: FailureKind,
        *,
        detail: str = "",
        took_ms: int = 0,
        partial: Response | None = None,
        cause: str = "",
        certificate: Certificate | None = None,
    ) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.detail = detail
        self.took_ms = took_ms
        self.partial = partial
        self.cause = cause
        self.certificate = certificate


T = TypeVar("T")
Flow = Generator[Request, Response, T]
"""A generator that yields requests, is sent responses or thrown failures, and returns a T."""
