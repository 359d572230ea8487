"""Tokens in a text that is no password: found in any surroundings, and names are none."""

import time

import pytest

from registry.providers.tokens_in_text import has_token, tokens_in, unmistakable_kinds
from tests.token_samples import BODY, HEX, SAMPLES, kinds_of

GLPAT = f"glpat-{BODY[:20]}"
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
BY_WORD_PROCESSORS = {
    "typographic quotes": "\u201c{}\u201d",
    "guillemets": "\u00ab{}\u00bb",
    "bold in Markdown": "**{}**",
    "behind a dash": "the token\u2014{}",
    "behind an arrow": "\u2192{}",
    "a dollar sign before it": "${}",
    "a soft hyphen in it": "\u00ad{}",
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
def test_a_token_of_our_own_api_is_found(around: str) -> None:
    token = f"lkk_{BODY[:36]}"
    assert token in set(tokens_in(AROUND[around].format(token)))


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_token_is_found(sample: str, around: str) -> None:
    text = AROUND[around].format(sample)
    assert has_token(text)
    assert any(sample.rstrip("=") in found for found in tokens_in(text))


@pytest.mark.parametrize("around", BY_WORD_PROCESSORS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_token_is_found_as_word_processors_write_it(sample: str, around: str) -> None:
    assert has_token(BY_WORD_PROCESSORS[around].format(sample))


@pytest.mark.parametrize(
    "spelled",
    [
        pytest.param(GLPAT.replace("-", "\u2011"), id="a hyphen that does not break"),
        pytest.param(GLPAT.replace("-", "%2D"), id="in a URL"),
        pytest.param(GLPAT.replace("g", "\uff47", 1), id="a wide letter"),
        pytest.param(GLPAT[:9] + "\u00ad" + GLPAT[9:], id="a soft hyphen"),
    ],
)
def test_another_spelling_of_a_token_is_found(spelled: str) -> None:
    assert has_token(spelled)


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
