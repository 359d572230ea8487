"""Read the claims of a token without verifying it: the registry's own answer brought it."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from registry.protocol.strict_json import NotJson, read_json
from registry.secret import Secret

TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
WORD = re.compile(r"[a-z0-9_.-]{1,64}")
ACTION = re.compile(r"[A-Za-z_.-]{1,64}|\*")
MAX_TEXT = 255


@dataclass(frozen=True)
class Access:
    """One entry of the `access` claim (distribution's docs/content/spec/auth/jwt.md)."""

    type: str
    name: str
    actions: frozenset[str]


@dataclass(frozen=True)
class Claims:
    """The claims of a JWT. Absent texts are empty, absent times None; times are aware, UTC.

    ``access`` is None if the token does not name its rights, or not in a readable form; it is
    empty if the token says that it allows nothing.
    """

    access: tuple[Access, ...] | None = None
    subject: str = ""
    auth_type: str = ""
    expires_at: datetime | None = None
    issued_at: datetime | None = None
    not_before: datetime | None = None
    audience: tuple[str, ...] = ()


def is_token(text: str) -> bool:
    """True if a text fits into an `Authorization` header: printable ASCII, at most 16 KiB."""
    return TOKEN.fullmatch(text) is not None


def read_claims(token: Secret) -> Claims | None:
    """The claims of a JWT (RFC 7519); None when the token is opaque. Never raises.

    Nothing verifies the token: its claims may inform a verdict on this token, and must never
    decide who somebody is.
    """
    payload = read_payload(token)
    if payload is None:
        return None
    return Claims(
        access=_access(payload["access"]) if "access" in payload else None,
        subject=_text(payload.get("sub")),
        auth_type=_word(payload.get("auth_type")),
        expires_at=_time(payload.get("exp")),
        issued_at=_time(payload.get("iat")),
        not_before=_time(payload.get("nbf")),
        audience=_audience(payload.get("aud")),
    )


def read_payload(token: Secret) -> dict[str, Any] | None:
    """The whole payload of a JWT, unchecked; None when the token is opaque. Never raises.

    For claims that only one provider writes. Nothing verifies the token.
    """
    text = token.reveal()
    parts = text.split(".")
    if not is_token(text) or len(parts) != 3 or not BASE64URL.fullmatch(parts[1]):
        return None
    try:
        payload = read_json(base64.urlsafe_b64decode(parts[1].rstrip("=") + "=="))
    except (binascii.Error, NotJson):
        return None
    return payload if isinstance(payload, dict) else None


def granted(claims: Claims | None, repository: str) -> frozenset[str] | None:
    """The actions that the token allows on this repository; None when it names no access."""
    if claims is None or claims.access is None:
        return None
    entries = (entry for entry in claims.access if entry.type == "repository")
    mine = (entry.actions for entry in entries if entry.name == repository)
    return frozenset().union(*mine)


def _access(claim: object) -> tuple[Access, ...] | None:
    """Go's token servers write an empty list as `null`: the token allows nothing."""
    if claim is None:
        return ()
    if not isinstance(claim, list):
        return None
    entries = [_entry(item) for item in claim]
    return None if None in entries else tuple(entry for entry in entries if entry is not None)


def _entry(item: object) -> Access | None:
    if not isinstance(item, dict):
        return None
    kind, name, actions = item.get("type"), item.get("name"), item.get("actions")
    actions = [] if actions is None else actions
    if not isinstance(kind, str) or not isinstance(name, str) or not isinstance(actions, list):
        return None
    if not all(isinstance(action, str) and ACTION.fullmatch(action) for action in actions):
        return None
    if not _text(kind) or not _text(name):
        return None
    return Access(kind, name, frozenset(actions))


def _text(claim: object) -> str:
    if isinstance(claim, str) and len(claim) <= MAX_TEXT and claim.isprintable():
        return claim
    return ""


def _word(claim: object) -> str:
    return claim if isinstance(claim, str) and WORD.fullmatch(claim) else ""


def _audience(claim: object) -> tuple[str, ...]:
    listed = claim if isinstance(claim, list) else [claim]
    return tuple(filter(None, map(_text, listed[:8])))


def _time(claim: object) -> datetime | None:
    """A NumericDate (RFC 7519 section 2): seconds since 1970, UTC."""
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return datetime.fromtimestamp(claim, UTC)
    except (ValueError, OverflowError, OSError):
        return None
