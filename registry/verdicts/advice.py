"""Choose the advice for a working login: on its kind of secret, its rights, long pushes. Pure."""

from registry.evidence import Facts
from registry.login import Need
from registry.providers.provider import Provider

SHORT_TOKEN_S = 15 * 60
"""A sign-in's token lives 5 minutes at GitLab, 15 at GitLab.com: long pushes take longer."""

SHORT_LIVED = frozenset({"job_token", "oauth_token"})
"""Kinds of secret that always end soon, after a time that no provider documents."""

BY_KIND = {
    "password": "do_replace_password",
    "job_token": "do_not_store",
    "oauth_token": "do_short_lived",
}


def extra_advice(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """The keys of the advice for a working login; advice on the kind of secret comes first."""
    return (
        *_about_the_kind(facts),
        *_about_rights(facts, need, provider),
        *_about_long_pushes(facts, need, provider),
    )


def dies_by_design(facts: Facts) -> bool:
    """True if every secret of this kind ends soon."""
    return facts.lives is not None or facts.kind in SHORT_LIVED


def excess_rights(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """The rights that are held and not needed: scopes if the provider names them, else actions.

    A scope is excess if a narrower one is enough: it is neither the least one for a needed action
    nor one of the harmless ones in the provider's table. Sorted.
    """
    if facts.scopes is None:
        return tuple(sorted((facts.granted or frozenset()) - need.actions))
    wanted = [scope for scope in provider.scopes if scope.action in need.actions]
    allowed = frozenset().union(*({scope.least} | scope.harmless for scope in wanted))
    return tuple(sorted(facts.scopes - allowed))


def _about_the_kind(facts: Facts) -> tuple[str, ...]:
    if facts.lives is not None:
        return ("do_lasting",)
    if facts.kind == "deploy_token" and facts.expires_at is None:
        return ("do_record_expiry",)
    return (BY_KIND[facts.kind],) if facts.kind in BY_KIND else ()


def _about_rights(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """No advice on rights for a secret that another advice says to replace."""
    replaced = dies_by_design(facts) or facts.kind in BY_KIND
    return () if replaced or not excess_rights(facts, need, provider) else (provider.fewer_rights,)


def _about_long_pushes(facts: Facts, need: Need, provider: Provider) -> tuple[str, ...]:
    """An administrator can raise the lifetime of tokens, but not at the provider's own registry."""
    lifetime_s = facts.token_lifetime_s or 0
    if not need.push or not provider.token_life or not 0 < lifetime_s <= SHORT_TOKEN_S:
        return ()
    hosted = facts.realm is not None and facts.realm.host in dict(provider.realms).values()
    return ("do_long_push",) if hosted else ("do_long_push", provider.token_life)
