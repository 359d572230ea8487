"""Links to the page where a person creates a token, with the fields filled in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from registry.addresses.hosts import is_address
from registry.addresses.origins import Origin
from registry.providers.provider import Provider
from registry.providers.token_choice import TokenChoice, TokenForm, TokenLink, TokenWish, no_pages

MAX_NAME = 100


@dataclass(frozen=True)
class OfferedToken:
    """A kind of token that a person may choose for one registry, and its pages there."""

    choice: TokenChoice
    links: tuple[TokenLink, ...]

    @property
    def needs_repository(self) -> bool:
        """True if its page would be known with a server and a repository."""
        return self.choice.pages is not no_pages and not self.links


def token_link(provider: Provider, wish: TokenWish) -> str:
    """Return the https address of the page that creates the wished token.

    Takes the provider and the wish; its name is cut to :data:`MAX_NAME` characters, and its scopes
    are those that the provider names for its need. The page is one of the kind that the wish
    replaces, else of the first of the provider's choices with a page that is certain; else it is
    the provider's form on this server, its general page, or an empty text if there is none. Without
    a sign-in host that a check saw, the host of a self-hosted server's pages is derived from the
    registry's name. Never raises, sends nothing.
    """
    certain = [each for each in offered_tokens(provider, wish) if len(each.links) == 1]
    alike = [each for each in certain if wish.kind and each.choice.kind == wish.kind]
    page = next((each.links[0].url for each in (*alike, *certain)), "")
    return page or provider.token_form(_named(provider, wish)) or provider.token_page


def offered_tokens(provider: Provider, wish: TokenWish) -> tuple[OfferedToken, ...]:
    """Return the provider's choices, the best one first, each with its pages on this server.

    Takes the same as :func:`token_link`. A choice has several pages if the repository does not
    tell which one exists, and none if nothing is known of them. Never raises, sends nothing.
    """
    named = _named(provider, wish)
    return tuple(OfferedToken(choice, choice.pages(named)) for choice in provider.choices)


def _named(provider: Provider, wish: TokenWish) -> TokenWish:
    actions = frozenset({"pull", "push"} if wish.push else {"pull"})
    scopes = provider.least_scopes(actions) if provider.scopes else ()
    return replace(wish, name=wish.name[:MAX_NAME], scopes=scopes)


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
