"""What is advised beside a working login: about what is stored, its rights, and long pushes."""

from registry.evidence import Facts
from registry.login import Need
from registry.providers.provider import Provider

SHORT_TOKEN_S = 15 * 60
"""GitLab's sign-ins give tokens of 5 minutes, GitLab.com's of 15: long pushes outlive both."""

DYING = frozenset({"job_token", "oauth_token"})
"""Kinds that die by design, within a time that nobody tells."""

BY_KIND = {
    "password": "do_replace_password",
    "job_token": "do_not_store",
    "oauth_token": "do_short_lived",
}


def extra_advice(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """The advice that stands beside a working login, what is stored first."""
    return (
        *_about_the_kind(facts),
        *_about_rights(facts, need, provider),
        *_about_long_pushes(facts, need, provider),
    )


def dies_by_design(facts: Facts) -> bool:
    """Whether such a credential always ends soon, whoever made it."""
    return facts.lives is not None or facts.kind in DYING


def excess_rights(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """What is held and not needed: scopes where the provider names them, else granted actions.

    A scope is superfluous when a narrower one would do: it is neither the least one for a needed
    action nor among the harmless ones that the provider's table lists.
    """
    if facts.scopes is None:
        return tuple(sorted((facts.granted or frozenset()) - need.actions))
    wanted = [scope for scope in provider.scopes if scope.action in need.actions]
    fine = frozenset().union(*({scope.least} | scope.harmless for scope in wanted))
    return tuple(sorted(facts.scopes - fine))


def _about_the_kind(facts: Facts) -> tuple[str, ...]:
    if facts.lives is not None:
        return ("do_lasting",)
    if facts.kind == "deploy_token" and facts.expires_at is None:
        return ("do_record_expiry",)
    return (BY_KIND[facts.kind],) if facts.kind in BY_KIND else ()


def _about_rights(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """What is to be replaced anyway needs no second reason."""
    replaced = dies_by_design(facts) or facts.kind in BY_KIND
    return () if replaced or not excess_rights(facts, need, provider) else (provider.fewer_rights,)


def _about_long_pushes(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """Who runs the registry can raise the life of its tokens; the provider's own is as it is."""
    life = facts.token_lifetime_s
    if not need.push or not provider.token_life or not 0 < (life or 0) <= SHORT_TOKEN_S:
        return ()
    hosted = facts.realm is not None and facts.realm.host in dict(provider.realms).values()
    return ("do_long_push",) if hosted else ("do_long_push", provider.token_life)
