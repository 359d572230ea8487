"""Decides which account the failures of a login could lock. Pure."""

from functools import lru_cache

from registry.addresses.origins import Origin
from registry.login import Login
from registry.providers import GENERIC, by_slug, detect
from registry.providers.provider import Provider
from registry.secret_kinds.kind import shape_of

IBM = frozenset({"iamapikey", "iambearer", "iamrefresh", "cp"})
GOOGLE = frozenset({"_json_key", "_json_key_base64", "_dcgcr", "oauth2accesstoken", "_token"})
QUAY = frozenset({"$oauthtoken", "$app", "$token"})
SHARED_NAMES = {
    "ecr": frozenset({"aws"}),
    "ecr_public": frozenset({"aws"}),
    "gar": GOOGLE,
    "ibm": IBM,
    "scaleway": frozenset({"nologin"}),
    "nvidia": frozenset({"$oauthtoken"}),
    "quay": QUAY,
    "acr": frozenset({"00000000-0000-0000-0000-000000000000"}),
    "alibaba": frozenset({"cr_temp_user"}),
    "cloudsmith": frozenset({"token"}),
    "gitlab": frozenset({"gitlab-ci-token", "oauth2"}),
}
"""User names that all customers of a provider share, in lower case: no account can be locked."""
SHARED_NAMES_ANYWHERE = frozenset({"aws", "nologin", "iamapikey", "oauth2accesstoken"})
SHARED_NAMES_ANYWHERE |= QUAY | GOOGLE
"""Shared user names that never lock an account, even when the provider is unknown."""
STANDALONE_TOKENS = {"gitlab": frozenset({"access_token", "deploy_token", "job_token"})}
"""Token kinds that sign in by themselves: the provider ignores the user name."""


def account_of(login: Login, shown: Provider | None = None) -> str:
    """The name of the account that a refused login counts against; empty if there is none.

    ``shown``: the provider that the server itself shows; None: its host name alone tells. A token
    that signs in by itself has no account only there: elsewhere it is a password like any other,
    and a person who names the provider wrongly must not lock somebody's account.

    Some registries distinguish upper and lower case, others do not. Here case never matters, so
    that two spellings of one account share one budget.
    """
    name, provider = login.username.strip().casefold(), _provider_of(login)
    if (
        not name
        or _is_shared(provider, name)
        or is_standalone_token(login, shown or provider_at(login.server))
    ):
        return ""
    return name


@lru_cache(maxsize=4096)
def provider_at(server: Origin) -> Provider:
    """The provider of this server, by its host name alone: the same for every check."""
    return detect(server)


def _provider_of(login: Login) -> Provider:
    named = by_slug(login.provider)
    return provider_at(login.server) if named is GENERIC else named


def _is_shared(provider: Provider, name: str) -> bool:
    if provider is GENERIC:
        return name in SHARED_NAMES_ANYWHERE
    return name in SHARED_NAMES.get(provider.slug, frozenset())


def is_standalone_token(login: Login, provider: Provider) -> bool:
    """True if the secret is a token that signs in at this provider under any user name."""
    kind = shape_of(provider.kinds, login.username, login.secret).kind
    return kind.slug in STANDALONE_TOKENS.get(provider.slug, frozenset())
