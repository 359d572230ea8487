"""A registry with a token service that answers each request correctly after 50 ms.

It runs on the same machine as the measured product, so all responses are prepared in advance.
"""

import asyncio
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DELAY_S = 0.05
TLS_HELLO = b"\x16"
END = b"\r\n\r\n"


def _whole(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    kind = b"Content-Type: application/json\r\n"
    size = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\n" + kind + more + size + b"\r\n" + body


TOKEN = _whole(b"200 OK", b'{"token": "made-up-token"}')
WELCOME = _whole(b"200 OK", b"{}")
BEARER = b'WWW-Authenticate: Bearer realm="http://127.0.0.1:%d/token",service="made-up"\r\n'


class Client(asyncio.Protocol):
    """One connection to a client; its requests have no bodies."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        port = transport.get_extra_info("sockname")[1]
        self.challenge = _whole(b"401 Unauthorized", b"{}", BEARER % port)
        self.loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        if data.startswith(TLS_HELLO):  # skopeo tries https before http
            self.transport.close()
            return
        *heads, self.received = (self.received + data).split(END)
        for head in heads:
            self.loop.call_later(self.delay_s, self.transport.write, self.answer(head))

    def answer(self, head: bytes) -> bytes:
        if head.startswith(b"GET /token"):
            return TOKEN
        return WELCOME if b"\r\nauthorization: bearer" in head.lower() else self.challenge


async def _serve(port_is: "multiprocessing.Queue[int]", delay_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Client(delay_s), "127.0.0.1", 0, backlog=1024)
    port_is.put(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _run(port_is: "multiprocessing.Queue[int]", delay_s: float) -> None:
    try:
        asyncio.run(_serve(port_is, delay_s))
    except KeyboardInterrupt:
        sys.exit(0)


@contextmanager
def slow_registry(delay_s: float = DELAY_S) -> Iterator[str]:
    """Run the registry in another process; yields `127.0.0.1:<port>`."""
    port_is: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_run, args=(port_is, delay_s), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{port_is.get(timeout=10)}"
    finally:
        process.terminate()
        process.join()
