"""One open connection: dialled by the guard, encrypted, carrying one exchange at a time."""

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
    """Opens connections by one policy; with ``proxy`` (`http://…`), through an egress proxy."""

    dialler: Dialler
    proxy: str = ""

    def open(self, origin: Origin, context: SSLContext | None, watch: Watch) -> "Connection":
        """A connection that may carry a request; the ``watch`` can shut it from its first packet.

        ``context`` verifies the server, None is plain http. Raises :class:`NetworkFailure`,
        and what the standard library raises for a handshake that failed.
        """
        line = self._dial(origin, watch.left)
        try:
            watch.hold(line.dup())  # TLS takes the first handle away
            line.settimeout(read_timeout(watch))
            if self.proxy:
                _ask_for_tunnel(line, urlsplit(self.proxy), origin)
            if context is not None:
                line = context.wrap_socket(line, server_hostname=origin.host)
        except BaseException:
            line.close()
            raise
        return Connection(line)

    def _dial(self, origin: Origin, seconds: float) -> socket.socket:
        if self.proxy:
            proxy = urlsplit(self.proxy)
            return self.dialler.dial_proxy(proxy.hostname or "", proxy.port or 80, seconds)
        return self.dialler.dial(
            scheme=origin.scheme, host=origin.host, port=origin.port, seconds=seconds
        )


def _ask_for_tunnel(line: socket.socket, proxy: SplitResult, origin: Origin) -> None:
    """Have the proxy connect us with ``origin`` (RFC 9110 section 9.3.6)."""
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    place = f"{host}:{origin.port}"
    fields = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.username is not None:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        fields.append(f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}")
    line.sendall("\r\n".join([*fields, "", ""]).encode())
    answer = StrictResponse(line, method="CONNECT")
    try:
        answer.begin()
        if answer.status != 200:
            raise malformed("proxy")
    finally:
        answer.close()


def read_timeout(watch: Watch) -> float:
    """How long a read or a write may take; the watch ends what a drip would prolong."""
    return max(watch.left, 0.001)


class Connection:
    """A socket. ``is_at_rest``: no answer is under way, and the last one ended well.

    ``is_stale``: it had waited since an earlier exchange, and nothing came back any more.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.is_at_rest = True
        self.is_stale = False
        self._has_waited = False

    def exchange(self, method: str, message: bytes, watch: Watch) -> Response:
        """Send a whole request and read the whole answer, or raise why there is none."""
        self.is_at_rest = False
        self.is_stale, self._has_waited = self._has_waited, True
        self._line.settimeout(read_timeout(watch))
        self._line.sendall(message)
        with StrictResponse(self._line, method=method) as answer:
            if answer.fp.peek(1):
                self.is_stale = False
            answer.begin()
            body = _body(answer)
            self.is_at_rest = answer.has_ended_well
            return Response(answer.status, tuple(answer.plain_fields()), body)

    def hand_to(self, watch: Watch) -> None:
        """Let this watch end the next exchange, by a second handle: it closes what it holds."""
        try:
            handle = socket.fromfd(self._line.fileno(), self._line.family, self._line.type)
        except OSError:  # this process has as many as it may
            self.close()
            raise
        watch.hold(handle)

    @property
    def is_reusable(self) -> bool:
        """Whether the server has kept silent: it neither hung up nor answered unasked."""
        poll = select.poll()
        poll.register(self._line, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        """End it; what was not read is lost."""
        self._line.close()


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
