"""A gunicorn worker whose threads wait for no client, and that refuses connections while it stops.

Its main loop reads each request, and a thread gets it when it has arrived as a whole. gunicorn's
own worker gives a connection to a thread first: there, as many silent clients as threads stop it.
"""

import errno
import fcntl
import select
import selectors
import socket  # noqa: TID251  # the connections of browsers, which gunicorn accepts
import sys
import termios
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import (  # type: ignore[import-untyped]  # it has none
    TConn,
    ThreadWorker,
)

from config.runtime.request_size import Arrived, arrived

REQUEST_WITHIN_S = 20.0
NEXT_BYTES_WITHIN_S = 10.0
RESPONSE_WITHIN_S = 10.0
CLOSED_WITHIN_S = 2.0
"""A closed connection waits this long for the client's end, so that the response arrives."""
MOST_BUFFERED = 32 * 1024 * 1024
"""Bytes of the requests in one process; beyond, the largest unfinished one is dropped."""
MOST_CLOSING = 64
SEND_BUFFER = 256 * 1024
"""The kernel keeps a response of this size, so a client that reads slowly holds no thread."""
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n"


def unsent(client: socket.socket) -> int:
    """The bytes of earlier responses that the client has not read yet."""
    return int.from_bytes(fcntl.ioctl(client, termios.TIOCOUTQ, bytes(4)), sys.byteorder)


