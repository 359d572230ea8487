"""Every row of the corpus has its verdict, and every rule of a provider is needed."""

from dataclasses import replace
from itertools import combinations

import pytest

from registry import providers
from registry.outcome import Outcome
from registry.providers.provider import Provider
from tests.registry.verdict_rows import VerdictRow, rows

ROWS = {row.id: row for row in rows()}


@pytest.mark.parametrize("name", ROWS)
def test_a_conversation_has_its_verdict(name: str) -> None:
    ROWS[name].assert_met()


def test_rows_have_names_of_their_own_and_say_where_they_are_known_from() -> None:
    assert len(ROWS) == len(rows())
    assert all(row.known_from.startswith(("recorded", "documentation")) for row in rows())


def _deciding(provider: Provider) -> list[int]:
    return [n for n, row in enumerate(provider.rules) if row.outcome is not None]


PAIRS = [
    pytest.param(provider, first, second, id=f"{provider.slug}-{first}-{second}")
    for provider in providers.PROVIDERS
    for first, second in combinations(_deciding(provider), 2)
    if provider.rules[first].outcome is not provider.rules[second].outcome
]


@pytest.mark.parametrize(("provider", "first", "second"), PAIRS)
def test_swapping_two_outcomes_of_a_table_is_noticed(
    monkeypatch: pytest.MonkeyPatch, provider: Provider, first: int, second: int
) -> None:
    table = list(provider.rules)
    one, other = table[first].outcome, table[second].outcome
    table[first] = replace(table[first], outcome=other)
    table[second] = replace(table[second], outcome=one)
    swapped = replace(provider, rules=tuple(table))
    everyone = tuple(swapped if p is provider else p for p in providers.PROVIDERS)
    monkeypatch.setattr(providers, "PROVIDERS", everyone)
    mine = [row for row in rows() if row.provider == provider.slug]
    assert not all(row.is_met() for row in mine)


def test_a_row_that_is_wrong_is_noticed() -> None:
    right = rows()[0]
    wrong = "valid" if right.verdict["outcome"] != "valid" else Outcome.REVOKED.value
    lying = VerdictRow(**{**vars(right), "verdict": {**right.verdict, "outcome": wrong}})
    assert not lying.is_met()
