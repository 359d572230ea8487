"""Which kind of secret this is, told from its shape alone; nothing is sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from registry.secret import Secret


def _whole(_text: str) -> bool:
    return False


@dataclass(frozen=True)
class TokenKind:
    """A kind of secret that a provider knows.

    ``pattern`` is matched with the whole secret and ``username`` with the whole user name (empty:
    any). ``useless`` kinds are never accepted by a registry; ``damaged`` tells from the text
    whether a token of this kind was cut or mistyped.
    """

    slug: str
    label: str
    pattern: str = ""
    username: str = ""
    useless: bool = False
    damaged: Callable[[str], bool] = _whole

    def fits(self, username: str, secret: str) -> bool:
        """Whether this pair looks like this kind."""
        return (not self.pattern or bool(re.fullmatch(self.pattern, secret))) and (
            not self.username or bool(re.fullmatch(self.username, username))
        )


UNKNOWN = TokenKind("", "password or token")


def kind_of(kinds: tuple[TokenKind, ...], username: str, secret: Secret) -> tuple[TokenKind, bool]:
    """The first of ``kinds`` that fits (else :data:`UNKNOWN`), and whether it is damaged."""
    text = secret.reveal()
    kind = next((kind for kind in kinds if kind.fits(username, text)), UNKNOWN)
    return kind, kind.damaged(text)
