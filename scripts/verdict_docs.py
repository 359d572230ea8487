"""Writes the page of verdicts: every outcome, and every case with cause, advice and providers."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.outcome import Outcome
from registry.providers import GENERIC, PROVIDERS
from registry.providers.provider import Provider
from registry.rules.common import COMMON
from registry.rules.failures import TLS_RULES
from registry.rules.own import FOUND
from registry.rules.rule import FAILURES, UNEXPECTED, Rule
from registry.verdicts.advice import BY_KIND
from registry.verdicts.general_words import OUTCOMES, sentence_in_general

ANYWHERE = "[any registry](providers/README.md)"


@dataclass(frozen=True)
class Case:
    """One cause under one outcome, with its advice."""

    outcome: Outcome
    cause: str
    advice: tuple[str, ...]


def _valid(cause: str, *advice: str) -> Case:
    return Case(Outcome.VALID, cause, advice or ("do_nothing",))


#: The cases that follow from scopes, grants, roles and dates, not from one answer.
JUDGED: tuple[Case, ...] = (
    _valid("cause_valid"),
    _valid("cause_valid_repository"),
    _valid("cause_valid_unseen", "do_name_repository"),
    _valid("cause_valid_push_unseen"),
    *(_valid("cause_valid", advice) for advice in (*BY_KIND.values(), "do_lasting")),
    _valid("cause_valid", GENERIC.fewer_rights),
    Case(Outcome.MISSING_SCOPE, "cause_missing_scope", ("do_new_scopes",)),
    Case(Outcome.MISSING_SCOPE, "cause_fine_grained_push", ("do_legacy_token",)),
    Case(Outcome.MISSING_SCOPE, "cause_pull_only", ("do_need_pull",)),
    Case(Outcome.NO_ACCESS, "cause_no_access", ("do_check_repository",)),
    Case(Outcome.NO_ACCESS, "cause_no_access", ("do_causes_no_access",)),
    Case(Outcome.NO_ACCESS, "cause_no_access_role", ("do_ask_role",)),
    Case(Outcome.NO_ACCESS, "cause_no_push", ("do_check_repository",)),
    Case(Outcome.EXPIRED, "cause_expired_on", ("do_new_token",)),
    Case(Outcome.REJECTED, "cause_username_wanted", ("do_use_username",)),
    Case(Outcome.REJECTED, "cause_refused_before", ("do_send_again",)),
    Case(Outcome.UNREACHABLE, "cause_sign_in_outage", ("do_wait",)),
    Case(Outcome.BROKEN_ANSWER, "cause_own_fault", ("do_read_log",)),
    Case(Outcome.SEALED_MISMATCH, "cause_sealed_mismatch", ("do_enter_again",)),
)


def cases() -> dict[Case, list[Provider]]:
    """Return every case with the providers whose own rules have it (none: any registry)."""
    found: dict[Case, list[Provider]] = {case: [] for case in JUDGED}
    for rule in (*COMMON, *FOUND, *FAILURES.values(), *TLS_RULES.values(), UNEXPECTED):
        for case in _case(rule):
            found.setdefault(case, [])
    general = set(found)
    for provider in PROVIDERS:
        for case in _own(provider):
            if case not in general and provider not in found.setdefault(case, []):
                found[case].append(provider)
    return found


def _own(provider: Provider) -> Iterator[Case]:
    yield _valid("cause_valid", provider.fewer_rights)
    if provider.token_life:
        yield _valid("cause_valid", "do_long_push", provider.token_life)
    for rule in provider.rules:
        yield from _case(rule)


def _case(rule: Rule) -> Iterator[Case]:
    if rule.outcome is not None:
        yield Case(rule.outcome, rule.cause, rule.advice)


def sentence(key: str, provider: Provider | None = None) -> str:
    """Return a message as people read it, for a cell of a table."""
    return sentence_in_general(key, provider).replace("|", r"\|")


def anchor(cause: str) -> str:
    """Return the anchor of a cause on the page."""
    return cause.removeprefix("cause_").replace("_", "-")


def verdicts_page() -> str:
    """Return the whole page."""
    found = cases()
    parts = [
        "<!-- Written by scripts/provider_docs.py: change registry/, then run it. -->",
        "# Verdicts",
        "What a check can say: the outcome, its cause and what to do, as the page of a credential "
        "shows them. Words such as “the repository” stand for the real one. Where a provider has "
        "advice of its own, [its page](providers/README.md) names it under *Other outcomes*.",
    ]
    named: set[str] = set()
    for outcome, (word, meaning) in OUTCOMES.items():
        mine = {case: where for case, where in found.items() if case.outcome is outcome}
        believed = (
            "" if outcome.is_conclusive else " What is believed of the login stays as it was."
        )
        lines = [_line(case, where, named) for case, where in mine.items()]
        table = "\n".join(["| Cause | What to do | Where |", "|---|---|---|", *lines])
        parts += [f"## {word}", meaning + believed, table]
    return "\n\n".join(parts) + "\n"


def _line(case: Case, where: list[Provider], named: set[str]) -> str:
    mark = "" if case.cause in named else f'<a id="{anchor(case.cause)}"></a>'
    named.add(case.cause)
    links = ", ".join(f"[{p.label}](providers/{p.slug}.md)" for p in where) or ANYWHERE
    advice = " ".join(sentence(key) for key in case.advice)
    return f"| {mark}{sentence(case.cause)} | {advice} | {links} |"
