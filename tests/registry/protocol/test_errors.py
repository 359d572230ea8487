"""Bodies of refusals: any body becomes codes and a short text."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.protocol.errors import ErrorBody, read_errors
from registry.protocol.strict_json import MAX_BYTES
from tests.registry.protocol.test_token import JSON
from tests.registry.rows import Row, each

MARKUP = st.text(st.sampled_from('<>/!-{}[]":,\\ errorscodmgiptyl\x00\x1b\u202e'), max_size=120)


@each("errors", "read")
def test_a_refusal_is_read(row: Row) -> None:
    read = read_errors(row["body"].encode(), row["content_type"])
    assert read == ErrorBody(tuple(row["codes"]), row["text"], row["looks"])


@given(
    st.binary(max_size=200) | MARKUP.map(str.encode) | JSON.map(json.dumps).map(str.encode),
    st.text(max_size=20),
)
def test_whatever_comes_the_text_is_short_printable_and_without_tags(
    body: bytes, content_type: str
) -> None:
    read = read_errors(body, content_type)
    assert len(read.text) <= 200
    assert read.text.isprintable()
    assert not re.search(r"<[^<>]*>", read.text)
    assert all(re.fullmatch(r"[A-Z_]{1,64}", code) for code in read.codes)
    assert read.looks in {"json", "html", "text", "empty"}


@pytest.mark.parametrize(
    "sign",
    [b"<", b"<a", b"<script", b"<script></script>", b"</", b"<style>", b" ", b"\xff", b"[", b'"\\'],
)
def test_the_worst_megabyte_is_read_at_once(sign: bytes) -> None:
    start = time.monotonic()
    read = read_errors(sign * (1_000_000 // len(sign)), "text/html")
    assert time.monotonic() - start < 1
    assert len(read.text) <= 200


def test_what_lies_beyond_64_kib_is_not_seen() -> None:
    assert read_errors(b" " * MAX_BYTES + b"beyond", "text/plain").text == ""


def test_at_most_sixteen_errors_are_read() -> None:
    body = b'{"errors":[' + b",".join(b'{"code":"%c"}' % (65 + i) for i in range(20)) + b"]}"
    assert len(read_errors(body, "application/json").codes) == 16
