"""Patterns by which a script names the kind of a secret while it is typed.

The script runs in the browser, so the typed secret stays there.
"""

from dataclasses import dataclass

from registry.providers.provider import Provider
from registry.providers.recognition import telling_kinds
from registry.secret_kinds.kind import TokenKind
from registry.words.message import Message

ANY_LINE = "(?s)"
"""The prefix that lets dots match line breaks; the script sets that flag for all patterns."""


@dataclass(frozen=True)
class Telling:
    """A kind of secret that names its provider, with its pattern as scripts write it."""

    provider: Provider
    kind: TokenKind

    @property
    def pattern(self) -> str:
        """The pattern that the whole secret must match."""
        return self.kind.pattern.removeprefix(ANY_LINE)

    @property
    def hopeless(self) -> Message | None:
        """Why it can never work; None if it might."""
        if not self.kind.useless:
            return None
        wanted = self.provider.recommended
        return Message.of("form_useless_kind", kind=self.kind.label, wanted=wanted)


TELLING = tuple(Telling(provider, kind) for provider, kind in telling_kinds())
