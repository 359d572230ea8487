"""Connections that wait for the next request; who trusts other authorities never shares one."""

import threading
from collections import defaultdict

from registry.addresses.origins import Origin
from registry.transport import tls
from registry.transport.connection import Connection, Opener
from registry.transport.watchdog import Watch

MAX_WAITING = 256

Place = tuple[Origin, str]
"""Where a connection leads, and the authorities (PEM) by which its server was verified."""


class Pool:
    """The open connections of one network; several threads may use it at once."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._waiting: defaultdict[Place, list[Connection]] = defaultdict(list)
        self._count = 0
        self._closed = False
        self._lock = threading.Lock()

    def take(self, place: Place, watch: Watch, *, fresh: bool = False) -> Connection:
        """A connection for one exchange, under this watch: one that waits, else a new one."""
        while not fresh and (known := self._pop(place)) is not None:
            if known.is_reusable:
                known.hand_to(watch)
                return known
            known.close()
        origin, ca_pem = place
        context = tls.context(ca_pem) if origin.is_https else None
        return self._opener.open(origin, context, watch)

    def give_back(self, place: Place, connection: Connection) -> None:
        """The exchange is over: keep its connection if that may be used again."""
        if connection.is_at_rest:
            with self._lock:
                if not self._closed and self._count < MAX_WAITING:
                    self._waiting[place].append(connection)
                    self._count += 1
                    return
        connection.close()

    def close(self) -> None:
        """Close what waits, and what is given back from now on."""
        with self._lock:
            self._closed = True
            waiting = [one for several in self._waiting.values() for one in several]
            self._waiting.clear()
        for connection in waiting:
            connection.close()

    def _pop(self, place: Place) -> Connection | None:
        """The connection that has waited least: the others may be closed by their servers."""
        with self._lock:
            waiting = self._waiting.get(place)
            if not waiting:
                return None
            self._count -= 1
            return waiting.pop()
