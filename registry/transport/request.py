"""Encode a request: the head with the login, and the body."""

import base64
import json
import re
from urllib.parse import quote, urlencode

from registry.protocol.http import (
    Basic,
    Bearer,
    FailureKind,
    HeaderToken,
    NetworkFailure,
    Request,
    SignedHeaders,
)
from registry.secret import Secret

CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
USUAL = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
PATH_SIGNS = "/:@!$&'()*+,;=~-._%"  # RFC 3986 section 3.3, and % of an encoded path


def target(request: Request) -> str:
    """The request target: path and query, encoded. Raises ``NetworkFailure`` (malformed)."""
    encoded = None
    try:
        encoded = quote(request.path, safe=PATH_SIGNS)
        if request.query:
            encoded += "?" + urlencode(request.query)
    except UnicodeEncodeError:
        encoded = None  # raised below: this error would quote the text
    if encoded is None or not encoded.startswith("/"):
        raise unsendable()
    return encoded


def message(request: Request, *, user_agent: str) -> bytes:
    """The bytes of the whole request. Raises ``NetworkFailure`` (malformed)."""
    content = body(request)
    fields = {"Host": _printable(request.origin.netloc), **head(request, user_agent=user_agent)}
    if content or request.method == "POST":
        fields["Content-Length"] = b"%d" % len(content)
    start = f"{request.method} {target(request)} HTTP/1.1".encode()
    lines = [name.encode() + b": " + value for name, value in fields.items()]
    return b"\r\n".join([start, *lines, b"", content])


def head(request: Request, *, user_agent: str) -> dict[str, bytes]:
    """All header fields of a request. Raises ``NetworkFailure`` (malformed).

    Refuses a value with a line break or another control character, because such a login would
    become a header of its own (RFC 9110 section 5.5). Asks for answers without an encoding.
    """
    fields = {
        "User-Agent": _printable(user_agent),
        "Accept": _printable(request.accept),
        "Accept-Encoding": b"identity",
    }
    if isinstance(request.authorization, SignedHeaders):
        fields |= {_name(name): _revealed(value) for name, value in request.authorization.fields}
    elif request.authorization is not None:
        name, value = _authorization(request.authorization)
        fields[name] = value
    if request.content is not None:
        fields["Content-Type"] = _printable(
            request.content.media_type or USUAL[request.content.form]
        )
    return fields


def body(request: Request) -> bytes:
    """The encoded body; empty for most requests. Raises ``NetworkFailure`` (malformed)."""
    if request.content is None:
        return b""
    plain = {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in request.content.fields
    }
    encoded: bytes | None = None
    try:
        text = urlencode(plain) if request.content.form == "form" else json.dumps(plain)
        encoded = text.encode()
    except UnicodeEncodeError:
        encoded = None
    if encoded is None:
        raise unsendable()
    return encoded


def unsendable() -> NetworkFailure:
    """The failure of a request that we must not send."""
    return NetworkFailure(FailureKind.MALFORMED, detail="unsendable")


def _authorization(given: Basic | Bearer | HeaderToken) -> tuple[str, bytes]:
    if isinstance(given, Basic):
        pair = _printable(given.username) + b":" + _revealed(given.password)
        return "Authorization", b"Basic " + base64.b64encode(pair)
    if isinstance(given, Bearer):
        return "Authorization", b"Bearer " + _revealed(given.token)
    return _name(given.name), _revealed(given.token)


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise unsendable()
    return name


def _revealed(secret: Secret) -> bytes:
    return _printable(secret.reveal())


def _printable(text: str) -> bytes:
    encoded: bytes | None = None
    try:
        encoded = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair; the error would quote the text
        encoded = None
    if encoded is None or CONTROL.search(encoded):
        raise unsendable()
    return encoded
