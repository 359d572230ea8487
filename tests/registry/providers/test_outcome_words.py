"""Every provider words every outcome that depends on it, or says why the general words fit."""

from datetime import date

import pytest

from registry.evidence import Evidence, Facts, Step, StepName
from registry.login import Need
from registry.outcome import Outcome
from registry.providers import GENERIC, PROVIDERS
from registry.providers.provider import Provider
from registry.providers.reasons import OUTCOMES_OF_PROVIDERS
from registry.rules.own import YES_TO_ALL
from registry.rules.rule import Rule
from registry.verdicts.verdict import judge
from registry.words import WORDS, advice, causes
from registry.words.message import Message
from tests.registry.scripted import NOW, Script, challenge, run_check, text

GENERAL = {**causes.WORDS, **advice.WORDS}
OF_NO_PROVIDER = {
    Outcome.VALID: "all is well",
    Outcome.UNREACHABLE: "the network, or a fault of the server",
    Outcome.TLS_FAILED: "the certificate",
    Outcome.FORBIDDEN_ADDRESS: "a rule of this instance",
    Outcome.BROKEN_ANSWER: "nobody understands the answer",
    Outcome.SEALED_MISMATCH: "the stored row",
}
CELLS = [(provider, outcome) for provider in PROVIDERS for outcome in OUTCOMES_OF_PROVIDERS]


def ruled(provider: Provider) -> set[Outcome]:
    """The outcomes that the provider's own rules, or its scopes, word in its own sentences."""
    keys = {
        rule.outcome: (rule.cause, *rule.advice)
        for rule in provider.rules
        if rule.outcome and any(key not in GENERAL for key in (rule.cause, *rule.advice))
    }
    own_scopes = {Outcome.MISSING_SCOPE} if provider.missing_scope not in GENERAL else set()
    return {*keys, *own_scopes}


def test_each_outcome_depends_on_the_provider_or_has_a_reason_not_to() -> None:
    assert {*OUTCOMES_OF_PROVIDERS, *OF_NO_PROVIDER} == set(Outcome)
    assert len(OUTCOMES_OF_PROVIDERS) + len(OF_NO_PROVIDER) == len(Outcome)


@pytest.mark.parametrize(
    ("provider", "outcome"), CELLS, ids=lambda cell: getattr(cell, "slug", cell)
)
def test_a_provider_words_an_outcome_or_says_why_the_general_words_fit(
    provider: Provider, outcome: Outcome
) -> None:
    stated = [words for words in provider.outcomes if words.outcome is outcome]
    assert len(stated) + (outcome in ruled(provider)) == 1, "once, by a rule or in its outcomes"
    for words in stated:
        assert bool(words.advice) is not bool(words.reason)
        assert all(key in WORDS for key in words.advice)
        assert not words.advice or any(key not in GENERAL for key in words.advice)


def test_no_reason_says_what_the_provider_s_data_denies() -> None:
    for provider in PROVIDERS:
        reasons = {words.outcome: words.reason for words in provider.outcomes}
        scopes = reasons.get(Outcome.MISSING_SCOPE, "")
        assert not provider.scopes or "no scopes" not in scopes, provider.slug
        realm = reasons.get(Outcome.DISTRUSTED_REALM, "")
        assert bool(provider.realms) or "is known and" not in realm, provider.slug
        server = reasons.get(Outcome.WRONG_SERVER, "")
        assert bool(provider.hosts) or "fixed names" not in server, provider.slug


def test_only_of_the_generic_provider_nothing_is_known() -> None:
    unknown = [p for p in PROVIDERS if any("Only the distr" in w.reason for w in p.outcomes)]
    assert unknown == [GENERIC]


ADVISED = {
    (provider.slug, words.outcome): (provider, words.advice)
    for provider in PROVIDERS
    for words in provider.outcomes
    if words.advice
}
#: How a registry can show each of these outcomes by an answer that no rule of a provider takes.
SHOWN: dict[Outcome, Script] = {
    Outcome.THROTTLED: lambda request: text(429, "slow down"),
    Outcome.WRONG_SERVER: lambda request: text(404, "nothing here"),
    Outcome.UNPROVED: lambda request: text(200),
    Outcome.DISTRUSTED_REALM: lambda request: challenge(
        'Bearer realm="https://sign-in.example.net/token",service="made-up"'
    ),
}
PLAYED = [cell for cell in ADVISED if cell[1] in SHOWN]


@pytest.mark.parametrize("cell", PLAYED, ids=lambda cell: f"{cell[0]} {cell[1]}")
def test_the_advice_of_a_provider_is_given(cell: tuple[str, Outcome]) -> None:
    provider, advised = ADVISED[cell]
    _, verdict, _ = run_check(SHOWN[cell[1]], provider=provider.slug)
    assert verdict.outcome is cell[1]
    assert tuple(message.key for message in verdict.advice) == advised


def answered(step: StepName, rule: Rule) -> Step:
    """A step whose answer this rule recognized."""
    message = Message.of(rule.says)
    return Step(step, "https://registry.example.org", "GET", "/", 401, "", 1, rule.name, message)


ENDED = sorted(slug for slug, outcome in ADVISED if outcome is Outcome.EXPIRED)


@pytest.mark.parametrize("slug", ENDED)
def test_a_date_that_has_passed_names_the_provider_s_own_new_secret(slug: str) -> None:
    provider, advised = ADVISED[slug, Outcome.EXPIRED]
    refuses = next(rule for rule in provider.rules if rule.outcome is Outcome.REJECTED)
    evidence = Evidence((answered(StepName.SIGN_IN, refuses),), Facts(provider=slug))
    verdict = judge(evidence, Need(), expires_on=date(2020, 1, 1), now=NOW)
    assert (verdict.outcome, verdict.message.key) == (Outcome.EXPIRED, "cause_expired_on")
    assert tuple(message.key for message in verdict.advice) == advised


def test_a_registry_that_accepts_every_login_is_no_registry_that_is_open() -> None:
    evidence = Evidence((answered(StepName.MADE_UP, YES_TO_ALL),), Facts(provider="nexus"))
    verdict = judge(evidence, Need(), expires_on=None, now=NOW)
    assert tuple(message.key for message in verdict.advice) == YES_TO_ALL.advice
