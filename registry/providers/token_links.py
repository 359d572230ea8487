"""Links to the page where a person creates a token, with the fields filled in."""

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
    """Return the https address of the page that creates a token for this server.

    Takes the provider, the registry (None: not known yet), the name of the new token (cut to
    :data:`MAX_NAME` characters) and True for ``push`` if it needs to push. ``sign_in`` is the
    sign-in host that a check saw; without it, the host of a self-hosted server's pages is derived
    from the registry's name. Returns the provider's general page if this server's page is unknown,
    and an empty text if the provider has no page. Never raises, sends nothing.
    """
    actions = frozenset({"pull", "push"}) if push else frozenset({"pull"})
    scopes = provider.least_scopes(actions) if provider.scopes else ()
    wish = TokenWish(server, sign_in, name[:MAX_NAME], scopes)
    return provider.token_form(wish) or provider.token_page


def filled(page: str, **values: str) -> str:
    """Return the address with ``values`` as its query, without the empty ones.

    Values are percent-encoded (RFC 3986), except commas and colons, which stay readable. ``page``
    has no query of its own.
    """
    query = urlencode({key: value for key, value in values.items() if value}, safe=",:")
    return f"{page}?{query}" if query else page


def on_server(path: str) -> TokenForm:
    """Return the token form of a provider whose registry and web pages share one origin.

    Takes the path of the page. The form returns an empty text if the server is not known or does
    not use https.
    """

    def link(wish: TokenWish) -> str:
        return f"{wish.server}{path}" if wish.server and wish.server.is_https else ""

    return link


def web_of(wish: TokenWish, *, product: str) -> Origin | None:
    """Return the https origin of a registry's web pages: its sign-in host, else a derived name.

    ``product`` is the first label of the usual host name, such as `gitlab`. `registry.PRODUCT.D`
    becomes `PRODUCT.D`, `registry.D` becomes `PRODUCT.D`, and `PRODUCT.D`, or a registry on
    another port than 443, has its pages on its own host. Returns None for an IP address, for http
    and for every other name.
    """
    found = wish.sign_in or (_by_name(wish.server, product) if wish.server else None)
    return found if found and found.is_https else None


def _by_name(server: Origin, product: str) -> Origin | None:
    first, _, domain = server.host.partition(".")
    if is_address(server.host):
        return None
    candidates: tuple[tuple[bool, Callable[[], str]], ...] = (
        (first == "registry" and domain.startswith(f"{product}."), lambda: domain),
        (first == product or server.port != 443, lambda: server.host),
        (first == "registry" and "." in domain, lambda: f"{product}.{domain}"),
    )
    host = next((name() for applies, name in candidates if applies), "")
    return Origin("https", host, 443) if host else None
