"""Spreads the requests of one batch over time: a bucket that refills."""

import threading
import time
from collections.abc import Callable


class TokenBucket:
    """``rate`` tokens per second, at most ``burst`` at once; the threads of a batch share it."""

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
        """Wait for one token and take it. False, at once: it would come after ``deadline``."""
        with self._lock:
            delay = self._missing()
            if self._clock() + delay > deadline:
                return False
            self._level -= 1
        if delay > 0:
            self._sleep(delay)
        return True

    def delay(self) -> float:
        """Seconds until a token is available."""
        with self._lock:
            return self._missing()

    def spend(self, tokens: int) -> None:
        """Take the tokens of a check's later requests; the level may fall below zero."""
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
