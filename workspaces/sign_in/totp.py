"""Codes of authenticator apps (RFC 6238): a seed, its codes, and the drawing that an app reads."""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import qrcode
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.utils.crypto import constant_time_compare

PERIOD_S = 30
SEED_BYTES = 20
ISSUER = "Lockkeeper"


@dataclass(frozen=True)
class Drawing:
    """A QR code: ``path`` draws its dark squares in a square of ``size`` units."""

    size: int
    path: str


def new_seed() -> str:
    """160 random bits in base 32, as RFC 4226 section 4 wants them."""
    return b32encode(secrets.token_bytes(SEED_BYTES)).decode()


def step_of(seed: str, code: str, *, now: float) -> int | None:
    """The time step whose code this is: the present one or a neighbor; None if it is none.

    ``now`` is in seconds since 1970. Blanks in the code do not count.
    """
    typed, present = "".join(code.split()), int(now) // PERIOD_S
    tolerance = settings.MFA_TOTP_TOLERANCE
    for step in range(present - tolerance, present + tolerance + 1):
        if constant_time_compare(format_hotp_value(hotp_value(seed, step)), typed):
            return step
    return None


def url_for(seed: str, address: str) -> str:
    """The address that an app opens to take the seed.

    https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    """
    label = quote(f"{ISSUER}:{address}")
    query = urlencode({"secret": seed, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"


def drawing_of(text: str) -> Drawing:
    """The QR code of a text, with the blank border that readers need."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    squares = (
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return Drawing(len(rows), "".join(squares))


def spaced(seed: str) -> str:
    """The seed in groups of four, for somebody who types it."""
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))
