"""Needed against held: what a living login may do, from scopes, grants and roles. Pure."""

from dataclasses import dataclass

from registry.evidence import Facts
from registry.login import Need
from registry.outcome import Outcome
from registry.providers.provider import AccessLevel, Provider, Push
from registry.verdicts.advice import excess_rights, extra_advice


@dataclass(frozen=True)
class Rights:
    """What is needed, held and missing, and what that means for a login that works.

    Names are the provider's scopes where it names any, else the registry's actions. ``excess`` is
    what is held and not needed. ``role`` is the role to ask for, or the one that is held; empty
    when roles play no part.
    """

    needed: tuple[str, ...]
    held: tuple[str, ...] | None
    missing: tuple[str, ...]
    excess: tuple[str, ...]
    outcome: Outcome
    cause: str
    advice: tuple[str, ...] = ()
    role: str = ""


def judge_rights(facts: Facts, need: Need, provider: Provider) -> Rights:
    """Judge a login that was accepted. The first of these that applies decides."""
    return (
        _by_nature(facts, need, provider)
        or _by_scopes(facts, need, provider)
        or _by_grant(facts, need, provider)
        or _by_push(facts, need, provider)
        or _sufficient(facts, need, provider)
    )


def _by_nature(facts: Facts, need: Need, provider: Provider) -> Rights | None:
    """Some registries are for pulling only, whatever the login."""
    if provider.push is not Push.NEVER or not need.push:
        return None
    return _rights(
        facts,
        need,
        provider,
        Outcome.MISSING_SCOPE,
        "cause_pull_only",
        ("do_need_pull",),
        missing=("push",),
    )


def _by_scopes(facts: Facts, need: Need, provider: Provider) -> Rights | None:
    """GitLab names a token's scopes, and a fine-grained one can never push."""
    if facts.kind == "fine_grained_token" and need.push:
        return _rights(
            facts,
            need,
            provider,
            Outcome.MISSING_SCOPE,
            "cause_fine_grained_push",
            ("do_legacy_token",),
            missing=provider.least_scopes(frozenset({"push"})),
        )
    if facts.scopes is None:
        return None
    missing = tuple(
        scope.least
        for scope in provider.scopes
        if scope.action in need.actions and not scope.enough & facts.scopes
    )
    if not missing:
        return None
    return _rights(
        facts,
        need,
        provider,
        Outcome.MISSING_SCOPE,
        "cause_missing_scope",
        (provider.missing_scope,),
        missing=missing,
    )


def _by_grant(facts: Facts, need: Need, provider: Provider) -> Rights | None:
    """Pulling was asked for and not granted: who is in the way, the role or something else?"""
    if facts.granted is None or "pull" in facts.granted:
        return None
    role = _role_for(provider, "pull")
    if role is not None and facts.role is not None and facts.role < role.level:
        return _no_access(facts, need, provider, role, "pull")
    advice = "do_causes_no_access" if provider.roles else "do_check_repository"
    return _rights(
        facts, need, provider, Outcome.NO_ACCESS, "cause_no_access", (advice,), missing=("pull",)
    )


def _by_push(facts: Facts, need: Need, provider: Provider) -> Rights | None:
    """Pulling is fine; pushing is judged from the role, or from a grant where one was asked."""
    if not need.push or facts.granted is None or facts.granted & {"push", "*"}:
        return None
    role = _role_for(provider, "push")
    if role is not None and facts.role is not None:
        low = facts.role < role.level
        return _no_access(facts, need, provider, role, "push") if low else None
    if "push" in facts.asked:
        advice = "do_causes_no_access" if provider.roles else "do_check_repository"
        return _rights(
            facts, need, provider, Outcome.NO_ACCESS, "cause_no_push", (advice,), missing=("push",)
        )
    beside = extra_advice(facts, need, provider)
    return _rights(facts, need, provider, Outcome.VALID, "cause_valid_push_unseen", beside)


def _sufficient(facts: Facts, need: Need, provider: Provider) -> Rights:
    advice = extra_advice(facts, need, provider)
    if need.repository:
        cause = "cause_valid_repository" if facts.granted else "cause_valid_unseen"
    elif facts.scopes is not None:
        cause = "cause_valid"
    else:
        cause, advice = "cause_valid_unseen", (*advice, "do_name_repository")
    return _rights(facts, need, provider, Outcome.VALID, cause, advice)


def _no_access(
    facts: Facts, need: Need, provider: Provider, role: AccessLevel, action: str
) -> Rights:
    return _rights(
        facts,
        need,
        provider,
        Outcome.NO_ACCESS,
        "cause_no_access_role",
        ("do_ask_role",),
        missing=(action,),
        role=role.label,
    )


def _role_for(provider: Provider, action: str) -> AccessLevel | None:
    return next((role for role in provider.roles if role.action == action), None)


def _rights(
    facts: Facts,
    need: Need,
    provider: Provider,
    outcome: Outcome,
    cause: str,
    advice: tuple[str, ...] = (),
    *,
    missing: tuple[str, ...] = (),
    role: str = "",
) -> Rights:
    held = facts.scopes if facts.scopes is not None else facts.granted
    return Rights(
        needed=provider.least_scopes(need.actions),
        held=None if held is None else tuple(sorted(held)),
        missing=missing,
        excess=excess_rights(facts, need, provider),
        outcome=outcome,
        cause=cause,
        advice=advice,
        role=role,
    )
