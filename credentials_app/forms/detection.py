"""Detects from a half-filled form the provider, the kind of the secret and the token pages.

While a person types, the browser asks for this without the secret, which must not travel yet: a
script recognizes the secret by the patterns of ``token_patterns``. A sent form has its secret.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from credentials_app.models import Credential, Trial
from credentials_app.serialization import load_sign_in, load_verdict
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.addresses.server import parse_server
from registry.protocol.scope import RepositoryError, repository_name
from registry.providers import GENERIC, by_slug, detect, registry_of_web_host
from registry.providers.provider import Provider
from registry.providers.recognition import Recognized, hopeless, recognize_secret
from registry.providers.token_choice import TokenWish
from registry.providers.token_links import OfferedToken, offered_tokens, token_link
from registry.secret import Secret
from registry.secret_kinds.kind import Shape, TokenKind, shape_of
from registry.secret_kinds.paste import PasteError, read_paste
from registry.words.message import Message

CheckedRow = Credential | Trial
NOTHING = Secret("")


@dataclass(frozen=True)
class Fault:
    """What is wrong with the value of a field."""

    field: str
    message: Message


@dataclass(frozen=True)
class Detection:
    """The typed values, and what follows from them without any request."""

    chosen: Provider
    server: Origin | None
    username: str
    name: str
    push: bool
    #: Empty if none is typed, None if what is typed cannot be read.
    repository: str | None
    secret: Secret | None
    earlier: tuple[CheckedRow, ...]
    #: True if something is typed as the server, readable or not.
    has_server: bool
    #: The provider of the secret that is typed, as a script says that its shape tells.
    of_shape: Provider = GENERIC

    @cached_property
    def of_server(self) -> Provider | None:
        """The provider of the server, by its host name or by an earlier check."""
        if self.server is None:
            return None
        verdicts = [load_verdict(row.verdict) for row in self.earlier if row.origin == self.server]
        found = [detect(self.server), *(by_slug(each.provider) for each in verdicts if each)]
        return next((provider for provider in found if provider is not GENERIC), None)

    @cached_property
    def recognized(self) -> Recognized | None:
        """The provider of the login, by the shape of the secret or of the user name."""
        return recognize_secret(self.username, self.secret or NOTHING)

    @property
    def provider(self) -> Provider:
        """The provider whose words the form shows; a person's choice comes first."""
        if self.chosen is not GENERIC:
            return self.chosen
        return self.of_server or (self.recognized.provider if self.recognized else self.of_shape)

    @property
    def is_told_by_server(self) -> bool:
        """True if nobody chose a provider and the server determines it."""
        return self.chosen is GENERIC and self.of_server is not None

    @property
    def of_shape_slug(self) -> str:
        """What the hidden field of the script holds; empty if it told nothing."""
        return "" if self.of_shape is GENERIC else self.of_shape.slug

    @property
    def registry_instead(self) -> str:
        """The registry that is meant, if the server is the web site of a provider; else empty."""
        found = registry_of_web_host(self.server.host) if self.server else None
        return found.display if found else ""

    @property
    def registry_offered(self) -> str:
        """The server to fill in at a press of a button; empty if there is none."""
        own = self.provider.cloud_server if not self.has_server else ""
        return self.registry_instead or own

    @property
    def other(self) -> Provider | None:
        """The provider of the server, if a person chose another one."""
        chosen = self.chosen is not GENERIC and self.of_server is not self.chosen
        return self.of_server if chosen else None

    @cached_property
    def shape(self) -> Shape | None:
        """The shape that the secret has for the provider."""
        return shape_of(self.provider.kinds, self.username, self.secret) if self.secret else None

    @property
    def kind(self) -> TokenKind | None:
        """The kind of the secret, if the form has something to say about it."""
        kind = self.shape.kind if self.shape else None
        return kind if kind and (kind.tells_provider or kind.help) else None

    @property
    def kind_by_username(self) -> TokenKind | None:
        """The kind that the user name implies while no secret is typed."""
        if self.secret:
            return None
        kind = shape_of(self.provider.kinds, self.username, NOTHING).kind
        return kind if kind.username and kind.help else None

    @property
    def stranger(self) -> Recognized | None:
        """The secret's shape, if it belongs to another provider."""
        found = self.recognized
        known = found is None or found.shape.kind in self.provider.kinds
        return None if known or not self.secret else found

    @property
    def hopeless(self) -> Message | None:
        """Why the secret can never work; None if it might."""
        return hopeless(self.provider, self.shape) if self.shape else None

    def fault(self, *, keeps_name: bool) -> Fault | None:
        """Why this login cannot work; a person may say that its user name is right."""
        if self.hopeless:
            return Fault("secret", self.hopeless)
        wanted = None if keeps_name else self.username_wanted
        return Fault("username", wanted) if wanted else None

    @cached_property
    def username_wanted(self) -> Message | None:
        """That this user name cannot fit, and which one does; None if nothing says so.

        The shape of a typed secret tells it; a stored one was told by the check of this login.
        """
        if not self.username:
            return None
        if self.shape:
            kind = self.shape.kind
            return self._wants(kind.label, kind.fills) if kind.fills else None
        for row in self.earlier:
            verdict = load_verdict(row.verdict) if row.origin == self.server else None
            if verdict and verdict.message.key == "cause_username_wanted":
                told = dict(verdict.message.params)
                return self._wants(told.get("kind", ""), told.get("username", ""))
        return None

    def _wants(self, kind: str, username: str) -> Message | None:
        if not username or username == self.username:
            return None
        return Message.of("form_username_wanted", kind=kind, username=username)

    @property
    def name_instead(self) -> str:
        """The user name that fits; empty if the typed one may."""
        wanted = self.username_wanted
        return dict(wanted.params)["username"] if wanted else ""

    @property
    def usual_username(self) -> str:
        """The user name that this kind of login always has; empty if there is none."""
        kind = self.shape.kind if self.shape else None
        return (kind.fills if kind else "") or self.provider.usual_username

    @property
    def token_link(self) -> str:
        """The URL of the page that makes the token that this credential needs."""
        return token_link(self.provider, self._wish)

    @property
    def offered_tokens(self) -> tuple[OfferedToken, ...]:
        """The kinds of token that a person may choose, with their pages."""
        return offered_tokens(self.provider, self._wish)

    @property
    def _wish(self) -> TokenWish:
        fits = self.server is not None and self.of_server in (None, self.provider)
        return TokenWish(
            self.server if fits else None,
            self._sign_in if fits else None,
            name=self.name,
            push=self.push,
            repository=self.repository or "",
        )

    @property
    def _sign_in(self) -> Origin | None:
        for row in self.earlier:
            if isinstance(row, Trial) and row.origin == self.server:
                return load_sign_in(row.evidence, row.origin)
        return None


