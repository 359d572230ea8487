"""Recognizes the provider of a secret, and secrets that can never work. Pure: nothing is sent."""

from dataclasses import dataclass

from registry.providers import PROVIDERS
from registry.providers.provider import Provider
from registry.secret import Secret
from registry.secret_kinds.kind import Shape, TokenKind, shape_of
from registry.words.message import Message


@dataclass(frozen=True)
class Recognized:
    """The provider that a secret's shape identifies, and that shape."""

    provider: Provider
    shape: Shape


def recognize_secret(username: str, secret: Secret) -> Recognized | None:
    """Return the provider and kind that a secret's shape identifies; None if no shape does.

    Takes the user name (empty: not known) and the secret as it was pasted. Providers are tried in
    the order of :data:`PROVIDERS`. Never raises. Source: the ``facts_from`` of each provider.
    """
    for provider in PROVIDERS:
        shape = shape_of(provider.kinds, username, secret)
        if shape.kind.tells_provider:
            return Recognized(provider, shape)
    return None


def telling_kinds() -> tuple[tuple[Provider, TokenKind], ...]:
    """Return each kind that identifies its provider without a user name, in matching order.

    A pattern that several providers share is returned once, with the first of them. A page can
    use it to recognize a secret before it is sent.
    """
    named = ((provider, kind) for provider in PROVIDERS for kind in provider.kinds)
    alone = ((p, k) for p, k in named if k.tells_provider and k.pattern and not k.username)
    first: dict[str, tuple[Provider, TokenKind]] = {}
    for provider, kind in alone:
        first.setdefault(kind.pattern, (provider, kind))
    return tuple(first.values())


def hopeless(provider: Provider, shape: Shape) -> Message | None:
    """Return why a secret of this shape can never work at this provider; None if it can.

    Takes what :func:`~registry.secret_kinds.kind.shape_of` found with this provider's kinds. The
    message never contains the secret.
    """
    if shape.kind.useless:
        return Message.of("form_useless_kind", kind=shape.kind.label, wanted=provider.recommended)
    return Message.of("form_damaged") if shape.damaged else None
