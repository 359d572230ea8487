"""`WWW-Authenticate`: headers of real registries, and hostile ones."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.protocol.challenge import (
    MAX_CHALLENGES,
    MAX_CHARACTERS,
    Challenge,
    choose_challenge,
    parse_challenges,
)
from tests.registry.rows import Row, each

HEADER = st.text(
    st.sampled_from('BearBasic realm="\\,;:/=\t é\x00\n~') | st.characters(), max_size=80
)
NAME = st.text("abcdefghij-_", min_size=1, max_size=10)
VALUE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@each("challenges", "read")
def test_a_header_is_read(row: Row) -> None:
    read = parse_challenges(row["headers"])
    wanted = tuple(
        Challenge(scheme, tuple((key, value) for key, value in params))
        for scheme, params in row["challenges"]
    )
    assert read == wanted
    assert choose_challenge(read) == (None if row["chosen"] is None else wanted[row["chosen"]])


@given(st.lists(HEADER, max_size=4))
def test_no_header_makes_it_raise(headers: list[str]) -> None:
    for challenge in parse_challenges(headers):
        assert challenge.scheme == challenge.scheme.lower() != ""
        assert all(name == name.lower() != "" for name, _ in challenge.params)


@given(st.lists(st.tuples(NAME, st.dictionaries(NAME, VALUE, min_size=1, max_size=4)), max_size=4))
def test_whatever_is_written_by_the_rules_is_read_back(
    written: list[tuple[str, dict[str, str]]],
) -> None:
    challenges = tuple(Challenge(scheme, tuple(params.items())) for scheme, params in written)
    headers = [
        f"{c.scheme} " + ", ".join(f"{key}={quoted(value)}" for key, value in c.params)
        for c in challenges
    ]
    assert parse_challenges(headers) == challenges
    assert parse_challenges([", ".join(headers)]) == challenges


def test_a_parameter_that_is_given_twice_counts_as_absent() -> None:
    twice = 'Bearer realm="https://a.example/token",realm="https://b.example/token",service="s"'
    challenge = choose_challenge(parse_challenges([twice]))
    assert challenge is not None
    assert challenge.param("realm") == ""
    assert challenge.param("service") == "s"
    assert challenge.param("scope") == ""


@pytest.mark.parametrize("apart", [True, False])
def test_nine_challenges_are_too_many(apart: bool) -> None:
    eight = ['Basic realm="x"'] * MAX_CHALLENGES
    nine = [*eight, 'Basic realm="x"']
    assert len(parse_challenges(eight if apart else [", ".join(eight)])) == MAX_CHALLENGES
    assert parse_challenges(nine if apart else [", ".join(nine)]) == ()


def test_more_than_8_kib_is_not_read() -> None:
    filler = MAX_CHARACTERS - len('Basic realm=""')
    assert len(parse_challenges([f'Basic realm="{"a" * filler}"'])) == 1
    assert parse_challenges([f'Basic realm="{"a" * (filler + 1)}"']) == ()
    assert parse_challenges(['Basic realm="x"', " " * MAX_CHARACTERS]) == ()


@pytest.mark.parametrize(
    "sign", ['"', "\\", "a ", "a=", 'a="', 'a="\\', "a,", "=", " ", "a\t", '"\\', "~ "]
)
def test_the_worst_8_kib_are_read_at_once(sign: str) -> None:
    header = (sign * MAX_CHARACTERS)[:MAX_CHARACTERS]
    start = time.thread_time()
    read = parse_challenges([header])
    assert time.thread_time() - start < 1
    assert len(read) <= MAX_CHALLENGES
