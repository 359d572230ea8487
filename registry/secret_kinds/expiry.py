"""When a secret ends, where the secret itself says so: read offline, never verified."""

import base64
import binascii
from datetime import UTC, datetime

from registry.protocol.json_reader import read_object
from registry.protocol.jwt import read_claims
from registry.secret import Secret

LONGEST_TEXT = 65536


def jwt_end(text: str) -> datetime | None:
    """The `exp` of a JWT (RFC 7519 section 4.1.4); None when it has none or is opaque."""
    claims = read_claims(Secret(text))
    return claims.expires_at if claims else None


def ecr_password_end(text: str) -> datetime | None:
    """The end of an ECR password: base64 of a JSON object with `expiration` in epoch seconds.

    It starts like a JWT and has no dots. None when it is something else. Source: the format
    that `aws ecr get-login-password` prints.
    """
    if len(text) > LONGEST_TEXT or "." in text:
        return None
    try:
        seconds = read_object(base64.b64decode(text, validate=True)).number("expiration")
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (binascii.Error, ValueError, OverflowError, OSError):
        return None
