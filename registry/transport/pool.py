"""Keep open connections for the next request, apart for each origin and its authorities."""

import threading
from collections import defaultdict

from registry.addresses.origins import Origin
from registry.transport import tls
from registry.transport.connection import Connection, Opener
from registry.transport.watchdog import Watch

MAX_WAITING = 256

PoolKey = tuple[Origin, str]
"""The origin of a connection, and the extra authorities (PEM) that verified its server."""


class Pool:
    """The open connections of one network; several threads may use it at once."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._waiting: defaultdict[PoolKey, list[Connection]] = defaultdict(list)
        self._count = 0
        self._closed = False
        self._lock = threading.Lock()

    def take(self, key: PoolKey, watch: Watch, *, fresh: bool = False) -> Connection:
        """A connection for one exchange, under this watch: a waiting one, else a new one.

        ``fresh`` opens a new one always. Raises as :meth:`Opener.open` does.
        """
        while not fresh and (known := self._pop(key)) is not None:
            if known.is_reusable:
                known.hand_to(watch)
                return known
            known.close()
        origin, ca_pem = key
        context = tls.context(ca_pem) if origin.is_https else None
        return self._opener.open(origin, context, watch)

    def give_back(self, key: PoolKey, connection: Connection) -> None:
        """Keep a connection whose answer is complete (256 at most in all); close any other."""
        if connection.is_at_rest:
            with self._lock:
                if not self._closed and self._count < MAX_WAITING:
                    self._waiting[key].append(connection)
                    self._count += 1
                    return
        connection.close()

    def close(self) -> None:
        """Close the waiting connections, and each that comes back from now on."""
        with self._lock:
            self._closed = True
            waiting = [one for several in self._waiting.values() for one in several]
            self._waiting.clear()
        for connection in waiting:
            connection.close()

    def _pop(self, key: PoolKey) -> Connection | None:
        """The connection that has waited least: servers may have closed the others."""
        with self._lock:
            waiting = self._waiting.get(key)
            if not waiting:
                return None
            self._count -= 1
            return waiting.pop()
