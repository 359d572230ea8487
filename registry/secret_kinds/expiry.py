"""Reads the end of a secret from the secret itself, without verifying it. Pure."""

import base64
import binascii
from datetime import UTC, datetime

from registry.protocol.json_reader import read_object
from registry.protocol.jwt import read_claims
from registry.secret import Secret

LONGEST_TEXT = 65536


def jwt_end(text: str) -> datetime | None:
    """Return the `exp` of a JWT (RFC 7519 section 4.1.4) in UTC; None if there is none."""
    claims = read_claims(Secret(text))
    return claims.expires_at if claims else None


def ecr_password_end(text: str) -> datetime | None:
    """Return the end of an ECR password in UTC; None for any other text. Never raises.

    It is the base64 of a JSON object with `expiration` in seconds since 1970. It starts like a JWT
    and has no dots. Source: the format that `aws ecr get-login-password` prints.
    """
    if len(text) > LONGEST_TEXT or "." in text:
        return None
    try:
        seconds = read_object(base64.b64decode(text, validate=True)).number("expiration")
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (binascii.Error, ValueError, OverflowError, OSError):
        return None
