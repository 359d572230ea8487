"""Recognizes damaged tokens offline, by their check digits. Pure."""

import re
import zlib

_ROUTABLE = re.compile(
    r"(?P<body>(?:[\w-]+-)?gl[a-z]+-[\w-]{20,}\.(?:\d\d\.)?[0-9a-z]{2})(?P<crc>[0-9a-z]{7})"
)
_CUT = re.compile(r"(?:[\w-]+-)?gl[a-z]+-[\w-]{20,}\.\d\d\.[0-9a-z]{0,8}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def is_damaged_routable_token(text: str) -> bool:
    """True if this is a routable GitLab token that was cut or mistyped. Never raises.

    Its last seven characters are the CRC-32 of all before them, in base 36 with leading zeros,
    prefix included (GitLab, lib/authn/token_field/generator/routable_token.rb). The result for a
    token without check digits is always False.
    """
    if _CUT.fullmatch(text):
        return True
    match = _ROUTABLE.fullmatch(text)
    return match is not None and check_digits(match["body"]) != match["crc"]


def check_digits(body: str) -> str:
    """Return the CRC-32 of the text's UTF-8 bytes, as seven characters of base 36."""
    rest = zlib.crc32(body.encode())
    digits = ""
    while rest:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return digits.rjust(7, "0")
