"""One open connection: judged, dialled and encrypted; it carries one exchange at a time."""

import base64
import select
import socket
from dataclasses import dataclass
from ssl import SSLContext, SSLEOFError, SSLError, SSLWantReadError, SSLZeroReturnError
from urllib.parse import SplitResult, unquote, urlsplit

from registry.addresses.origins import Origin
from registry.protocol.http import FailureKind, NetworkFailure, Response
from registry.transport import tls
from registry.transport.answer import AnswerReader, malformed
from registry.transport.deadline import Deadline
from registry.transport.dial import Dialler

READ_BYTES = 16 * 1024


class Connection:
    """An open socket. ``is_at_rest``: no answer is under way, and the last one is complete.

    ``is_stale``: it had waited since an earlier exchange, and the server sent nothing more.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._answer: AnswerReader | None = None
        self.is_at_rest = True
        self.is_stale = False
        self._has_waited = False

    def encrypt(self, context: SSLContext, host: str, deadline: Deadline) -> None:
        """Begin TLS with the server of this name.

        Raises ``OSError`` and, with what the server showed, :class:`NetworkFailure`.
        """
        deadline.limit(self._socket)
        encrypted = context.wrap_socket(
            self._socket, server_hostname=host, do_handshake_on_connect=False
        )
        self._socket = encrypted  # before the handshake, so that it can be shut meanwhile
        try:
            encrypted.do_handshake()
        except (SSLEOFError, SSLZeroReturnError):  # it hung up, and said nothing
            raise
        except SSLError as error:
            failure = tls.failed_handshake(error, chain=tls.shown_chain(encrypted), host=host)
        else:
            return
        raise failure  # here: the error of ssl may quote the certificate

    def exchange(self, method: str, message: bytes, deadline: Deadline) -> Response:
        """Send a whole request and read the whole answer.

        Raises :class:`NetworkFailure` and ``OSError``; ``TimeoutError`` at the deadline.
        """
        self.is_at_rest = False
        self.is_stale, self._has_waited = self._has_waited, True
        self._answer = AnswerReader(method)
        self._send(message, deadline)
        response = self._read(self._answer, deadline)
        self.is_at_rest = self._answer.leaves_connection_open and self._is_silent()
        return response

    def ask_for_tunnel(self, proxy: SplitResult, origin: Origin, deadline: Deadline) -> None:
        """Ask the proxy at the other end for a tunnel to ``origin`` (RFC 9110 section 9.3.6)."""
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        authority = f"{host}:{origin.port}"
        fields = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
        if proxy.username is not None:
            pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
            fields.append(f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}")
        answer = AnswerReader("CONNECT")
        self._send("\r\n".join([*fields, "", ""]).encode(), deadline)
        response = self._read(answer, deadline)
        if response.status != 200:
            raise malformed("proxy")
        if answer.unread:  # TLS begins with our words, not with theirs
            raise NetworkFailure(FailureKind.NO_CONNECTION, detail="proxy")

    @property
    def partial(self) -> Response | None:
        """The part of the last answer that arrived, if its head did."""
        return self._answer.partial if self._answer else None

    @property
    def is_reusable(self) -> bool:
        """True if the server has neither closed the connection nor sent anything unasked."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return not poll.poll(0)

    def shut(self) -> None:
        """End the exchange that another thread has on this connection."""
        try:
            # Not the method of a TLS socket: that one would take the cipher away from the thread.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:  # the server, or that thread, closed it first
            return

    def close(self) -> None:
        """Close it; unread bytes are lost."""
        self._socket.close()

    def _send(self, message: bytes, deadline: Deadline) -> None:
        left = memoryview(message)
        while left:  # not sendall(), which may take the time limit again for each part
            deadline.limit(self._socket)
            left = left[self._socket.send(left) :]

    def _read(self, answer: AnswerReader, deadline: Deadline) -> Response:
        """Feed the answer until it is complete."""
        while (response := answer.feed(self._receive(deadline))) is None:
            pass
        return response

    def _receive(self, deadline: Deadline) -> bytes:
        """The next bytes; empty if the connection ended."""
        try:
            deadline.limit(self._socket)
            data = self._socket.recv(READ_BYTES)
        except TimeoutError:
            if self._answer is not None and self._answer.is_too_large:
                raise NetworkFailure(FailureKind.TOO_LARGE) from None
            raise
        if data:
            self.is_stale = False
        return data

    def _is_silent(self) -> bool:
        """True if nothing came after the answer: no byte, and no end of the connection.

        TLS may have read the end already, so that the socket itself would never show it.
        """
        self._socket.settimeout(0)
        try:
            self._socket.recv(1)
        except (BlockingIOError, SSLWantReadError):
            return True
        except (OSError, ValueError):  # reset, or closed already
            return False
        return False


@dataclass(frozen=True)
class Opener:
    """Dials under one policy; with ``proxy`` (`http://…`), through an egress proxy."""

    dialler: Dialler
    proxy: str = ""

    def dial(self, origin: Origin, deadline: Deadline) -> Connection:
        """Open a connection, not yet encrypted; raises :class:`NetworkFailure` and ``OSError``."""
        if not self.proxy:
            return Connection(
                self.dialler.dial(
                    scheme=origin.scheme, host=origin.host, port=origin.port, seconds=deadline.left
                )
            )
        proxy = urlsplit(self.proxy)
        host, port = proxy.hostname or "", proxy.port or 80
        connection = Connection(self.dialler.dial_proxy(host, port, deadline.left))
        try:
            connection.ask_for_tunnel(proxy, origin, deadline)
        except BaseException:
            connection.close()
            raise
        return connection
