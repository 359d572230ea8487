"""Which kind of secret this is, told from its shape alone; nothing is sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.secret import Secret


def _whole(_text: str) -> bool:
    return False


def _endless(_text: str) -> datetime | None:
    return None


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class TokenKind:
    """A kind of secret that a provider knows.

    ``pattern`` is matched with the whole secret and ``username`` with the whole user name (empty:
    any). ``useless`` kinds are never accepted by a registry, and ``told`` names the row of the
    provider that says so in words of its own; ``damaged`` tells from the text whether a token of
    this kind was cut or mistyped, ``ends`` when it ends. ``lives`` is the life of a kind that dies
    by design, ``dies_with`` what ends one whose life has no fixed length. ``known_by_shape`` means
    that the pattern fits nothing else, so that the provider's own API may be asked about it;
    ``telling`` that the shape gives the provider away, on whatever server. ``sends`` gives what
    goes on the wire where that is not the text as it was pasted; none of the three ever raises.
    ``help`` is what a person should know who stores this kind, ``fills`` the user name that belongs
    to it, whoever owns it.
    """

    slug: str
    label: str
    pattern: str = ""
    username: str = ""
    useless: bool = False
    damaged: Callable[[str], bool] = _whole
    ends: Callable[[str], datetime | None] = _endless
    lives: timedelta | None = None
    dies_with: str = ""
    told: str = ""
    known_by_shape: bool = False
    sends: Callable[[str], str] = _as_it_is
    telling: bool = False
    help: str = ""
    fills: str = ""

    @property
    def tells_provider(self) -> bool:
        """Whether a secret of this kind is known for its provider's, on whatever server."""
        return self.telling or self.known_by_shape

    @property
    def dies_by_design(self) -> bool:
        """Whether every secret of this kind ends soon, whoever made it."""
        return bool(self.dies_with) or self.lives is not None

    def fits(self, username: str, secret: str) -> bool:
        """Whether this pair looks like this kind."""
        return (not self.pattern or bool(re.fullmatch(self.pattern, secret))) and (
            not self.username or bool(re.fullmatch(self.username, username))
        )


UNKNOWN = TokenKind("", "password or token")


@dataclass(frozen=True)
class Shape:
    """What the shape of a secret told: its kind, whether it is damaged, when it ends, and what
    is sent for it."""

    kind: TokenKind
    sent: Secret
    damaged: bool
    ends_at: datetime | None


def shape_of(kinds: tuple[TokenKind, ...], username: str, secret: Secret) -> Shape:
    """The first of ``kinds`` that fits (else :data:`UNKNOWN`), and what its text tells."""
    text = secret.reveal()
    kind = next((kind for kind in kinds if kind.fits(username, text)), UNKNOWN)
    return Shape(kind, Secret(kind.sends(text)), kind.damaged(text), kind.ends(text))
