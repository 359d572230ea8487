"""Keep open connections for the next request, apart for each origin and its authorities."""

import threading
from collections import defaultdict

from registry.addresses.origins import Origin
from registry.protocol.http import FailureKind, NetworkFailure
from registry.transport import tls
from registry.transport.connection import Connection, Opener
from registry.transport.deadline import Deadline

MAX_WAITING = 256

PoolKey = tuple[Origin, str]
"""The origin of a connection, and the extra authorities (PEM) that verified its server."""


def closed() -> NetworkFailure:
    """The failure of an exchange whose network was closed before it ended."""
    return NetworkFailure(FailureKind.TIMED_OUT, detail="deadline")


class Pool:
    """The open connections of one network; several threads may use it at once."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._waiting: defaultdict[PoolKey, list[Connection]] = defaultdict(list)
        self._in_use: set[Connection] = set()
        self._count = 0
        self._lock = threading.Lock()
        self.is_closed = False

    def take(self, key: PoolKey, deadline: Deadline, *, fresh: bool = False) -> Connection:
        """A connection for one exchange: a waiting one, else a new one.

        ``fresh`` opens a new one always. Raises :class:`NetworkFailure` and ``OSError``; a closed
        pool opens none.
        """
        while not fresh and (known := self._pop(key)) is not None:
            if known.is_reusable:
                self._lend(known)
                return known
            known.close()
        return self._open(key, deadline)

    def give_back(self, key: PoolKey, connection: Connection) -> None:
        """Keep a connection whose answer is complete (256 at most in all); close any other."""
        with self._lock:
            self._in_use.discard(connection)
            is_kept = connection.is_at_rest and not self.is_closed and self._count < MAX_WAITING
            if is_kept:
                self._waiting[key].append(connection)
                self._count += 1
        if not is_kept:
            connection.close()

    def close(self) -> None:
        """Close the waiting connections, and end the exchanges on all others."""
        with self._lock:
            self.is_closed = True
            waiting = [one for several in self._waiting.values() for one in several]
            self._waiting.clear()
            for connection in self._in_use:
                connection.shut()
        for connection in waiting:
            connection.close()

    def _open(self, key: PoolKey, deadline: Deadline) -> Connection:
        origin, ca_pem = key
        context = tls.context(ca_pem) if origin.is_https else None
        if self.is_closed:
            raise closed()
        connection = self._opener.dial(origin, deadline)
        self._lend(connection)
        try:
            if context is not None:
                connection.encrypt(context, origin.host, deadline)
        except BaseException:
            connection.is_at_rest = False
            self.give_back(key, connection)
            raise
        return connection

    def _lend(self, connection: Connection) -> None:
        """Note that a thread uses it, so that the end of the network ends its exchange."""
        with self._lock:
            if not self.is_closed:
                self._in_use.add(connection)
                return
        connection.close()
        raise closed()

    def _pop(self, key: PoolKey) -> Connection | None:
        """The connection that has waited least: servers may have closed the others."""
        with self._lock:
            waiting = self._waiting.get(key)
            if not waiting:
                return None
            self._count -= 1
            return waiting.pop()
