"""Which login has an account behind it that its failures could lock. Pure."""

from functools import lru_cache

from registry.addresses.origins import Origin
from registry.login import Login
from registry.providers import GENERIC, by_slug, detect
from registry.providers.provider import Provider
from registry.secret_kinds.kind import shape_of

IBM = frozenset({"iamapikey", "iambearer", "iamrefresh", "cp"})
GOOGLE = frozenset({"_json_key", "_json_key_base64", "_dcgcr", "oauth2accesstoken", "_token"})
QUAY = frozenset({"$oauthtoken", "$app", "$token"})
CONSTANT = {
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
"""User names that everybody sends alike, by provider; in small letters."""
NOBODYS = frozenset({"aws", "nologin", "iamapikey", "oauth2accesstoken"}) | QUAY | GOOGLE
"""Those of them that are no account behind an unknown name either."""
BESIDE_TOKENS = {"gitlab": frozenset({"access_token", "deploy_token", "job_token"})}
"""Kinds of secret that sign in by themselves, whatever user name stands beside them."""


def account_of(login: Login) -> str:
    """The name of the account that a refused login counts against; empty: there is none.

    Registries differ in whether letters' case matters; here it never does, so that two
    spellings of one account are not tried twice as often.
    """
    name, provider = login.username.strip().casefold(), _provider_of(login)
    if not name or _is_nobodys(provider, name) or _signs_in_alone(login, provider):
        return ""
    return name


@lru_cache(maxsize=4096)
def provider_at(server: Origin) -> Provider:
    """Whose registry this is, by its name; the same for every check."""
    return detect(server)


def _provider_of(login: Login) -> Provider:
    named = by_slug(login.provider)
    return provider_at(login.server) if named is GENERIC else named


def _is_nobodys(provider: Provider, name: str) -> bool:
    """Whether everybody sends this user name."""
    names = NOBODYS if provider is GENERIC else CONSTANT.get(provider.slug, frozenset())
    return name in names


def _signs_in_alone(login: Login, provider: Provider) -> bool:
    """A registry that is not known by its name may be a GitLab: its tokens show it."""
    likely = by_slug("gitlab") if provider is GENERIC else provider
    kind = shape_of(likely.kinds, login.username, login.secret).kind
    return kind.slug in BESIDE_TOKENS.get(likely.slug, frozenset())
