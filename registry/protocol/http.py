"""One request, one answer, one failure: the values that a conversation yields and is sent."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from registry.addresses.origins import Origin
from registry.secret import Secret


@dataclass(frozen=True)
class Basic:
    """`Authorization: Basic` of this pair (RFC 7617, UTF-8)."""

    username: str
    password: Secret


@dataclass(frozen=True)
class Bearer:
    """`Authorization: Bearer` of this token (RFC 6750)."""

    token: Secret


@dataclass(frozen=True)
class HeaderToken:
    """A token in a header of its own, such as GitLab's `PRIVATE-TOKEN`."""

    name: str
    token: Secret


@dataclass(frozen=True)
class SignedHeaders:
    """Header fields that prove the login for this one request, such as AWS's signature."""

    fields: tuple[tuple[str, Secret], ...]


Authorization = Basic | Bearer | HeaderToken | SignedHeaders


@dataclass(frozen=True)
class RequestBody:
    """What a POST carries: fields as `form` (`application/x-www-form-urlencoded`) or `json`.

    ``media_type`` replaces the usual `Content-Type`. A field may be a secret.
    """

    form: str
    fields: tuple[tuple[str, str | Secret], ...] = ()
    media_type: str = ""


@dataclass(frozen=True)
class Request:
    """What a conversation wants to be sent. ``path`` starts with `/` and holds no query."""

    origin: Origin
    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    authorization: Authorization | None = None
    accept: str = "application/json"
    content: RequestBody | None = None

    @property
    def carries_login(self) -> bool:
        """Whether anything in it is secret, so that it may only go to a recipient."""
        fields = self.content.fields if self.content else ()
        return self.authorization is not None or any(isinstance(v, Secret) for _, v in fields)


@dataclass(frozen=True)
class Response:
    """What came back, whole: a cut or malformed answer is a :class:`NetworkFailure` instead.

    ``headers`` keep their order and repetitions, ``body`` is at most 64 KiB, ``took_ms`` is
    the time from the request's first byte to the answer's last, in milliseconds.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    took_ms: int = 0

    def header(self, name: str) -> str:
        """The first header of this name, without regard to case; empty when there is none."""
        return next(iter(self.all_headers(name)), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header of this name, in the order sent."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


class FailureKind(StrEnum):
    """Why there is no answer to judge."""

    NAME_UNKNOWN = "name_unknown"  # the name does not resolve
    NO_CONNECTION = "no_connection"  # refused, reset, no route
    TIMED_OUT = "timed_out"
    TLS = "tls"  # certificate, name, version
    FORBIDDEN = "forbidden"  # an address or port that we may not call
    CUT = "cut"  # ended early, or its length is wrong
    MALFORMED = "malformed"  # not HTTP, or an encoding that we did not ask for
    TOO_LARGE = "too_large"  # more than the limit


class NetworkFailure(Exception):
    """Thrown into a conversation instead of a response. Carries no foreign text.

    ``detail`` is a word of ours from a fixed set (such as `certificate_expired`), or empty.
    """

    def __init__(self, kind: FailureKind, *, detail: str = "", took_ms: int = 0) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.detail = detail
        self.took_ms = took_ms


T = TypeVar("T")
Flow = Generator[Request, Response, T]
"""A conversation: yields requests, is sent responses (or thrown failures), returns a T."""
