"""Bodies of refusals: any body becomes codes and a short text."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.protocol.errors import ErrorBody, read_errors, read_start
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
    start = time.thread_time()
    read = read_errors(sign * (1_000_000 // len(sign)), "text/html")
    assert time.thread_time() - start < 1
    assert len(read.text) <= 200


def test_what_lies_beyond_64_kib_is_not_seen() -> None:
    assert read_errors(b" " * MAX_BYTES + b"beyond", "text/plain").text == ""


def test_at_most_sixteen_errors_are_read() -> None:
    body = b'{"errors":[' + b",".join(b'{"code":"%c"}' % (65 + i) for i in range(20)) + b"]}"
    assert len(read_errors(body, "application/json").codes) == 16


STARTS = {
    "a page by its type": (b"Welcome", "text/html", "html"),
    "a page by its mark": (b"\n<!DOCTYPE html><html>", "", "html"),
    "a page behind a mark of the byte order": (b"\xef\xbb\xbf<html>", "text/plain", "html"),
    "half an object": (b'{"errors":[{"code":"DENIED"', "application/json", "json"),
    "an object and spaces": (b'{"errors":[{"code":"DENIED"}]}' + b" " * 70000, "", "json"),
    "half a list": (b' [{"code":', "text/plain", "json"),
    "JSON by its type only": (b"", "application/json", "json"),
    "a type that lies": (b"made-up words", "application/json", "text"),
    "nothing": (b"", "", "text"),
    "spaces": (b" " * 70000, "", "text"),
    "binary": (b"\xff\x00" * 40000, "application/octet-stream", "text"),
}


@pytest.mark.parametrize("name", STARTS)
def test_the_start_of_a_body_shows_its_form_and_no_code(name: str) -> None:
    start, content_type, looks = STARTS[name]
    read = read_start(start, content_type)
    assert (read.looks, read.codes) == (looks, ())
    assert len(read.text) <= 200


def test_the_start_of_a_body_has_words_for_rules() -> None:
    assert read_start(b"<html><script>x</script><p>Too many logins", "").text == "Too many logins"
