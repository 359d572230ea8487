"""Everything that the engine can tell a person: keys and what fills them."""

from dataclasses import dataclass

from registry.words import WORDS


@dataclass(frozen=True)
class Message:
    """A key of :data:`WORDS` and what fills its places. Rendered where a person reads it."""

    key: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, key: str, **params: str) -> "Message":
        """The message of this key; an unknown key is a bug and raises ``KeyError``."""
        if key not in WORDS:
            raise KeyError(key)
        return cls(key, tuple(sorted(params.items())))

    def text(self) -> str:
        """The English sentence."""
        return WORDS[self.key].format(**dict(self.params))
