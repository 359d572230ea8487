"""The tables of the corpus: each row has its own name, and no table has shrunk."""

import json

import pytest

from registry.words.addresses import ADDRESSES, PASTES, REPOSITORIES
from tests.registry.rows import CORPUS, table

FILES = sorted(path.stem for path in CORPUS.glob("*.json"))


@pytest.mark.parametrize("file", FILES)
def test_every_row_has_a_name_of_its_own(file: str) -> None:
    for rows in json.loads((CORPUS / f"{file}.json").read_text("ascii")).values():
        names = [row["name"] for row in rows]
        assert len(names) == len(set(names))
        assert all(names)


def test_at_least_sixty_server_addresses_are_tried() -> None:
    typed = {row["typed"] for name in ("accepted", "refused") for row in table("servers", name)}
    assert len(typed) >= 60


@pytest.mark.parametrize(
    ("file", "words"),
    [("servers", ADDRESSES), ("realms", ADDRESSES), ("repositories", REPOSITORIES)],
)
def test_every_error_of_a_table_is_a_known_sentence(file: str, words: dict[str, str]) -> None:
    assert {row["error"] for row in table(file, "refused")} <= set(words)


def test_every_cause_of_a_refused_address_is_tried() -> None:
    tried = {row["error"] for file in ("servers", "realms") for row in table(file, "refused")}
    only_stored = {"address_realm_ip"}  # checks of an earlier release have it
    assert tried == set(ADDRESSES) - {"address_origin"} - only_stored


def test_every_cause_of_a_refused_repository_is_tried() -> None:
    assert {row["error"] for row in table("repositories", "refused")} == set(REPOSITORIES)


def test_every_cause_of_a_refused_paste_is_tried() -> None:
    tried = {row["error"] for row in table("pastes", "refused")}
    assert tried == set(PASTES) - {"paste_trimmed", "paste_long"}


def test_every_sentence_says_what_to_do() -> None:
    for words in (ADDRESSES, REPOSITORIES, PASTES):
        assert len(set(words.values())) == len(words)
        for key, sentence in words.items():
            assert sentence.endswith("."), key
            assert 20 <= len(sentence) <= 160, key
