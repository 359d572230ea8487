"""The shapes of secrets that a script names while they are typed; what is typed stays there."""

from dataclasses import dataclass

from registry.providers.provider import Provider
from registry.providers.recognition import telling_kinds
from registry.secret_kinds.kind import TokenKind
from registry.words.message import Message

ANY_LINE = "(?s)"
"""How a pattern says that its dots fit line breaks; the script says so for all of them."""


@dataclass(frozen=True)
class Telling:
    """A kind of secret, its pattern as scripts write it, and what is told about it."""

    provider: Provider
    kind: TokenKind

    @property
    def pattern(self) -> str:
        """What the whole secret must fit."""
        return self.kind.pattern.removeprefix(ANY_LINE)

    @property
    def hopeless(self) -> Message | None:
        """Why it can never work; None for all that might."""
        if not self.kind.useless:
            return None
        wanted = self.provider.recommended
        return Message.of("form_useless_kind", kind=self.kind.label, wanted=wanted)


TELLING = tuple(Telling(provider, kind) for provider, kind in telling_kinds())
