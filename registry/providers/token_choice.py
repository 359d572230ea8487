"""The kinds of token that a person may choose for a registry, and the token that one wishes for."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.addresses.origins import Origin


@dataclass(frozen=True)
class TokenWish:
    """The token that a person is about to create."""

    #: The registry; None if it is not known yet.
    server: Origin | None
    #: The sign-in host of the registry; None if no check has seen it yet.
    sign_in: Origin | None = None
    #: The name of the new token.
    name: str = ""
    #: True if it needs to push.
    push: bool = False
    #: The repository that it is for; empty if none was named.
    repository: str = ""
    #: The kind of the secret that it replaces; empty if unknown, or if there is none.
    kind: str = ""
    #: The names of the scopes that it needs.
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TokenLink:
    """The address of a page that creates a token, and what it is the page of."""

    label: str
    url: str


#: Returns the address of the page that creates such a token, with as many fields filled in as the
#: page accepts; empty if unknown.
TokenForm = Callable[[TokenWish], str]

#: Returns the pages that may be the one that creates such a token: several if the repository does
#: not tell which of them exists.
TokenPages = Callable[[TokenWish], tuple[TokenLink, ...]]


def no_form(_wish: TokenWish) -> str:
    """Return nothing: the provider has no such form, or its address is not known."""
    return ""


def no_pages(_wish: TokenWish) -> tuple[TokenLink, ...]:
    """Return nothing: the address of the page is not known."""
    return ()


@dataclass(frozen=True)
class TokenChoice:
    """One kind of secret that a person may choose, as the form and the provider's page say it."""

    #: The provider's name of it.
    label: str
    #: When to choose it, or why not; whole sentences.
    when: str
    #: The menus that lead to where it is made, joined by arrows; empty: nothing is made there.
    path: str = ""
    #: Who may make it, as the subject of a sentence; empty: not known, or everybody.
    maker: str = ""
    #: Its pages.
    pages: TokenPages = no_pages
    #: The slug of the kind of secret that it replaces.
    kind: str = ""
