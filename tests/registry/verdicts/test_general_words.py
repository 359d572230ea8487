"""Sentences in general words say which rights they mean."""

import pytest

from registry.providers import PROVIDERS
from registry.providers.provider import Provider
from registry.verdicts.general_words import sentence_in_general

BOTH = frozenset({"pull", "push"})


@pytest.mark.parametrize("cause", ["cause_missing_scope", "cause_missing_any"])
@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.slug)
def test_a_missing_right_is_named_as_the_provider_names_it(provider: Provider, cause: str) -> None:
    named = " or ".join(provider.least_scopes(BOTH))
    assert sentence_in_general(cause, provider).startswith(f"The login works, but it lacks {named}")


def test_without_a_provider_the_actions_are_named() -> None:
    said = sentence_in_general("cause_missing_scope")
    assert said == "The login works, but it lacks a right that it needs (to pull or to push)."
