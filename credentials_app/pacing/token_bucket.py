"""Spreads the requests of one batch over time: a bucket that refills."""

import threading
import time
from collections.abc import Callable


class TokenBucket:
    """``rate`` tokens a second, at most ``burst`` at once; shared by the threads of a batch."""

    def __init__(
        self,
        rate: float,
        burst: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate, self._burst = rate, float(burst)
        self._clock, self._sleep = clock, sleep
        self._level, self._at = float(burst), clock()
        self._lock = threading.Lock()

    def wait(self, deadline: float) -> bool:
        """Take one token, waiting for it; False when it would come after ``deadline``."""
        with self._lock:
            delay = self._missing()
            if self._clock() + delay > deadline:
                return False
            self._level -= 1
        if delay > 0:
            self._sleep(delay)
        return True

    def delay(self) -> float:
        """Seconds until a token is there."""
        with self._lock:
            return self._missing()

    def spend(self, tokens: int) -> None:
        """Take what a check used beside its first request, even below zero."""
        with self._lock:
            self._refill()
            self._level -= max(0, tokens)

    def _missing(self) -> float:
        self._refill()
        return max(0.0, (1 - self._level) / self._rate)

    def _refill(self) -> None:
        now = self._clock()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
