"""What stands beside a working login: too many rights, a dying kind, long pushes, and spans."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from registry.addresses.origins import Origin
from registry.evidence import Facts, StepName
from registry.login import Need
from registry.providers import PROVIDERS, by_slug
from registry.providers.provider import Provider
from registry.verdicts.advice import dies_by_design, excess_rights, extra_advice
from registry.words import WORDS
from registry.words.durations import duration_in_words
from tests.registry.scripted import refusal, run_check
from tests.registry.verdict_rows import rows

SPANS = {
    0: "0 seconds",
    1: "a second",
    45: "45 seconds",
    60: "a minute",
    90: "90 seconds",
    300: "5 minutes",
    899: "15 minutes",
    900: "15 minutes",
    3600: "an hour",
    5400: "90 minutes",
    43200: "12 hours",
    43199: "12 hours",
    86400: "a day",
    3 * 86400: "3 days",
}


@pytest.mark.parametrize("seconds", SPANS)
def test_a_span_is_told_in_the_unit_that_fits(seconds: int) -> None:
    assert duration_in_words(timedelta(seconds=seconds)) == SPANS[seconds]


def test_a_span_below_nothing_is_none() -> None:
    assert duration_in_words(timedelta(seconds=-5)) == "0 seconds"


NAMED = [provider for provider in PROVIDERS if provider.scopes]


@pytest.mark.parametrize("push", [False, True])
@pytest.mark.parametrize("provider", NAMED, ids=lambda provider: provider.slug)
def test_what_we_advise_to_make_is_never_too_much(provider: Provider, push: bool) -> None:
    need = Need(push=push)
    held = frozenset(provider.least_scopes(need.actions))
    assert excess_rights(Facts(scopes=held), need, provider) == ()


@pytest.mark.parametrize("provider", NAMED, ids=lambda provider: provider.slug)
def test_pushing_is_too_much_for_pulling(provider: Provider) -> None:
    both = frozenset(provider.least_scopes(frozenset({"pull", "push"})))
    assert excess_rights(Facts(scopes=both), Need(), provider)


def test_what_could_not_be_seen_is_not_called_too_much() -> None:
    assert excess_rights(Facts(), Need(), by_slug("gitlab")) == ()
    assert excess_rights(Facts(granted=frozenset()), Need(), by_slug("harbor")) == ()


@pytest.mark.parametrize("kind", ["password", "job_token", "oauth_token"])
def test_what_is_to_be_replaced_anyway_gets_no_second_reason(kind: str) -> None:
    facts = Facts(kind=kind, granted=frozenset({"pull", "delete"}))
    assert excess_rights(facts, Need(), by_slug("gitlab")) == ("delete",)
    assert len(extra_advice(facts, Need(), by_slug("gitlab"))) == 1


LIVES = {
    "5 minutes": (300, True, True),
    "15 minutes": (900, True, True),
    "a second more": (901, True, False),
    "5 minutes, only pulling": (300, False, False),
    "nobody tells": (None, True, False),
    "one that makes no sense": (-300, True, False),
}


@pytest.mark.parametrize("case", LIVES)
def test_a_short_life_matters_to_those_who_push(case: str) -> None:
    seconds, push, told = LIVES[case]
    facts = Facts(token_lifetime_s=seconds, realm=Origin("https", "gitlab.example.org", 443))
    advice = extra_advice(facts, Need(push=push), by_slug("gitlab"))
    assert advice == (("do_long_push", "do_raise_token_life") if told else ())
    assert extra_advice(facts, Need(push=push), by_slug("harbor")) == ()


def test_nobody_is_sent_to_the_administrator_of_gitlab_com() -> None:
    facts = Facts(token_lifetime_s=900, realm=Origin("https", "gitlab.com", 443))
    assert extra_advice(facts, Need(push=True), by_slug("gitlab")) == ("do_long_push",)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.slug)
def test_the_advice_of_every_provider_has_words(provider: Provider) -> None:
    assert {provider.fewer_rights, provider.token_life or "do_nothing"} <= set(WORDS)


DYING = {
    "a job's token": ("gitlab", "any-name", "glcbt-64_MADEUPMADEUPMADEUP", "ends with its job"),
    "a job's user name": ("gitlab", "gitlab-ci-token", "made-up", "ends with its job"),
    "the variable's own name": ("gitlab", "CI_REGISTRY_USER", "made-up", "ends with its job"),
    "the variable as scripts write it": ("gitlab", "${CI_REGISTRY_USER}", "made-up", "its job"),
    "a GitHub job's token": ("ghcr", "bot", "ghs_" + "MADEUP" * 6, "lives only an hour"),
}


@pytest.mark.parametrize("case", DYING)
def test_what_dies_by_design_says_so_first_and_is_asked_about_all_the_same(case: str) -> None:
    provider, username, secret, told = DYING[case]
    evidence, verdict, requests = run_check(
        lambda request: refusal(503, "UNAVAILABLE"),
        provider=provider,
        username=username,
        secret=secret,
    )
    assert evidence.steps[0].name is StepName.OFFLINE
    assert told in evidence.steps[0].message.text()
    assert secret not in str(evidence)
    assert requests
    assert verdict.expires_source.value == "by_design"


def test_what_lasts_is_not_said_to_die() -> None:
    evidence, _, _ = run_check(
        lambda request: refusal(503, "UNAVAILABLE"),
        provider="gitlab",
        username="gitlab+deploy-token-7",
        secret="gldt-MADEUPMADEUPMADEUP12",
    )
    assert StepName.OFFLINE not in {step.name for step in evidence.steps}
    assert not dies_by_design(evidence.facts)


def test_a_long_list_of_rights_is_cut_in_the_sentence_only() -> None:
    scopes = ["read:packages", *(f"admin:part_{letter}" for letter in "abcdefghij")]
    row = next(row for row in rows() if row.id == "ghcr: a classic token that reads")
    conversation = deepcopy(row.talk)
    conversation[1][1]["headers"]["X-OAuth-Scopes"] = ", ".join(scopes)
    _, verdict = replace(row, talk=conversation).play()
    assert len(verdict.excess) == 10
    assert "admin:part_f and 4 more)" in verdict.advice[0].text()


def test_too_many_rights_change_no_outcome() -> None:
    """Every row that names too many rights of a working login is about a valid one."""
    named = [row for row in rows() if row.verdict.get("excess")]
    assert len(named) >= 12
    for row in named:
        _, verdict = row.play()
        assert verdict.outcome.value in {"valid", "missing_scope", "no_access"}
        assert set(verdict.excess) <= set(verdict.held or ())
