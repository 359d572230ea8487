"""The page about a provider: what to store, and what its refusals mean. Ready for a template."""

from dataclasses import dataclass

from registry.outcome import Outcome
from registry.providers.provider import Provider
from registry.verdicts.general_words import OUTCOMES, sentence_in_general


@dataclass(frozen=True)
class Meaning:
    """An outcome at this provider: its cause, what to do, or why the general words fit."""

    outcome: str
    cause: str = ""
    advice: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ProviderHelp:
    """What the page shows of a provider, besides the provider's own texts."""

    provider: Provider
    kinds: tuple[str, ...]
    refusals: tuple[Meaning, ...]
    others: tuple[Meaning, ...]


def provider_help(provider: Provider) -> ProviderHelp:
    """The values of a provider's page; each case stands there once."""
    refusals = (
        Meaning(
            _word(rule.outcome),
            cause=sentence_in_general(rule.cause, provider),
            advice=_advice(rule.advice, provider),
        )
        for rule in provider.rules
        if rule.outcome is not None
    )
    others = (
        Meaning(_word(words.outcome), advice=_advice(words.advice, provider), reason=words.reason)
        for words in provider.outcomes
    )
    kinds = dict.fromkeys(kind.label for kind in provider.kinds)
    return ProviderHelp(provider, tuple(kinds), tuple(dict.fromkeys(refusals)), tuple(others))


def _word(outcome: Outcome) -> str:
    return OUTCOMES[outcome][0]


def _advice(keys: tuple[str, ...], provider: Provider) -> str:
    return " ".join(sentence_in_general(key, provider) for key in keys)
