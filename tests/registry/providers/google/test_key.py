"""A Google service account's key and the times in Google's answers."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.providers.google.api import read_epoch
from registry.providers.google.key import is_damaged_base64_key, is_damaged_key, on_one_line

PEM = f"-----BEGIN PRIVATE KEY-----\n{'MADEUP' * 20}\n-----END PRIVATE KEY-----\n"
KEY = {
    "type": "service_account",
    "private_key": PEM,
    "client_email": "ci-reader@example-project.iam.gserviceaccount.com",
}


def test_a_whole_key_is_not_damaged() -> None:
    text = json.dumps(KEY, indent=2)
    assert not is_damaged_key(text)
    assert not is_damaged_base64_key(base64.b64encode(text.encode()).decode())


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "authorized_user"},
        {"type": None},
        {"client_email": "nobody"},
        {"client_email": 7},
        {"private_key": PEM[:70]},
        {"private_key": PEM.replace("END PRIVATE", "END RSA PRIVATE")},
        {"private_key": ["MADEUP"]},
    ],
)
def test_a_key_that_lacks_a_part_is_damaged(fields: dict[str, Any]) -> None:
    assert is_damaged_key(json.dumps({**KEY, **fields}))


@pytest.mark.parametrize("text", ["", "{", "[]", "made-up", "eyJNQURFVVA", "{}"])
def test_what_is_no_key_at_all_is_damaged(text: str) -> None:
    assert is_damaged_key(text)
    assert is_damaged_base64_key(text)


def test_a_key_is_sent_on_one_line_and_stays_the_same_key() -> None:
    line = on_one_line(json.dumps(KEY, indent=2))
    assert line.isprintable()
    assert json.loads(line) == KEY


def test_what_is_no_key_is_sent_as_it_is() -> None:
    assert on_one_line("{made-up") == "{made-up"


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert is_damaged_key(text)
    assert is_damaged_base64_key(text)
    assert on_one_line(text) is not None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1795183200", datetime(2026, 11, 20, 14, 0, tzinfo=UTC)),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("999999999999", None),
        ("9" * 40, None),
        ("١٢٣", None),
    ],
)
def test_a_moment_in_seconds_is_read(text: str, moment: datetime | None) -> None:
    assert read_epoch(text) == moment
