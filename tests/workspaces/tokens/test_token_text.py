"""The text of tokens: scanners find it, and its checksum is the published one."""

import re

from workspaces.tokens.token_text import (
    is_token_text,
    new_token_text,
    token_start,
    with_checksum,
)

BODY = "0123456789ABCDEFGHIJKLMNOPQRST"


def test_the_checksum_is_the_crc32_of_the_body_in_base62() -> None:
    assert with_checksum(BODY) == f"lkk_{BODY}4PMbyp"


def test_the_pattern_of_secret_scanners_finds_a_token_in_a_text() -> None:
    token = new_token_text()
    found = re.findall(r"\blkk_[0-9A-Za-z]{36}\b", f'export LOCKKEEPER_TOKEN="{token}"\n')
    assert found == [token]


def test_two_tokens_differ_and_both_are_right() -> None:
    one, two = new_token_text(), new_token_text()
    assert one != two
    assert is_token_text(one)
    assert is_token_text(two)


def test_a_changed_character_anywhere_is_noticed() -> None:
    token = with_checksum(BODY)
    for place in range(4, len(token)):
        other = "x" if token[place] != "x" else "y"
        assert not is_token_text(token[:place] + other + token[place + 1 :]), place


def test_what_only_looks_like_a_token_is_none() -> None:
    token = with_checksum(BODY)
    for text in ("", "lkk_", token[:-1], token + "0", token.upper(), f" {token}", token + "\n"):
        assert not is_token_text(text), text


def test_people_see_twelve_characters_of_a_token() -> None:
    assert token_start(with_checksum(BODY)) == "lkk_01234567"
