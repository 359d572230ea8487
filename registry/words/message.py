"""Messages for people: a key, and the parameters of its sentence. Pure."""

from dataclasses import dataclass

from registry.words import WORDS


@dataclass(frozen=True)
class Message:
    """A key of :data:`WORDS` and the parameters of its sentence; pages and mails render it."""

    key: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, key: str, **params: str) -> "Message":
        """Return the message of this key; an unknown key is a bug and raises ``KeyError``."""
        if key not in WORDS:
            raise KeyError(key)
        return cls(key, tuple(sorted(params.items())))

    def text(self) -> str:
        """Return the English sentence with its parameters filled in."""
        return WORDS[self.key].format(**dict(self.params))
