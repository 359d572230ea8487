"""Reads a Google service account's JSON key offline; the addresses in it are never used. Pure."""

import base64
import binascii
import json
import re

from registry.protocol.json_reader import JsonReader, read_object

LONGEST_KEY = 16384
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+")
PEM = re.compile(
    r"-----BEGIN ((?:RSA )?PRIVATE KEY)-----\s[A-Za-z0-9+/=\s]{64,}-----END \1-----\s*"
)


def is_damaged_key(text: str) -> bool:
    """True if the text is not a complete key of a service account. Never raises.

    A complete key is a JSON object of the type `service_account` with the account's address and a
    private key between its two lines. Source: cloud.google.com/iam/docs/keys-create-delete.
    """
    key = read_object(text.encode("utf-8", "replace"))
    return not (
        key.text("type") == "service_account"
        and MAIL.fullmatch(key.text("client_email"))
        and PEM.fullmatch(_long_text(key, "private_key"))
    )


def is_damaged_base64_key(text: str) -> bool:
    """True if the text is not the base64 of a complete key. Never raises."""
    try:
        return is_damaged_key(base64.b64decode(text, validate=True).decode())
    except (binascii.Error, ValueError):
        return True


def on_one_line(text: str) -> str:
    """Return the key without line breaks, because a header cannot contain them; else the text."""
    fields = read_object(text.encode("utf-8", "replace")).fields
    return json.dumps(fields, separators=(",", ":")) if fields else text


def _long_text(key: JsonReader, name: str) -> str:
    value = key.get(name)
    return value if isinstance(value, str) and len(value) <= LONGEST_KEY else ""
