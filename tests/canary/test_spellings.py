"""The search finds a secret however it is wrapped, and nothing where there is none."""

import base64
import gzip
import html
import json
import zlib
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest

from tests.canary.secrets import new_canaries
from tests.canary.spellings import Canary, found_in

CANARIES = {canary.kind: canary for canary in new_canaries()}
WRAPPED: dict[str, Callable[[str], bytes]] = {
    "plain": lambda s: f"before {s} after".encode(),
    "json": lambda s: json.dumps({"password": s}).encode(),
    "json as it is": lambda s: json.dumps([s], ensure_ascii=False).encode(),
    "html": lambda s: f"<p>{html.escape(s)}</p>".encode(),
    "address": lambda s: f"/there/?q={quote(s)}".encode(),
    "form": lambda s: urlencode({"secret": s, "act": "add"}).encode(),
    "repr": lambda s: repr({"secret": s}).encode(),
    "repr of bytes": lambda s: repr(s.encode()).encode(),
    "hex": lambda s: s.encode().hex().encode(),
    "reversed": lambda s: s[::-1].encode(),
    "base64": lambda s: base64.b64encode(f"a:{s}".encode()),
    "base64 at 1": lambda s: base64.b64encode(f"{s}, in the middle".encode()),
    "base64 at 2": lambda s: base64.b64encode(f"ab{s} and more".encode()),
    "base64url": lambda s: base64.urlsafe_b64encode(f"kept:{s}!".encode()),
    "base64 of json": lambda s: base64.b64encode(json.dumps([s, 1]).encode()),
    "gzip": lambda s: gzip.compress(f"before {s} after".encode()),
    "zlib": lambda s: zlib.compress(f"before {s} after".encode()),
}


@pytest.mark.parametrize("kind", CANARIES)
@pytest.mark.parametrize("how", WRAPPED)
def test_it_is_found(kind: str, how: str) -> None:
    canary = CANARIES[kind]
    assert found_in(WRAPPED[how](canary.secret), canary)


def test_basic_authorization_is_found_with_its_user_name() -> None:
    canary = Canary("plain", "short", "ci-reader")
    header = b"Authorization: Basic " + base64.b64encode(b"ci-reader:short")
    assert found_in(header, canary)


@pytest.mark.parametrize("kind", CANARIES)
def test_a_piece_of_it_is_found(kind: str) -> None:
    canary = CANARIES[kind]
    assert found_in(f"It began {canary.secret[-24:-12]}…".encode(), canary)


@pytest.mark.parametrize("kind", CANARIES)
def test_another_secret_of_the_kind_is_not_it(kind: str) -> None:
    other = next(canary for canary in new_canaries() if canary.kind == kind)
    assert found_in(other.secret.encode(), CANARIES[kind]) == ""
