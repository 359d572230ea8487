"""What a half-filled form tells: whose server it is, whose secret, and where a token is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from credentials_app.models import Credential, Trial
from credentials_app.serialization import load_verdict
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.addresses.server import parse_server
from registry.providers import GENERIC, by_slug, detect
from registry.providers.provider import Provider
from registry.providers.recognition import Recognized, hopeless, recognize_secret
from registry.providers.token_links import token_link
from registry.secret import Secret
from registry.secret_kinds.kind import Shape, TokenKind, shape_of
from registry.secret_kinds.paste import PasteError, read_paste
from registry.words.message import Message

CheckedRow = Credential | Trial
NOTHING = Secret("")


@dataclass(frozen=True)
class Detection:
    """What was typed so far, and what follows from it. Nothing here was asked of anybody."""

    chosen: Provider
    server: Origin | None
    username: str
    name: str
    push: bool
    secret: Secret | None
    earlier: tuple[CheckedRow, ...]

    @cached_property
    def of_server(self) -> Provider | None:
        """Whose registry the server is, by its name or by an earlier look at it."""
        if self.server is None:
            return None
        looks = [load_verdict(row.verdict) for row in self.earlier if row.origin == self.server]
        named = [detect(self.server), *(by_slug(look.provider) for look in looks if look)]
        return next((provider for provider in named if provider is not GENERIC), None)

    @cached_property
    def recognized(self) -> Recognized | None:
        """Whose login it is, by the shape of the secret or of the user name."""
        return recognize_secret(self.username, self.secret or NOTHING)

    @property
    def provider(self) -> Provider:
        """The provider whose words are shown: a person's choice stands."""
        if self.chosen is not GENERIC:
            return self.chosen
        return self.of_server or (self.recognized.provider if self.recognized else GENERIC)

    @property
    def is_told_by_server(self) -> bool:
        """Whether the server said what nobody chose."""
        return self.chosen is GENERIC and self.of_server is not None

    @property
    def other(self) -> Provider | None:
        """The provider of the server, where another one was chosen."""
        chosen = self.chosen is not GENERIC and self.of_server is not self.chosen
        return self.of_server if chosen else None

    @cached_property
    def shape(self) -> Shape | None:
        """What the provider makes of the secret."""
        return shape_of(self.provider.kinds, self.username, self.secret) if self.secret else None

    @property
    def kind(self) -> TokenKind | None:
        """The kind of the secret, where there is something to tell about it."""
        kind = self.shape.kind if self.shape else None
        return kind if kind and (kind.tells_provider or kind.help) else None

    @property
    def kind_by_username(self) -> TokenKind | None:
        """The kind that the user name gives away while no secret is there to look at."""
        if self.secret:
            return None
        kind = shape_of(self.provider.kinds, self.username, NOTHING).kind
        return kind if kind.username and kind.help else None

    @property
    def stranger(self) -> Recognized | None:
        """A secret that belongs to another provider than this."""
        found = self.recognized
        known = found is None or found.shape.kind in self.provider.kinds
        return None if known or not self.secret else found

    @property
    def hopeless(self) -> Message | None:
        """Why the secret can never work; None for all that might."""
        return hopeless(self.provider, self.shape) if self.shape else None

    @property
    def usual_username(self) -> str:
        """The user name that needs no typing; empty where there is none."""
        kind = self.shape.kind if self.shape else None
        return (kind.fills if kind else "") or self.provider.usual_username

    @property
    def token_link(self) -> str:
        """Where the token that is wanted here is made."""
        provider, server = self.provider, self.server
        fits = server is not None and self.of_server in (None, provider)
        return token_link(
            provider,
            server if fits else None,
            name=self.name,
            push=self.push,
            sign_in=self._sign_in if fits else None,
        )

    @property
    def _sign_in(self) -> Origin | None:
        for row in self.earlier:
            realm = (row.evidence or {}).get("realm") if isinstance(row, Trial) else ""
            if realm and row.origin == self.server:
                return Origin.parse(realm)
        return None


def detect_from_fields(
    values: Mapping[str, Any], *, earlier: Iterable[CheckedRow | None] = ()
) -> Detection:
    """Read what stands in the fields; what cannot be read is not there yet."""
    return Detection(
        chosen=_provider(str(values.get("provider", ""))),
        server=_server(str(values.get("server", ""))),
        username=str(values.get("username", "")).strip(),
        name=str(values.get("name", "")).strip(),
        push=values.get("need") == "push",
        secret=_secret(str(values.get("secret") or "")),
        earlier=tuple(row for row in earlier if row),
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


def _secret(text: str) -> Secret | None:
    try:
        return read_paste(text).secret if text else None
    except PasteError:
        return None