class ClientSocket(socket.socket):
    """A socket whose thread reads nothing from the network and writes for ten seconds at most."""

    writing_s = RESPONSE_WITHIN_S

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send the data, or reset the connection when the time for this response is over."""
        started = time.monotonic()
        self.settimeout(max(self.writing_s, 0.01))
        try:
            super().sendall(data, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the client reads too slowly") from None
        finally:
            self.writing_s -= time.monotonic() - started

    def recv(self, size: int, flags: int = 0) -> bytes:
        """The next bytes. In a thread (blocking) always the end: the request is there already."""
        return b"" if self.gettimeout() != 0 else super().recv(size, flags)


class Client(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection, the bytes of its next request, and how long it may wait."""

    def __init__(self, worker: "Worker", client: socket.socket, peer: Any, server: Any) -> None:
        super().__init__(worker.cfg, ClientSocket(fileno=client.detach()), peer, server)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.worker = worker
        self.data_ready = True  # no thread waits for data
        self.received = bytearray()
        self.has_all = True
        self.size = 0
        self.begun = self.last = 0.0

    def expect_request(self) -> None:
        """Begin with the bytes that arrived behind the request before."""
        self.received = bytearray(self.parser.unreader.take_buffered() if self.parser else b"")
        self.size = len(self.received)
        self.begun = self.last = time.monotonic()
        self.sock.writing_s = RESPONSE_WITHIN_S

    def is_late(self, now: float) -> bool:
        """True if the request has taken too long."""
        return now - self.begun > REQUEST_WITHIN_S or now - self.last > NEXT_BYTES_WITHIN_S

    def close(self, graceful: bool = False) -> None:
        """Close; if ``graceful``, the main loop waits for the client's end without a thread."""
        if graceful:
            self.worker.close_slowly(self.sock)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Reads requests in its main loop, and closes its listening sockets as soon as it stops.

    gunicorn 27.0.1 keeps listening sockets open until the last requests have ended. The kernel
    still completes new connections on them, and nobody answers these; a closed socket refuses
    them, and the client tries another process. It also waits two seconds in its main loop for the
    end of each connection that it closes. A test fails when gunicorn's version changes, so that
    somebody checks whether this is still needed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receiving: set[Client] = set()
        self.answering: set[Client] = set()
        self.held: set[Client] = set()
        self.closing: dict[socket.socket, float] = {}

    def set_accept_enabled(self, enabled: bool) -> None:
        """gunicorn calls this with False while it has too many connections, and when it stops."""
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()
        for connection in self.receiving:
            connection.begun = min(
                connection.begun, time.monotonic() + CLOSED_WITHIN_S - REQUEST_WITHIN_S
            )

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and read its request."""
        try:
            client, peer = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections and self.receiving:
            self._drop(min(self.receiving, key=lambda one: one.begun))
        self.enqueue_req(Client(self, client, peer, listener.getsockname()))

    def enqueue_req(self, conn: Client) -> None:
        """gunicorn calls this when a connection may have a request: read that first."""
        conn.expect_request()
        conn.sock.setblocking(False)
        self.receiving.add(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))
        if conn.received:
            self._go_on(conn)
        else:
            self._receive(conn)

    def _receive(self, conn: Client, _: object = None) -> None:
        try:
            data = conn.sock.recv(64 * 1024)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
            return
        conn.received += data
        conn.size += len(data)
        conn.last = time.monotonic()
        self._go_on(conn)
        if conn.size * self.worker_connections > MOST_BUFFERED:
            self._limit_memory()

    def _go_on(self, conn: Client) -> None:
        """Give a request that has arrived to a thread."""
        while conn.received.startswith(b"\r\n"):
            del conn.received[:2]
        match arrived(conn.received):
            case Arrived.PART:
                return
            case Arrived.HEAD_TOO_LARGE:
                with suppress(OSError):
                    conn.sock.send(TOO_LARGE)
                self._drop(conn, graceful=True)
            case _ if unsent(conn.sock):
                self.held.add(conn)  # a thread would wait until the client reads
            case found:
                self._stop_receiving(conn)
                conn.has_all = found is Arrived.ALL
                conn.init()
                conn.parser.unreader.unread(bytes(conn.received))
                conn.received = bytearray()
                self.answering.add(conn)
                super().enqueue_req(conn)

    def finish_request(self, conn: Client, fs: Any) -> None:
        """gunicorn calls this in the main loop after a thread has answered."""
        self.answering.discard(conn)
        super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: Client) -> Any:
        """Answer; without the body of the request the connection cannot serve another one."""
        if not conn.has_all:
            req.force_close()
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """gunicorn calls this in each round of its loop: drop who has taken too long, and go on
        with those who have read the response before."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn in self.receiving if conn.is_late(now)]:
            self._drop(conn)
        held, self.held = self.held, set()
        for conn in held:
            self._go_on(conn)
        for client in [client for client, until in self.closing.items() if until <= now]:
            self._end(client)

    def close_slowly(self, client: socket.socket) -> None:
        """Say that nothing more comes, and wait for the client's end in the main loop."""
        try:
            client.shutdown(socket.SHUT_WR)
            client.setblocking(False)
            self.poller.register(client, selectors.EVENT_READ, self._discard)
        except (OSError, ValueError, RuntimeError):  # it ended already, or our loop did
            client.close()
            return
        self.closing[client] = time.monotonic() + CLOSED_WITHIN_S
        if len(self.closing) > MOST_CLOSING:
            self._end(next(iter(self.closing)))

    def _discard(self, client: socket.socket) -> None:
        with suppress(BlockingIOError):
            try:
                data = client.recv(64 * 1024)
            except ConnectionError:
                data = b""
            if not data:
                self._end(client)

    def _end(self, client: socket.socket) -> None:
        del self.closing[client]
        self.poller.unregister(client)
        client.close()

    def _drop(self, conn: Client, *, graceful: bool = False) -> None:
        self._stop_receiving(conn)
        self.nr_conns -= 1
        conn.close(graceful=graceful)

    def _stop_receiving(self, conn: Client) -> None:
        self.receiving.remove(conn)
        self.held.discard(conn)
        self.poller.unregister(conn.sock)

    def _limit_memory(self) -> None:
        """Drop the largest unfinished request while all requests together are too large."""
        used = sum(conn.size for conn in self.receiving | self.answering)
        if used > MOST_BUFFERED and self.receiving:
            self._drop(max(self.receiving, key=lambda conn: conn.size))