def detect_from_fields(
    values: Mapping[str, Any], *, earlier: Iterable[CheckedRow | None] = ()
) -> Detection:
    """Read the fields; a value that cannot be read counts as missing."""
    server = _server(str(values.get("server", "")))
    return Detection(
        chosen=_provider(str(values.get("provider", ""))),
        server=server,
        username=_username(str(values.get("username", "")).strip()),
        name=str(values.get("name", "")).strip(),
        push=values.get("need") == "push",
        repository=_repository(str(values.get("repository", "")).strip(), server),
        secret=_secret(str(values.get("secret") or "")),
        earlier=tuple(row for row in earlier if row),
        has_server=bool(str(values.get("server", "")).strip()),
        of_shape=_provider(str(values.get("shape", ""))),
    )


def _provider(slug: str) -> Provider:
    try:
        return by_slug(slug)
    except KeyError:
        return GENERIC


def _server(typed: str) -> Origin | None:
    try:
        return parse_server(typed, allow_http=True).origin
    except AddressError:
        return None


def _username(typed: str) -> str:
    """PostgreSQL looks for no text with a NUL."""
    return "" if "\0" in typed else typed


def _repository(typed: str, server: Origin | None) -> str | None:
    try:
        return repository_name(typed, server=server) if typed else ""
    except RepositoryError:
        return None


def _secret(text: str) -> Secret | None:
    try:
        return read_paste(text, anyway=True).secret if text else None
    except PasteError:
        return None
