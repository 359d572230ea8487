"""What a secret tells before anything is sent: whose it is, and whether it can ever work."""

from dataclasses import dataclass

from registry.providers import PROVIDERS
from registry.providers.provider import Provider
from registry.secret import Secret
from registry.secret_kinds.kind import Shape, TokenKind, shape_of
from registry.words.message import Message


@dataclass(frozen=True)
class Recognized:
    """A secret whose shape gives its provider away."""

    provider: Provider
    shape: Shape


def recognize_secret(username: str, secret: Secret) -> Recognized | None:
    """The provider and the kind that a secret's shape gives away, None when nothing does."""
    for provider in PROVIDERS:
        shape = shape_of(provider.kinds, username, secret)
        if shape.kind.tells_provider:
            return Recognized(provider, shape)
    return None


def telling_kinds() -> tuple[tuple[Provider, TokenKind], ...]:
    """Every kind that the secret's pattern alone gives away, in the order of matching."""
    named = ((provider, kind) for provider in PROVIDERS for kind in provider.kinds)
    alone = ((p, k) for p, k in named if k.tells_provider and k.pattern and not k.username)
    first: dict[str, tuple[Provider, TokenKind]] = {}
    for provider, kind in alone:
        first.setdefault(kind.pattern, (provider, kind))
    return tuple(first.values())


def hopeless(provider: Provider, shape: Shape) -> Message | None:
    """Why a secret of this shape can never work at this provider; None for all that might."""
    if shape.kind.useless:
        return Message.of("form_useless_kind", kind=shape.kind.label, wanted=provider.recommended)
    return Message.of("form_damaged") if shape.damaged else None
