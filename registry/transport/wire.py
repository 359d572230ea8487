"""The HTTP library, tamed: our sockets, our certificates, no cookies, no redirects, no retries."""

import socket
from contextvars import ContextVar
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection

from registry.address import Origin
from registry.exchange import FailureKind, NetworkFailure, Response
from registry.transport.dial import Dialler
from registry.transport.strict import StrictResponse
from registry.transport.watchdog import Watch

MAX_BODY = 64 * 1024
POOLS = 64
CONNECTIONS = 32


@dataclass
class Call:
    """The exchange that is under way in this thread."""

    origin: Origin
    dialler: Dialler
    watch: Watch
    context: SSLContext | None = None
    was_sent: bool = False


CALL: ContextVar[Call] = ContextVar("call")


class _Dialled(HTTPConnection):
    """A connection that opens through the guard and stands under the watch of its call."""

    response_class = StrictResponse

    def _new_conn(self) -> socket.socket:
        call = CALL.get()
        if self.proxy is not None:
            made = call.dialler.dial_proxy(self.host, self.port, call.watch.left)
        else:
            made = call.dialler.dial(
                scheme=call.origin.scheme,
                host=call.origin.host,
                port=call.origin.port,
                seconds=call.watch.left,
            )
        call.watch.hold(made.dup())
        return made

    def request(self, *args: Any, **options: Any) -> None:
        call = CALL.get()
        call.was_sent = True
        if self.sock is not None:
            call.watch.hold(_duplicate(self.sock))
        super().request(*args, **options)


def _duplicate(line: socket.socket) -> socket.socket:
    """A second handle for the watch: TLS takes the first away, http.client may close it early."""
    return socket.fromfd(line.fileno(), line.family, line.type)


class _DialledTLS(_Dialled, HTTPSConnection):
    """The same, encrypted."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Dialled


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _DialledTLS


POOL_CLASSES = {"http": _Pool, "https": _TLSPool}


class Adapter(HTTPAdapter):
    """One pool of connections for all conversations of a network.

    Keyed by origin and TLS context: who trusts other authorities never shares a connection.
    """

    def __init__(self) -> None:
        super().__init__(POOLS, CONNECTIONS, max_retries=Retry(False, redirect=False))

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOL_CLASSES

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOL_CLASSES
        return manager

    def build_connection_pool_key_attributes(  # type: ignore[override]
        self, request: requests.PreparedRequest, verify: object, cert: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        call = CALL.get()
        place = {"scheme": call.origin.scheme, "host": call.origin.host, "port": call.origin.port}
        return place, {"cert_reqs": "CERT_REQUIRED", "ssl_context": call.context}

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing to do: the context of the call verifies."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The bare answer: no cookie is read, no encoding guessed."""
        answer = requests.Response()
        answer.status_code = resp.status
        answer.raw = resp
        answer.request = req
        return answer


class Session(requests.Session):
    """A session that knows its adapter and nothing of the environment or of other answers."""

    def __init__(self, adapter: Adapter) -> None:
        super().__init__()
        self.trust_env = False
        self.adapters.clear()
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, always: even to look at a redirect, requests would read its whole body."""


def prepared(
    method: str, url: str, fields: dict[str, bytes], body: bytes = b""
) -> requests.PreparedRequest:
    """A request made of ready parts: the library parses no address, adds no header."""
    made = requests.PreparedRequest()
    made.method = method
    made.url = url
    if body:
        made.body = body
        fields = {**fields, "Content-Length": b"%d" % len(body)}
    made.headers = CaseInsensitiveDict(fields)  # type: ignore[arg-type]  # bytes are sent as they are
    return made


def read_answer(raw: Any) -> Response:
    """The whole answer, or :class:`NetworkFailure`; a connection that failed is closed."""
    try:
        body = _body(raw)
    except BaseException:
        raw.close()
        raise
    return Response(raw.status, tuple(raw.headers.iteritems()), body)


def _body(raw: Any) -> bytes:
    if raw.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise NetworkFailure(FailureKind.MALFORMED, detail="encoded")
    body = b""
    while len(body) <= MAX_BODY and (raw.length_remaining or 0) <= MAX_BODY:
        piece = raw.read(MAX_BODY + 1 - len(body), decode_content=False)
        if not piece:
            return body
        body += piece
    raise NetworkFailure(FailureKind.TOO_LARGE)
