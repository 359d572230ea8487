"""Fifty slow registries in one process, on fifty loopback addresses; one can be silent."""

import asyncio
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.slow_registry import DELAY_S, TOKEN, WELCOME, Client

HOSTS = [f"127.0.1.{number}" for number in range(1, 51)]
SILENT = HOSTS[-1]
KNOWN = b"authorization: basic cm9ib3qt"  # lower case, for user names that begin with "robot-"
CHALLENGE = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    b'WWW-Authenticate: Bearer realm="http://%b:%d/token",service="made-up"\r\n\r\n{}'
)
REFUSAL = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
)


class Registry(Client):
    """A registry with its own token service; it refuses unknown users."""

    def __init__(self, quiet: set[str]) -> None:
        super().__init__(DELAY_S)
        self.quiet = quiet

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.host, port = transport.get_extra_info("sockname")[:2]
        self.challenge = CHALLENGE % (self.host.encode(), port)

    def data_received(self, data: bytes) -> None:
        if self.host not in self.quiet:
            super().data_received(data)

    def answer(self, head: bytes) -> bytes:
        words = head.lower()
        if head.startswith(b"GET /token"):
            return TOKEN if KNOWN in words else REFUSAL
        return WELCOME if b"\r\nauthorization: bearer" in words else self.challenge


@dataclass
class Registries:
    """The origins. ``silence`` stops the answers of the last one, or starts them again."""

    port: int
    pid: int
    orders: "multiprocessing.Queue[bool]"

    @property
    def origins(self) -> list[str]:
        return [f"http://{host}:{self.port}" for host in HOSTS]

    @property
    def silent(self) -> str:
        return self.origins[-1]

    def silence(self, on: bool) -> None:
        self.orders.put(on)


async def _serve(
    port_is: "multiprocessing.Queue[int]", orders: "multiprocessing.Queue[bool]"
) -> None:
    loop, quiet = asyncio.get_running_loop(), set[str]()

    def registry() -> Registry:
        return Registry(quiet)

    first = await loop.create_server(registry, HOSTS[0], 0, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    servers = [await loop.create_server(registry, host, port, backlog=1024) for host in HOSTS[1:]]
    port_is.put(port)
    assert len(servers) == len(HOSTS) - 1
    while True:
        on = await loop.run_in_executor(None, orders.get)
        (quiet.add if on else quiet.discard)(SILENT)


def _run(port_is: "multiprocessing.Queue[int]", orders: "multiprocessing.Queue[bool]") -> None:
    try:
        asyncio.run(_serve(port_is, orders))
    except KeyboardInterrupt:
        sys.exit(0)


@contextmanager
def many_registries() -> Iterator[Registries]:
    """Run the registries in another process."""
    port_is: multiprocessing.Queue[int] = multiprocessing.Queue()
    orders: multiprocessing.Queue[bool] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_run, args=(port_is, orders), daemon=True)
    process.start()
    try:
        port = port_is.get(timeout=10)
        assert process.pid is not None
        yield Registries(port, process.pid, orders)
    finally:
        process.terminate()
        process.join()
