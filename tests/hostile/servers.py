"""Loopback servers that answer byte for byte what a test wants, and remember what they got."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from registry.addresses.origins import Origin

Play = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Server:
    """One listening socket. ``requests`` holds every head and body that was received."""

    play: Play
    host: str
    context: ssl.SSLContext | None
    listener: socket.socket
    port: int
    deaf: bool = False
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    lines: list[socket.socket] = field(default_factory=list)
    closing: bool = False

    @property
    def received(self) -> bytes:
        return b"".join(self.requests)

    def origin(self, host: str = "") -> Origin:
        return Origin("https" if self.context else "http", host or self.host, self.port)

    def serve(self) -> None:
        while not self.closing:
            try:
                line, _ = self.listener.accept()
            except OSError:
                break
            self.connections += 1
            self.lines.append(line)
            threading.Thread(target=self._speak, args=(line,), daemon=True).start()
        self.listener.close()

    def _speak(self, line: socket.socket) -> None:
        try:
            with suppress(OSError, ssl.SSLError):
                if self.context is not None:
                    line = self.context.wrap_socket(line, server_side=True)
                    self.lines.append(line)
                if self.deaf:
                    self.requests.append(line.recv(65536))
                    self.play(line)
                    hang_up(line)
                while not self.closing and (head := read_request(line)):
                    self.requests.append(head)
                    self.play(line)
        finally:
            with suppress(OSError):
                line.close()

    def close(self) -> None:
        """Shut every socket; each thread then closes its own.

        The number of a socket that is closed here may belong to one of the next server before the
        thread that reads it calls the system, and would take bytes or connections away from there.
        """
        self.closing = True
        for line in (self.listener, *self.lines):
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # TLS would forget its state first


def read_request(line: socket.socket) -> bytes:
    """One request, its head and its body; empty when the client has gone."""
    got = b""
    while not _is_whole(got):
        piece = line.recv(65536)
        if not piece:
            return b""
        got += piece
    return got


def _is_whole(got: bytes) -> bool:
    head, end, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


@contextmanager
def serving(
    play: Play | bytes,
    *,
    host: str = "127.0.0.1",
    context: ssl.SSLContext | None = None,
    deaf: bool = False,
) -> Iterator[Server]:
    """A server on a free port that answers every request with ``play`` (or these bytes).

    A ``deaf`` one answers whatever it hears first, be it a request or not, and hangs up.
    """
    answer = play if callable(play) else say(play)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)
    server = Server(answer, host, context, listener, listener.getsockname()[1], deaf)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)


def say(*pieces: bytes, then_close: bool = False) -> Play:
    """Send these pieces; then wait for the next request, or hang up."""

    def play(line: socket.socket) -> None:
        for piece in pieces:
            line.sendall(piece)
        if then_close:
            hang_up(line)

    return play


def hang_up(line: socket.socket) -> None:
    """End the conversation in good order."""
    with suppress(OSError):
        if isinstance(line, ssl.SSLSocket):
            line.unwrap()
        line.shutdown(socket.SHUT_RDWR)
    line.close()
