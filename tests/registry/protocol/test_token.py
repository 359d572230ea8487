"""The tokens of sign-ins, and their claims."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.protocol.jwt import Access, Claims, granted, read_claims
from registry.protocol.strict_json import MAX_BYTES, MAX_DEPTH
from registry.protocol.token import TokenAnswer, Unreadable, parse_token_answer
from registry.secret import Secret
from tests.registry.rows import Row, each

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
KNOWN = ["access", "sub", "auth_type", "exp", "iat", "aud", "token", "access_token", "expires_in"]
ODD_CLAIMS = st.dictionaries(st.sampled_from(KNOWN), JSON)
KEY = "made-up-key-of-more-than-thirty-two-bytes"


def signed(claims: dict[str, Any]) -> Secret:
    return Secret(jwt.encode(claims, KEY, algorithm="HS256"))


def unsigned(payload: bytes) -> Secret:
    return Secret(f"e30.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}.made-up")


@each("tokens", "read")
def test_a_token_is_read(row: Row) -> None:
    answer = parse_token_answer(row["body"].encode())
    issued = row.get("issued_at")
    assert answer == TokenAnswer(
        Secret(row["token"]),
        row.get("expires_in_s"),
        datetime.fromisoformat(issued) if issued else None,
    )


@each("tokens", "refused")
def test_what_is_no_token_is_unreadable_and_says_why(row: Row) -> None:
    assert parse_token_answer(row["body"].encode()) == Unreadable(row["reason"])


def test_a_time_without_an_offset_is_utc_wherever_we_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        answer = parse_token_answer(b'{"token":"made.up.token","issued_at":"2026-11-20T10:00:00"}')
    finally:
        monkeypatch.undo()
        time.tzset()
    assert isinstance(answer, TokenAnswer)
    assert answer.issued_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_token_has_at_most_16_kib() -> None:
    longest = parse_token_answer(json.dumps({"token": "a" * 16384}).encode())
    assert isinstance(longest, TokenAnswer)
    assert parse_token_answer(json.dumps({"token": "a" * 16385}).encode()) == Unreadable(
        "bad_token"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\xfe{}", "not_json"),
        (b'{"token":"\xff"}', "not_json"),
        (json.dumps({"token": "made.up.token"}).encode("utf-16"), "not_json"),
        (b'{"token":"made.up.token"}' + b" " * MAX_BYTES, "too_large"),
        (b'{"token":' + b"[" * 100_000, "too_large"),
        (b'{"token":' + b"[" * 60_000, "too_deep"),
        (b'{"a":' * 20 + b"[" + b"]" + b"}" * 20, "too_deep"),
    ],
)
def test_bytes_that_no_text_could_be_are_unreadable(body: bytes, reason: str) -> None:
    assert parse_token_answer(body) == Unreadable(reason)


def test_twenty_levels_are_read_and_brackets_in_texts_do_not_count() -> None:
    inner = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    body = f'{{"x":{inner},"y":"{"[" * 99}\\"{{","token":"made.up.token"}}'
    assert isinstance(parse_token_answer(body.encode()), TokenAnswer)


@given(st.binary(max_size=200) | JSON.map(lambda v: json.dumps(v).encode()))
def test_no_answer_makes_reading_tokens_raise(body: bytes) -> None:
    assert isinstance(parse_token_answer(body), TokenAnswer | Unreadable)


@given(ODD_CLAIMS)
def test_odd_values_are_either_a_token_or_unreadable(answer: dict[str, Any]) -> None:
    read = parse_token_answer(json.dumps(answer).encode())
    if isinstance(read, TokenAnswer):
        assert read.token.reveal() in (answer.get("token"), answer.get("access_token"))
        assert read.expires_in_s is None or read.expires_in_s > 0


@pytest.mark.parametrize("sign", [b"[", b'"', b'\\"', b'"\\', b"{", b'{"a":', b"9", b"\\"])
def test_the_worst_64_kib_are_refused_at_once(sign: bytes) -> None:
    start = time.thread_time()
    assert isinstance(parse_token_answer((sign * MAX_BYTES)[:MAX_BYTES]), Unreadable)
    assert time.thread_time() - start < 1


def test_an_answer_does_not_show_its_token() -> None:
    answer = parse_token_answer(b'{"token":"made.up.token"}')
    assert "made.up" not in f"{answer!r} {answer}"


def test_gitlabs_claims_are_read() -> None:
    now = datetime(2026, 11, 20, 10, tzinfo=UTC)
    entry = {"type": "repository", "name": "group/project", "actions": ["pull", "push"]}
    claims = read_claims(
        signed(
            {
                "access": [entry | {"meta": {"project_id": 5}}],
                "sub": "project_5_bot",
                "auth_type": "personal_access_token",
                "aud": "container_registry",
                "iat": now,
                "exp": now + timedelta(minutes=5),
            }
        )
    )
    assert claims == Claims(
        access=(Access("repository", "group/project", frozenset({"pull", "push"})),),
        subject="project_5_bot",
        auth_type="personal_access_token",
        expires_at=now + timedelta(minutes=5),
        issued_at=now,
        audience=("container_registry",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "glpat-MADEUPMADEUPMADEUP12", "made.up.token", "a.b", "..", "a..c", "e30.e30.x.y.z",
        "e30.W10.x", "e30.IngI.x", "e30.e3.x", "e30.e.x", "e30.!!!!.x", "e30.e30 .x", "e30.e30.\n",
        "e30.é.x", "e30.e30." + "x" * 16384, "e30._w.x",
    ],
)  # fmt: skip
def test_an_opaque_token_claims_nothing(text: str) -> None:
    assert read_claims(Secret(text)) is None


def test_a_token_of_exactly_16_kib_is_read() -> None:
    assert read_claims(Secret("e30.e30." + "x" * (16384 - 8))) == Claims()


def test_a_payload_that_is_too_deep_or_ambiguous_claims_nothing() -> None:
    assert read_claims(unsigned(b'{"a":' + b"[" * 9000)) is None
    assert read_claims(unsigned(b'{"exp":1,"exp":2}')) is None


@pytest.mark.parametrize(
    ("access", "read"),
    [
        ([], frozenset()),
        (None, frozenset()),
        ([{"type": "repository", "name": "a/b", "actions": None}], frozenset()),
        ([{"type": "repository", "name": "a/b"}], frozenset()),
        ([{"type": "repository", "name": "a/b", "actions": ["pull", "*"]}], {"pull", "*"}),
        ([{"type": "repository", "name": "a/c", "actions": ["pull"]}], frozenset()),
        ([{"type": "repository", "name": "A/b", "actions": ["pull"]}], frozenset()),
        ([{"type": "registry", "name": "a/b", "actions": ["pull"]}], frozenset()),
        ("pull", None),
        ({"type": "repository"}, None),
        (["repository:a/b:pull"], None),
        ([{"type": 5, "name": "a/b", "actions": ["pull"]}], None),
        ([{"type": "repository", "name": None, "actions": ["pull"]}], None),
        ([{"type": "repository", "name": "a\x00", "actions": ["pull"]}], None),
        ([{"type": "repository", "name": "a/b", "actions": "pull"}], None),
        ([{"type": "repository", "name": "a/b", "actions": [5]}], None),
        ([{"type": "repository", "name": "a/b", "actions": ["<b>"]}], None),
    ],
)
def test_what_is_granted_is_empty_when_told_and_none_when_not_readable(
    access: object, read: frozenset[str] | None
) -> None:
    payload = json.dumps({"access": access}).encode()
    assert granted(read_claims(unsigned(payload)), "a/b") == read


def test_several_entries_of_one_repository_add_up() -> None:
    entries = [{"type": "repository", "name": "a/b", "actions": [it]} for it in ("pull", "push")]
    assert granted(read_claims(signed({"access": entries})), "a/b") == frozenset({"pull", "push"})


def test_a_token_without_the_claim_does_not_say_what_it_grants() -> None:
    assert granted(read_claims(signed({"sub": "robot"})), "a/b") is None
    assert granted(None, "a/b") is None


@pytest.mark.parametrize("moment", [True, "1", None, [], float("inf"), 10**30, -(10**30)])
def test_a_time_that_is_none_counts_as_not_said(moment: object) -> None:
    claims = read_claims(unsigned(json.dumps({"exp": moment, "iat": 0}).encode()))
    assert claims is None if moment == float("inf") else claims is not None
    if claims is not None:
        assert claims.expires_at is None
        assert claims.issued_at == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claim", "value", "read"),
    [
        ("aud", ["a", "b", 5], ("a", "b")),
        ("aud", None, ()),
        ("sub", "x" * 256, ""),
        ("sub", "a\nb", ""),
        ("auth_type", "Personal Token", ""),
    ],
)
def test_texts_are_short_and_printable_or_absent(claim: str, value: object, read: object) -> None:
    claims = read_claims(unsigned(json.dumps({claim: value}).encode()))
    field = {"aud": "audience", "sub": "subject"}.get(claim, claim)
    assert getattr(claims, field) == read


@given(st.text(max_size=100) | ODD_CLAIMS.map(lambda c: unsigned(json.dumps(c).encode()).reveal()))
def test_no_token_makes_reading_claims_raise(text: str) -> None:
    claims = read_claims(Secret(text))
    assert claims is None or isinstance(claims, Claims)
    assert granted(claims, "a/b") is None or isinstance(granted(claims, "a/b"), frozenset)
