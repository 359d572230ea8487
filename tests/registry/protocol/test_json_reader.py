"""The JSON reader returns plain and short values from any JSON."""

import json

import pytest

from registry.protocol.json_reader import MAX_WORDS, read_object
from registry.protocol.strict_json import MAX_BYTES


def test_words_are_read_in_their_order_and_the_rest_is_left_out() -> None:
    body = json.dumps({"scopes": ["read_api", "", 1, None, "a b", "<b>", "x" * 65, ["y"], "api"]})
    assert read_object(body.encode()).words("scopes") == ("read_api", "api")


def test_a_list_without_an_end_fills_nothing() -> None:
    many = [f"s{number}" for number in range(7000)]
    body = json.dumps({"scopes": many}).encode()
    assert 60_000 < len(body) <= MAX_BYTES
    assert read_object(body).words("scopes") == tuple(many[:MAX_WORDS])


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"scopes": {}}', b'{"scopes": "api"}'])
def test_where_no_list_is_there_are_no_words(body: bytes) -> None:
    assert read_object(body).words("scopes") == ()
