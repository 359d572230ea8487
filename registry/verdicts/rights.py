"""Compare the rights that an accepted login needs with those that it holds. Pure."""

from dataclasses import dataclass

from registry.evidence import Facts
from registry.login import Need
from registry.outcome import Outcome
from registry.providers.provider import AccessLevel, Provider, Push
from registry.verdicts.advice import excess_rights, extra_advice


@dataclass(frozen=True)
class Rights:
    """The rights that an accepted login needs, holds and lacks, and the outcome that follows.

    Rights are the provider's scopes if it names any, else the registry's actions. ``held`` None:
    the check could not see them. ``excess`` is held and not needed. ``role`` is the label of the
    role that a person must ask for; empty when no role explains the outcome. ``unseen``: nothing
    shows whether it holds the right that needs most.
    """

    needed: tuple[str, ...]
    held: tuple[str, ...] | None
    missing: tuple[str, ...]
    excess: tuple[str, ...]
    outcome: Outcome
    cause: str
    advice: tuple[str, ...] = ()
    role: str = ""
    unseen: bool = False


@dataclass(frozen=True)
class Case:
    """An accepted login: the facts of its check, its need, and its provider."""

    facts: Facts
    need: Need
    provider: Provider

    def ruling(
        self,
        outcome: Outcome,
        cause: str,
        advice: tuple[str, ...],
        missing: tuple[str, ...] = (),
        *,
        role: str = "",
        unseen: bool = False,
    ) -> Rights:
        """This login's rights, with an outcome, the key of its cause and the keys of its advice."""
        facts, provider = self.facts, self.provider
        held = facts.scopes if facts.scopes is not None else facts.granted
        return Rights(
            needed=provider.least_scopes(self.need.actions),
            held=None if held is None else tuple(sorted(held)),
            missing=missing,
            excess=excess_rights(facts, self.need, provider),
            outcome=outcome,
            cause=cause,
            advice=advice,
            role=role,
            unseen=unseen,
        )

    @property
    def extra_advice(self) -> tuple[str, ...]:
        return extra_advice(self.facts, self.need, self.provider)

    def role_for(self, action: str) -> AccessLevel | None:
        """The lowest role that may do this action; None when the provider names no such role."""
        return next((role for role in self.provider.roles if role.action == action), None)


def judge_rights(facts: Facts, need: Need, provider: Provider) -> Rights:
    """Judge a login that was accepted. The first of these rules that applies decides."""
    case = Case(facts, need, provider)
    return (
        _by_nature(case)
        or _by_scopes(case)
        or _by_grant(case)
        or _by_push(case)
        or _sufficient(case)
    )


def _by_nature(case: Case) -> Rights | None:
    """Nobody can push to some registries, whatever the login."""
    if case.provider.push is not Push.NEVER or not case.need.push:
        return None
    return case.ruling(Outcome.MISSING_SCOPE, "cause_pull_only", ("do_need_pull",), ("push",))


def _by_scopes(case: Case) -> Rights | None:
    """GitLab names a token's scopes, and a fine-grained token can never push."""
    facts, need, provider = case.facts, case.need, case.provider
    if facts.kind == "fine_grained_token" and need.push:
        missing = provider.least_scopes(frozenset({"push"}))
        cause, advice = "cause_fine_grained_push", "do_legacy_token"
        return case.ruling(Outcome.MISSING_SCOPE, cause, (advice,), missing)
    if facts.scopes is None:
        return None
    missing = tuple(
        scope.least
        for scope in provider.scopes
        if scope.action in need.actions and not scope.enough & facts.scopes
    )
    if not missing:
        return None
    advice = provider.missing_scope
    return case.ruling(Outcome.MISSING_SCOPE, "cause_missing_scope", (advice,), missing)


def _by_grant(case: Case) -> Rights | None:
    """The sign-in asked for pull and the registry did not grant it: by the role, if it is known."""
    facts = case.facts
    if facts.granted is None or "pull" in facts.granted:
        return None
    role = case.role_for("pull")
    if role is not None and facts.role is not None and facts.role < role.level:
        return _role_too_low(case, role)
    return _not_granted(case, "cause_no_access", "pull")


def _by_push(case: Case) -> Rights | None:
    """Pull is granted; the role decides about push, or the grant if the sign-in asked for push.

    An administrator may push without a role, so that a low one waits for the sign-in's answer.
    Only of a repository that does not exist the sign-in is never asked.
    """
    facts = case.facts
    if not case.need.push or facts.granted is None or facts.granted & {"push", "*"}:
        return None
    role = case.role_for("push")
    if role is not None and facts.role is not None:
        if facts.role >= role.level:
            return None
        if "push" in facts.asked or facts.repository_exists is False:
            return _role_too_low(case, role)
    elif "push" in facts.asked:
        return _not_granted(case, "cause_no_push", "push")
    return case.ruling(Outcome.VALID, "cause_valid_push_unseen", case.extra_advice, unseen=True)


def _sufficient(case: Case) -> Rights:
    facts, advice = case.facts, case.extra_advice
    if case.need.repository:
        cause = "cause_valid_repository" if facts.granted else "cause_valid_unseen"
    elif facts.scopes is not None:
        cause = "cause_valid"
    else:
        cause, advice = "cause_valid_unseen", (*advice, "do_name_repository")
    return case.ruling(Outcome.VALID, cause, advice, unseen=cause == "cause_valid_unseen")


def _role_too_low(case: Case, role: AccessLevel) -> Rights:
    cause, advice = "cause_no_access_role", "do_ask_role"
    return case.ruling(Outcome.NO_ACCESS, cause, (advice,), (role.action,), role=role.label)


def _not_granted(case: Case, cause: str, action: str) -> Rights:
    advice = "do_causes_no_access" if case.provider.roles else "do_check_repository"
    return case.ruling(Outcome.NO_ACCESS, cause, (advice,), (action,))
