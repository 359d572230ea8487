"""The request's head: what we tell a server about us, and the login, encoded by ourselves."""

import base64
import re
from urllib.parse import quote, urlencode

from registry.exchange import (
    Authorization,
    Basic,
    Bearer,
    FailureKind,
    NetworkFailure,
    Request,
)
from registry.secret import Secret

CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
PATH_SIGNS = "/:@!$&'()*+,;=~-._%"  # RFC 3986 section 3.3, and what is encoded already


def target(request: Request) -> str:
    """The request target: path and query, encoded. Raises ``NetworkFailure`` (malformed)."""
    encoded = None
    try:
        encoded = quote(request.path, safe=PATH_SIGNS)
        if request.query:
            encoded += "?" + urlencode(request.query)
    except UnicodeEncodeError:
        encoded = None  # raised below, where the text is no part of the error
    if encoded is None or not encoded.startswith("/"):
        raise unsendable()
    return encoded


def head(request: Request, *, user_agent: str) -> dict[str, bytes]:
    """All header fields of a request. Raises ``NetworkFailure`` (malformed).

    A value with a line break or another control sign is refused: such a login would become a
    header of its own (RFC 9110 section 5.5). Answers are asked for as they are: no encoding.
    """
    fields = {
        "User-Agent": _printable(user_agent),
        "Accept": _printable(request.accept),
        "Accept-Encoding": b"identity",
    }
    if request.authorization is not None:
        name, value = _authorization(request.authorization)
        fields[name] = value
    return fields


def unsendable() -> NetworkFailure:
    """The failure of a request that must not be put on the wire."""
    return NetworkFailure(FailureKind.MALFORMED, detail="unsendable")


def _authorization(given: Authorization) -> tuple[str, bytes]:
    if isinstance(given, Basic):
        pair = _printable(given.username) + b":" + _revealed(given.password)
        return "Authorization", b"Basic " + base64.b64encode(pair)
    if isinstance(given, Bearer):
        return "Authorization", b"Bearer " + _revealed(given.token)
    if not NAME.fullmatch(given.name):
        raise unsendable()
    return given.name, _revealed(given.token)


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
