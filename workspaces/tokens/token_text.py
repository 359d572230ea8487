"""The text of a token: ``lkk_``, 30 random characters, and a checksum of six. Pure.

The form is the one of GitHub's tokens: a scanner tells a token from a random text offline. The
alphabet is 0-9, A-Z, a-z; the checksum is the CRC32 of the 30 characters.
"""

import hashlib
import re
import secrets
import zlib

PREFIX = "lkk_"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_LENGTH, CHECKSUM_LENGTH, SHOWN_LENGTH = 30, 6, 8
TOKEN_PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}")


def new_token_text() -> str:
    """A new token with 178 bits from the operating system."""
    return with_checksum("".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH)))


def with_checksum(body: str) -> str:
    """The token of these 30 characters."""
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return f"{PREFIX}{body}{digits}"


def is_token_text(text: str) -> bool:
    """True if the text has the form of a token and its checksum is right."""
    if TOKEN_PATTERN.fullmatch(text) is None:
        return False
    body = text[len(PREFIX) : len(PREFIX) + RANDOM_LENGTH]
    return secrets.compare_digest(text, with_checksum(body))


def api_token_hash(text: str) -> str:
    """What is stored of a token. It is random enough for a plain SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def token_start(text: str) -> str:
    """The part of a token that people may see."""
    return text[: len(PREFIX) + SHOWN_LENGTH]
