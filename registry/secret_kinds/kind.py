"""Recognizes the kind of a secret by its shape alone. Pure: nothing is sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.secret import Secret


def _is_never_damaged(_text: str) -> bool:
    return False


def _has_no_end(_text: str) -> datetime | None:
    return None


def _is_sent_unchanged(text: str) -> str:
    return text


@dataclass(frozen=True)
class TokenKind:
    """A kind of secret that a provider knows. None of its functions raises."""

    #: Identifies the kind within its provider; rules refer to it.
    slug: str
    #: The name of the kind, as people read it.
    label: str
    #: A pattern that the whole secret matches; empty: any secret.
    pattern: str = ""
    #: A pattern that the whole user name matches; empty: any user name.
    username: str = ""
    #: No registry ever accepts this kind.
    useless: bool = False
    #: Takes the secret's text; returns True if it was cut or mistyped.
    damaged: Callable[[str], bool] = _is_never_damaged
    #: Takes the secret's text; returns its end (aware) if the text contains one.
    ends: Callable[[str], datetime | None] = _has_no_end
    #: The whole life of a kind that always ends soon; None: its life has no fixed length.
    lives: timedelta | None = None
    #: What ends a kind that always ends soon without a fixed life, such as "its job".
    dies_with: str = ""
    #: The name of the provider's rule for a useless kind; empty: the general rule.
    told: str = ""
    #: The pattern matches no other secret: the check may send it to the provider's API.
    known_by_shape: bool = False
    #: Takes the secret's text; returns the text to send.
    sends: Callable[[str], str] = _is_sent_unchanged
    #: The secret identifies the provider, whatever the server.
    telling: bool = False
    #: Nobody types another text of this pattern: it is refused in each field but the password's.
    #: True for each kind that identifies its provider, too.
    unmistakable: bool = False
    #: What a person who stores this kind needs to know.
    help: str = ""
    #: The user name of every secret of this kind; empty: each owner has another one.
    fills: str = ""

    @property
    def tells_provider(self) -> bool:
        """True if a secret of this kind identifies the provider, whatever the server."""
        return self.telling or self.known_by_shape

    @property
    def dies_by_design(self) -> bool:
        """True if every secret of this kind ends soon, whoever made it."""
        return bool(self.dies_with) or self.lives is not None

    def fits(self, username: str, secret: str) -> bool:
        """True if user name and secret match the patterns of this kind."""
        return (not self.pattern or bool(re.fullmatch(self.pattern, secret))) and (
            not self.username or bool(re.fullmatch(self.username, username))
        )


UNKNOWN = TokenKind("", "password or token")

#: The shape of a JSON Web Token (RFC 7519 section 3), for ``TokenKind.pattern``.
JWT_PATTERN = r"eyJ[\w-]+\.[\w-]+\.[\w-]+"


@dataclass(frozen=True)
class Shape:
    """What the shape of a secret shows."""

    #: Its kind.
    kind: TokenKind
    #: What a check sends for it.
    sent: Secret
    #: True if it was cut or mistyped.
    damaged: bool
    #: Its end (aware), if the text contains one.
    ends_at: datetime | None


def shape_of(kinds: tuple[TokenKind, ...], username: str, secret: Secret) -> Shape:
    """Return the first of ``kinds`` that fits (else :data:`UNKNOWN`), and what its text shows."""
    text = secret.reveal()
    kind = next((kind for kind in kinds if kind.fits(username, text)), UNKNOWN)
    return Shape(kind, Secret(kind.sends(text)), kind.damaged(text), kind.ends(text))
