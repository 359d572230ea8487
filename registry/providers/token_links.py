"""Where a token is made: the provider's own page, filled in as far as it takes that."""

from collections.abc import Callable
from urllib.parse import urlencode

from registry.addresses.hosts import is_address
from registry.addresses.origins import Origin
from registry.providers.provider import Provider, TokenForm, TokenWish

MAX_NAME = 100


def token_link(
    provider: Provider,
    server: Origin | None,
    *,
    name: str,
    push: bool,
    sign_in: Origin | None = None,
) -> str:
    """The https address of the page where a token for this server is made; empty when unknown.

    Takes the registry (None: not known yet), the name that the token should get and what it is
    for. ``sign_in`` is where the registry was seen to send logins; without it the page of a
    self-hosted server is made out from the registry's name.
    """
    actions = frozenset({"pull", "push"}) if push else frozenset({"pull"})
    scopes = provider.least_scopes(actions) if provider.scopes else ()
    wish = TokenWish(server, sign_in, name[:MAX_NAME], scopes)
    return provider.token_form(wish) or provider.token_page


def filled(page: str, **values: str) -> str:
    """The page with what is not empty in its query; commas and colons stay readable."""
    query = urlencode({key: value for key, value in values.items() if value}, safe=",:")
    return f"{page}?{query}" if query else page


def on_server(path: str) -> TokenForm:
    """The token form of a provider whose registry and pages share one address."""

    def link(wish: TokenWish) -> str:
        return f"{wish.server}{path}" if wish.server and wish.server.is_https else ""

    return link


def web_of(wish: TokenWish, *, product: str) -> Origin | None:
    """Where the web pages behind a registry are: its sign-in host, else by the usual names."""
    found = wish.sign_in or (_by_name(wish.server, product) if wish.server else None)
    return found if found and found.is_https else None


def _by_name(server: Origin, product: str) -> Origin | None:
    first, _, domain = server.host.partition(".")
    if is_address(server.host):
        return None
    rules: tuple[tuple[bool, Callable[[], str]], ...] = (
        (first == "registry" and domain.startswith(f"{product}."), lambda: domain),
        (first == product or server.port != 443, lambda: server.host),
        (first == "registry" and "." in domain, lambda: f"{product}.{domain}"),
    )
    host = next((name() for applies, name in rules if applies), "")
    return Origin("https", host, 443) if host else None
