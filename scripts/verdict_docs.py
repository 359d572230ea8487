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
from registry.words import WORDS

ANYWHERE = "[any registry](providers/README.md)"
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.VALID: ("Valid", "The login works, and nothing that is needed was seen missing."),
    Outcome.MISSING_SCOPE: ("Missing scope", "It works, but the token itself lacks a right."),
    Outcome.NO_ACCESS: ("No access", "It works, but not for the repository that is needed."),
    Outcome.EXPIRED: ("Expired", "Its time is over."),
    Outcome.REVOKED: ("Revoked", "Somebody ended it before its time."),
    Outcome.BLOCKED: ("Blocked", "An account, a policy or a rule is in the way."),
    Outcome.REJECTED: ("Refused", "The registry says no and does not say why."),
    Outcome.UNPROVED: ("Unproved", "The registry never asked for the password."),
    Outcome.WRONG_SERVER: ("Wrong server", "No registry answers at this address."),
    Outcome.UNREACHABLE: ("Unreachable", "No answer, or a fault of the server's own."),
    Outcome.TLS_FAILED: ("TLS failed", "The connection could not be trusted."),
    Outcome.THROTTLED: ("Throttled", "The registry asks to come back later."),
    Outcome.BANNED: ("Banned", "The registry refuses the address, whatever the login."),
    Outcome.DISTRUSTED_REALM: ("Sign-in host to confirm", "A person must confirm the host first."),
    Outcome.FORBIDDEN_ADDRESS: ("Forbidden address", "Nothing was sent to this address."),
    Outcome.BROKEN_ANSWER: ("Broken answer", "The answer could not be understood."),
    Outcome.SEALED_MISMATCH: ("Sealed mismatch", "The stored secret does not belong to its row."),
}
PARAMETERS = {
    "scopes": "the needed scopes",
    "missing": "the missing rights",
    "repository": "the repository",
    "actions": "pull and push",
    "role": "the role",
    "kind": "a secret of another use",
    "username": "that always belongs to it",
    "realm": "the sign-in host",
    "server": "the server",
    "date": "the date",
    "at": "the time",
    "detail": "the reason",
    "names": "the names that it holds",
    "common_name": "its name",
    "issuer": "the issuer's name",
    "since": "a day",
    "until": "another",
    "ahead": "some seconds",
    "host": "the server",
    "where": "at a step of the check",
    "answer": "a status",
    "expected": "another",
    "lives": "a few hours",
    "life": "a few minutes",
    "excess": "each is named",
}


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
    """Return a message as people read it, with general words for its parameters."""
    parameters = {**PARAMETERS, "recommended": "a token made for the registry"}
    if provider is not None:
        needed = frozenset({"pull", "push"})
        parameters["scopes"] = " and ".join(provider.least_scopes(needed))
        parameters["recommended"] = provider.recommended
    return WORDS[key].format(**parameters).replace("|", r"\|")


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
