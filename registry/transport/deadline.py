"""The moment by which an exchange must end, kept by the time that is left at each socket call."""

import socket
import time
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Deadline:
    """A moment ``at`` on the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """The moment so many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(0.0, self.at - time.monotonic())

    def limit(self, sock: socket.socket) -> None:
        """Let the next call on this socket take no longer than the time that is left.

        Raises ``TimeoutError`` when no time is left.
        """
        if (left := self.left) <= 0:
            raise TimeoutError
        sock.settimeout(left)
