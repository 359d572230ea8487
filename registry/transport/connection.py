"""One open connection: judged, dialled and encrypted; it carries one exchange at a time."""

import base64
import select
import socket
from dataclasses import dataclass
from ssl import SSLContext
from urllib.parse import SplitResult, unquote, urlsplit

from registry.addresses.origins import Origin
from registry.protocol.http import FailureKind, NetworkFailure, Response
from registry.transport.dial import Dialler
from registry.transport.strict import StrictResponse, malformed
from registry.transport.watchdog import Watch

MAX_BODY = 64 * 1024


@dataclass(frozen=True)
class Opener:
    """Opens connections under one policy; with ``proxy`` (`http://…`), through an egress proxy."""

    dialler: Dialler
    proxy: str = ""

    def open(self, origin: Origin, context: SSLContext | None, watch: Watch) -> "Connection":
        """Open a connection; the ``watch`` can shut it from its first packet on.

        ``context`` verifies the server; None is plain http. Raises :class:`NetworkFailure`, and
        the exceptions of the standard library for a failed handshake.
        """
        sock = self._dial(origin, watch.left)
        try:
            watch.hold(sock.dup())  # TLS takes the first handle over
            sock.settimeout(read_timeout(watch))
            if self.proxy:
                _ask_for_tunnel(sock, urlsplit(self.proxy), origin)
            if context is not None:
                sock = context.wrap_socket(sock, server_hostname=origin.host)
        except BaseException:
            sock.close()
            raise
        return Connection(sock)

    def _dial(self, origin: Origin, seconds: float) -> socket.socket:
        if self.proxy:
            proxy = urlsplit(self.proxy)
            return self.dialler.dial_proxy(proxy.hostname or "", proxy.port or 80, seconds)
        return self.dialler.dial(
            scheme=origin.scheme, host=origin.host, port=origin.port, seconds=seconds
        )


def _ask_for_tunnel(sock: socket.socket, proxy: SplitResult, origin: Origin) -> None:
    """Ask the proxy for a tunnel to ``origin`` (RFC 9110 section 9.3.6)."""
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    authority = f"{host}:{origin.port}"
    fields = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if proxy.username is not None:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        fields.append(f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}")
    sock.sendall("\r\n".join([*fields, "", ""]).encode())
    answer = StrictResponse(sock, method="CONNECT")
    try:
        answer.begin()
        if answer.status != 200:
            raise malformed("proxy")
    finally:
        answer.close()


def read_timeout(watch: Watch) -> float:
    """The seconds that one read or write may take; the watch ends an answer that drips."""
    return max(watch.left, 0.001)


class Connection:
    """An open socket. ``is_at_rest``: no answer is under way, and the last one is complete.

    ``is_stale``: it had waited since an earlier exchange, and the server sent nothing more.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.is_at_rest = True
        self.is_stale = False
        self._has_waited = False

    def exchange(self, method: str, message: bytes, watch: Watch) -> Response:
        """Send a whole request and read the whole answer, of at most 64 KiB.

        Raises :class:`NetworkFailure`, and the exceptions of the standard library.
        """
        self.is_at_rest = False
        self.is_stale, self._has_waited = self._has_waited, True
        self._socket.settimeout(read_timeout(watch))
        self._socket.sendall(message)
        with StrictResponse(self._socket, method=method) as answer:
            if answer.fp.peek(1):
                self.is_stale = False
            answer.begin()
            body = _body(answer)
            self.is_at_rest = answer.has_ended_well
            return Response(answer.status, tuple(answer.plain_fields()), body)

    def hand_to(self, watch: Watch) -> None:
        """Let this watch end the next exchange, by a second handle that it closes itself."""
        try:
            handle = socket.fromfd(self._socket.fileno(), self._socket.family, self._socket.type)
        except OSError:  # this process has no file descriptor left
            self.close()
            raise
        watch.hold(handle)

    @property
    def is_reusable(self) -> bool:
        """True if the server has neither closed the connection nor sent anything unasked."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        """Close it; unread bytes are lost."""
        self._socket.close()


def _body(answer: StrictResponse) -> bytes:
    codings = answer.headers.get_all("Content-Encoding", [])
    if any(coding.strip().lower() != "identity" for coding in codings):
        raise NetworkFailure(FailureKind.MALFORMED, detail="encoded")
    if (answer.length or 0) > MAX_BODY:
        raise NetworkFailure(FailureKind.TOO_LARGE)
    body = answer.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise NetworkFailure(FailureKind.TOO_LARGE)
    if answer.length:
        raise NetworkFailure(FailureKind.CUT)
    return body
