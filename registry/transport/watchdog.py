"""Enforce deadlines: one thread shuts the connection of each exchange whose time is up."""

import heapq
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

SHUT_BOTH = 2  # socket.SHUT_RDWR


class Shuttable(Protocol):
    """A handle of a socket that a watch can shut; the watch owns and closes it."""

    def shutdown(self, how: int, /) -> None: ...

    def close(self) -> None: ...


class Watch:
    """One deadline. ``fired``: time was up before the exchange ended."""

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        self.fired = False
        self.ended = False
        self._lock = threading.Lock()
        self._line: Shuttable | None = None

    @property
    def left(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(0.0, self.deadline - time.monotonic())

    def hold(self, line: Shuttable) -> None:
        """Shut ``line`` when time is up; at once if it already is."""
        with self._lock:
            self._let_go()
            self._line = line
            if self.fired:
                self._shut()

    def fire(self) -> None:
        """Time is up, unless the exchange ended before."""
        with self._lock:
            if not self.ended:
                self.fired = True
                self._shut()

    def end(self) -> None:
        """The exchange is over: close our handle of its connection."""
        with self._lock:
            self.ended = True
            self._let_go()

    def _shut(self) -> None:
        if self._line is not None:
            with suppress(OSError):  # the server closed it first
                self._line.shutdown(SHUT_BOTH)

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


class Watchdog:
    """The thread that fires the watches of one network; it starts with the first watch."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Watch]] = []
        self._thread: threading.Thread | None = None
        self._closed = False
        self._count = 0

    def watch(self, seconds: float) -> Watch:
        """Start a deadline ``seconds`` from now. Use it as a context manager.

        After :meth:`close` each new watch fires at once.
        """
        watch = Watch(seconds)
        with self._changed:
            if self._closed:
                watch.fire()
                return watch
            self._count += 1
            heapq.heappush(self._due, (watch.deadline, self._count, watch))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
            elif self._due[0][2] is watch:
                self._changed.notify()
        return watch

    def close(self) -> None:
        """End the thread, and fire the watches that still run."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        for _, _, watch in self._due:
            watch.fire()

    def _run(self) -> None:
        while (watch := self._next()) is not None:
            watch.fire()

    def _next(self) -> Watch | None:
        """Wait for the next watch that is due; None when the watchdog closes."""
        with self._changed:
            while not self._closed:
                while self._due and self._due[0][2].ended:
                    heapq.heappop(self._due)
                if not self._due:
                    self._changed.wait()
                elif (wait := self._due[0][2].left) > 0:
                    self._changed.wait(wait)
                else:
                    return heapq.heappop(self._due)[2]
        return None
