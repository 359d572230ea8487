"""A web server on a loopback port that answers what a function says, rude answers included."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

from tests.servers.tls import Certificate
from tests.stand_ins.wire import Answer, Handle, Incoming, first

IDLE_S = 30  # a kept connection on which nothing comes is closed after this
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, handle: Handle, tls: Certificate | None) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.handle_incoming = handle
        self.ending = threading.Event()
        self.open: set[socket.socket] = set()
        self.faults: list[BaseException] = []
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls.chain, tls.key)
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up or refuse the certificate are no fault of the stand-in."""

    def hang_up(self) -> None:
        for connection in tuple(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    server: _Server
    wbufsize = 0
    disable_nagle_algorithm = True

    def setup(self) -> None:
        self.request.settimeout(IDLE_S)
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.removeprefix("do_") in METHODS:
            return self._serve
        raise AttributeError(name)

    def log_message(self, *_words: object) -> None:
        """Nothing is printed: what came is recorded."""

    def _serve(self) -> None:
        incoming = self._incoming()
        try:
            answer = self.server.handle_incoming(incoming)
        except Exception as fault:  # noqa: BLE001  # told by Loopback.__exit__, so that a test fails by it
            self.server.faults.append(fault)
            answer = Answer(500, b"the stand-in failed")
        self._send(incoming.method, answer)

    def _incoming(self) -> Incoming:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        headers = tuple(self.headers.items())
        return Incoming(self.command, path, pairs, headers, body, self.client_address[0])

    def _send(self, method: str, answer: Answer) -> None:
        if self.server.ending.wait(answer.delay_s):
            self.close_connection = True
            return
        if answer.raw is not None:
            self.close_connection = True
            self.wfile.write(answer.raw)
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if not first(answer.headers, "Content-Length") + first(answer.headers, "Transfer-Encoding"):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if method != "HEAD":
            self._send_body(answer)

    def _send_body(self, answer: Answer) -> None:
        body = answer.body[: answer.cut_after]
        self.close_connection |= answer.cut_after is not None
        if not answer.drip_s:
            self.wfile.write(body)
            return
        for place in range(len(body)):
            if self.server.ending.wait(answer.drip_s):
                self.close_connection = True
                return
            self.wfile.write(body[place : place + 1])


class Loopback:
    """Serves ``handle`` on 127.0.0.1 while the context is open; port 0 takes a free one."""

    def __init__(self, handle: Handle, *, port: int = 0, tls: Certificate | None = None) -> None:
        self._server = _Server(port, handle, tls)
        self.port: int = self._server.server_address[1]
        self.netloc = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.netloc}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
        if self._server.faults:
            raise self._server.faults[0]

    def stop(self) -> None:
        """End it, kept connections included; a second call does nothing."""
        if self._server.ending.is_set():
            return
        self._server.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()
