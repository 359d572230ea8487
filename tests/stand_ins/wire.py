"""What goes over the wire of a stand-in: a request as it came, an answer as it is sent."""

from collections.abc import Callable
from dataclasses import dataclass

Pairs = tuple[tuple[str, str], ...]


def first(pairs: Pairs, name: str) -> str:
    """The first value of this name, without regard to case; empty when there is none."""
    return next((value for key, value in pairs if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Incoming:
    """One request as it came: ``path`` is not decoded and holds no query."""

    method: str
    path: str
    query: Pairs
    headers: Pairs
    body: bytes
    ip: str

    def header(self, name: str) -> str:
        return first(self.headers, name)


@dataclass(frozen=True)
class Answer:
    """What is sent back. Length and Connection are added unless ``headers`` has its own.

    ``delay_s`` passes before the first byte and ``drip_s`` before every byte of the body; with
    ``cut_after`` the connection ends after so many bytes of it. ``raw`` is sent instead of all
    else, as it is, and the connection ended.
    """

    status: int = 200
    body: bytes = b""
    headers: Pairs = ()
    delay_s: float = 0
    drip_s: float = 0
    cut_after: int | None = None
    raw: bytes | None = None


Handle = Callable[[Incoming], Answer]
