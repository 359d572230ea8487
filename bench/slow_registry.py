"""A registry with a token service that answers everything right, 50 ms after it was asked."""

import asyncio
import json
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DELAY_S = 0.05
TLS_HELLO = b"\x16"


async def _serve(port_is: "multiprocessing.Queue[int]", delay_s: float) -> None:
    server = await asyncio.start_server(lambda r, w: _client(r, w, delay_s), "127.0.0.1", 0)
    port_is.put(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _client(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float
) -> None:
    port = writer.get_extra_info("sockname")[1]
    try:
        while True:
            first = await reader.readexactly(1)
            if first == TLS_HELLO:  # skopeo tries https before http
                break
            head = first + await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(delay_s)
            writer.write(_answer(head, port))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


def _answer(head: bytes, port: int) -> bytes:
    if head.startswith(b"GET /token"):
        return _whole(b"200 OK", json.dumps({"token": "made-up-token"}).encode())
    if b"\r\nauthorization: bearer" in head.lower():
        return _whole(b"200 OK", b"{}")
    challenge = b'WWW-Authenticate: Bearer realm="http://127.0.0.1:%d/token",service="made-up"\r\n'
    return _whole(b"401 Unauthorized", b"{}", challenge % port)


def _whole(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    kind = b"Content-Type: application/json\r\n"
    size = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status + b"\r\n" + kind + more + size + b"\r\n" + body


def _run(port_is: "multiprocessing.Queue[int]", delay_s: float) -> None:
    try:
        asyncio.run(_serve(port_is, delay_s))
    except KeyboardInterrupt:
        sys.exit(0)


@contextmanager
def slow_registry(delay_s: float = DELAY_S) -> Iterator[str]:
    """Run it in a process of its own; gives `127.0.0.1:<port>`."""
    port_is: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_run, args=(port_is, delay_s), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{port_is.get(timeout=10)}"
    finally:
        process.terminate()
        process.join()
