"""The end that a secret itself contains."""

import base64
import json
from datetime import UTC, datetime

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.secret_kinds.expiry import ecr_password_end, jwt_end

END = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
KEY = "made-up-key-of-thirty-two-bytes-"


def ecr(**fields: object) -> str:
    return base64.b64encode(json.dumps({"version": "2", **fields}).encode()).decode()


def test_a_jwt_tells_its_end() -> None:
    assert jwt_end(jwt.encode({"exp": int(END.timestamp())}, KEY, "HS256")) == END


@pytest.mark.parametrize("text", ["", "made-up", "a.b.c", jwt.encode({"sub": "x"}, KEY, "HS256")])
def test_what_is_no_jwt_or_endless_tells_nothing(text: str) -> None:
    assert jwt_end(text) is None


def test_an_ecr_password_tells_its_end() -> None:
    assert ecr_password_end(ecr(expiration=int(END.timestamp()))) == END


@pytest.mark.parametrize(
    "text",
    ["", "made-up", ecr(), ecr(expiration="soon"), ecr(expiration=-1), ecr(expiration=10**30)],
)
def test_what_is_no_ecr_password_tells_nothing(text: str) -> None:
    assert ecr_password_end(text) is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert ecr_password_end(text) is None or "." not in text
    jwt_end(text)
