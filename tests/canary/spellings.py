"""The spellings in which a secret can appear, and the search for them in bytes."""

import base64
import gzip
import html
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, quote_plus

LONGEST = 96  # of a longer secret we search for pieces, because pages of a file may split it
PIECE = 12
RANDOM = re.compile(r"[0-9A-Za-z]{24}$")


@dataclass(frozen=True)
class Canary:
    """A secret of this kind, and the user name sent with it."""

    kind: str
    secret: str
    username: str = ""

    @cached_property
    def spellings(self) -> dict[bytes, str]:
        """Every spelling to search for, with its name."""
        found: dict[bytes, str] = {}
        for text in self._texts():
            for name, spelling in _encodings(text):
                found.setdefault(spelling, name)
        if self.username:
            both = base64.b64encode(f"{self.username}:{self.secret}".encode())
            found.setdefault(both[:128], "base64 of both")
        return found

    def _texts(self) -> Iterator[str]:
        if len(self.secret) <= LONGEST:
            yield self.secret
        else:
            middle = len(self.secret) // 2
            yield from (self.secret[:64], self.secret[middle : middle + 64], self.secret[-64:])
        if tail := RANDOM.search(self.secret):
            yield tail[0]
            yield tail[0][:PIECE]
            yield tail[0][-PIECE:]


def _encodings(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    yield "plain", raw
    yield "JSON", json.dumps(text)[1:-1].encode()
    yield "JSON as it is", json.dumps(text, ensure_ascii=False)[1:-1].encode()
    yield "HTML", html.escape(text).encode()
    yield "HTML by Django", html.escape(text).replace("&#x27;", "&#39;").encode()
    yield "URL", quote(text, safe="").encode()
    yield "form", quote_plus(text).encode()
    yield "repr", repr(text)[1:-1].encode()
    yield "repr of bytes", repr(raw)[2:-1].encode()
    yield "repr of repr", repr(repr(text))[2:-2].encode()
    yield "UTF-16", text.encode("utf-16-le")
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "reversed", text[::-1].encode()
    for offset in range(3):
        yield f"base64 at {offset}", _inside_base64(raw, offset, base64.b64encode)
        yield f"base64url at {offset}", _inside_base64(raw, offset, base64.urlsafe_b64encode)


def _inside_base64(raw: bytes, offset: int, encode: object) -> bytes:
    """The part of the encoded text that does not depend on the bytes before and after."""
    assert callable(encode)
    encoded: bytes = encode(b"\0" * offset + raw)
    start = {0: 0, 1: 2, 2: 3}[offset]
    whole = (offset + len(raw)) * 8 // 6
    return encoded[start:whole]


def unpacked(content: bytes) -> Iterator[bytes]:
    """The content, and its decompressed forms."""
    yield content
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(content)
    with suppress(zlib.error):
        yield zlib.decompress(content)


def found_in(content: bytes, canary: Canary) -> str:
    """The name of the spelling of the canary in the content; empty if it is not there."""
    for layer in unpacked(content):
        for spelling, name in canary.spellings.items():
            if spelling in layer:
                return name
    return ""
