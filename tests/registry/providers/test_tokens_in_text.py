"""Tokens in a text that is no password: found in any surroundings, and names are none."""

import time

import pytest

from registry.providers.tokens_in_text import has_token, tokens_in, unmistakable_kinds
from tests.token_samples import BODY, HEX, SAMPLES, kinds_of

AROUND = {
    "alone": "{}",
    "in a sentence": "Ask Ann for it ({}), she made it.",
    "at the end of a sentence": "The token is {}.",
    "as a variable": "CI_TOKEN={}",
    "in quotes": 'password: "{}"',
    "in an address": "https://registry.example.org/team?token={}",
    "in the user's part of an address": "https://robot:{}@registry.example.org/team",
    "in a header": "Authorization: Bearer {}",
    "on a line of its own": "first line\n{}\nlast line",
    "with spaces around": "  {}  ",
}
NO_TOKENS = {
    "nothing": "",
    "a name": "deploy-production-2026",
    "a name that mentions a kind": "glpat-for-deployments-of-team",
    "a short name that begins like a token": "glft-runner",
    "a user of the name": "ghr_maintenance_group",
    "a robot": "robot$library+deployment",
    "a deploy token's user": "gitlab+deploy-token-1234567",
    "a bare UUID": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "bare hex": HEX[:40],
    "longer hex": HEX,
    "an access key's id": "AKIAIOSFODNN7EXAMPLE",
    "a mail address": "someone.with.a.long.name@mail.example.org",
    "a repository": "group/sub-group/project-2026/image",
    "a sentence": "Made at https://gitlab.example.org/-/profile by Ann on 2026-01-31, ask her.",
    "JSON": '{"made": "by Ann", "rotate": true}',
}


def test_every_kind_has_a_sample_and_every_sample_a_kind() -> None:
    assert {kind.pattern for sample in SAMPLES for kind in kinds_of(sample)} == {
        kind.pattern for kind in unmistakable_kinds()
    }
    assert [sample for sample in SAMPLES if not kinds_of(sample)] == []


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_token_is_found(sample: str, around: str) -> None:
    text = AROUND[around].format(sample)
    assert has_token(text)
    assert any(sample.rstrip("=") in found for found in tokens_in(text))


@pytest.mark.parametrize("name", NO_TOKENS)
def test_what_is_no_token(name: str) -> None:
    assert list(tokens_in(NO_TOKENS[name])) == []


@pytest.mark.parametrize(
    "piece", ["x", "X", "xX", "Xx", "x1", "-a", "{", '{"type" ', "glpat-", "A1b/", "eyJa1."]
)
def test_a_long_text_is_read_in_a_moment(piece: str) -> None:
    text = (piece * 70_000)[:70_000]
    started = time.thread_time()
    has_token(text)
    assert time.thread_time() - started < 2


def test_the_kinds_are_those_that_nothing_else_looks_like() -> None:
    patterns = {kind.pattern for kind in unmistakable_kinds()}
    assert "[0-9a-f]{40}" not in patterns
    assert not any(kind.username for kind in unmistakable_kinds())
    assert has_token(f"ghp_{BODY[:36]}")
