"""The shape of a provider: its words, its kinds of secret, its answers, its own flows."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import StrEnum

from registry.addresses.origins import Origin
from registry.conversation import OK, Conversation
from registry.protocol.http import Request, Response
from registry.rules.common import COMMON
from registry.rules.own import FOUND
from registry.rules.rule import FAILURES, UNEXPECTED, Rule
from registry.secret import Secret
from registry.secret_kinds.kind import TokenKind

Introspect = Callable[[Conversation, Origin, str], Generator[Request, Response, bool]]
"""Takes the talk, the realm's origin and the realm's path; gives whether the check goes on."""

Reach = Callable[[Conversation, Origin, str], Generator[Request, Response, None]]
"""As :data:`Introspect`, asked only when what the sign-in granted does not settle the need."""


Exchange = Callable[[Conversation], Generator[Request, Response, bool]]
"""Trades what is stored for the pair that the registry wants; gives whether the check goes on."""

ReadToken = Callable[[Conversation, Secret], bool]
"""Takes the talk and the token that a sign-in gave; gives whether the check goes on."""

ApisFor = Callable[[str], tuple[Origin, ...]]
"""Gives the API origins that belong to a registry of this host name."""

ANY_SERVICE = "*"


@dataclass(frozen=True)
class TokenWish:
    """The token that somebody is about to make: for which registry, with which name and scopes.

    ``server`` and ``sign_in`` (where the registry sends logins) are None while nobody knows.
    """

    server: Origin | None
    sign_in: Origin | None
    name: str
    scopes: tuple[str, ...]


TokenForm = Callable[[TokenWish], str]
"""Gives the address where such a token is made, filled in as far as the page takes it; or ""."""


def _no_form(_wish: TokenWish) -> str:
    return ""


def _no_apis(_host: str) -> tuple[Origin, ...]:
    return ()


class Push(StrEnum):
    """How it is learned whether a login may push, without ever pushing."""

    CLAIM = "claim"  # the token of a sign-in that asks for push names what was granted
    SPLIT = "split"  # a sign-in that asks for push alone is refused when it may not
    WHOLE = "whole"  # every token names all that is granted, whatever was asked for
    SCOPES = "scopes"  # the provider's API, or its token, names the scopes
    NEVER = "never"  # nobody can push there
    UNSEEN = "unseen"  # only pushing would tell, so it stays unseen


@dataclass(frozen=True)
class ProviderScope:
    """What the provider calls the right to one action.

    ``least`` is the name to ask for, ``enough`` every name that contains the right. ``harmless``
    ones may be held besides, or instead, without being too many.
    """

    action: str
    least: str
    enough: frozenset[str]
    harmless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AccessLevel:
    """The lowest access level in a project that allows one action, and its name."""

    action: str
    level: int
    label: str


@dataclass(frozen=True)
class Provider:
    """One provider: form, help, checks and documentation follow from this value.

    ``hosts`` are patterns of registry host names; ``realms`` are pairs (registry host, sign-in
    host) that need no question. A realm whose path ends as the pattern ``realm_path`` says, for
    this ``service`` (empty: the registry's own host; :data:`ANY_SERVICE`: whatever it is), gives a
    self-hosted registry away. ``read_token`` learns what only this provider writes into its
    tokens. ``token_page`` is where the provider explains or makes them, ``token_form`` the very
    page of this server. ``usual_username`` is the one name that nearly everybody has there.
    ``probe_username`` signs in nowhere, harmlessly. With ``scope_at_once`` the first sign-in
    names the repository; otherwise it comes second. ``apis`` are the provider's own API origins,
    asked only about its own registries; ``apis_for`` gives those that follow from a registry's
    name. ``recommended`` is what to store best, ``missing_scope`` and ``fewer_rights`` are the keys
    of the advice when a scope is missing and when there are too many. ``token_life`` is the key of
    what raises the life of a sign-in's token, where long pushes are known to end with it.
    ``facts_from`` says where all this is known from; ``tried`` whether it was ever seen at the
    real thing.
    """

    slug: str
    label: str
    summary: str
    username_label: str = "User name"
    username_help: str = ""
    username_example: str = ""
    usual_username: str = ""
    secret_label: str = "Password"  # noqa: S105  # a label
    secret_help: str = ""
    recommended: str = "a token with the least rights"
    missing_scope: str = "do_new_scopes"
    fewer_rights: str = "do_fewer_rights"
    token_life: str = ""
    server_example: str = "registry.example.org"
    repository_example: str = "team/app"
    hosts: tuple[str, ...] = ()
    realms: tuple[tuple[str, str], ...] = ()
    kinds: tuple[TokenKind, ...] = ()
    scopes: tuple[ProviderScope, ...] = ()
    roles: tuple[AccessLevel, ...] = ()
    rules: tuple[Rule, ...] = ()
    probe_username: str = ""
    scope_at_once: bool = False
    realm_path: str = ""
    service: str = ""
    push: Push = Push.CLAIM
    apis: tuple[Origin, ...] = ()
    apis_for: ApisFor = _no_apis
    introspect: Introspect | None = None
    reach: Reach | None = None
    exchange: Exchange | None = None
    read_token: ReadToken | None = None
    token_page: str = ""
    token_form: TokenForm = _no_form
    facts_from: str = ""
    tried: bool = False

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """Every rule that can fit an answer: the provider's own, then the common ones."""
        return self.rules + COMMON

    def rule(self, name: str) -> Rule:
        """The row of this name; :data:`UNEXPECTED` for a name that no table has (any more)."""
        rules = (*self.all_rules, *FOUND, *FAILURES.values(), OK)
        return next((rule for rule in rules if rule.name == name), UNEXPECTED)

    def serves(self, host: str) -> bool:
        """Whether a registry of this name is this provider's, by name alone."""
        return any(re.fullmatch(pattern, host) for pattern in self.hosts)

    def signs_in_at(self, path: str, service: str, server: Origin) -> bool:
        """Whether a server's challenge with this realm path and service is this provider's."""
        if not self.realm_path or not re.fullmatch(f".*{self.realm_path}", path):
            return False
        own = (server.host, server.netloc)
        return service in ((self.service,) if self.service else own) or self.service == ANY_SERVICE

    def own_apis(self, host: str) -> tuple[Origin, ...]:
        """The API origins that may be asked about this registry: none unless the name is the
        provider's own, for a secret of another registry must not be handed to it."""
        return (*self.apis, *self.apis_for(host)) if self.serves(host) else ()

    def least_scopes(self, actions: frozenset[str]) -> tuple[str, ...]:
        """The names to ask for, for these actions; the actions themselves without such names."""
        named = tuple(scope.least for scope in self.scopes if scope.action in actions)
        return named or tuple(sorted(actions))
