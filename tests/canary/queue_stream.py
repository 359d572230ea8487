"""The queue of a running product: the commands that it receives, and its keys."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

import redis

from tests.canary.stores import Stores

DATABASES = 16


class Monitor:
    """Records every command that the queue receives while the block runs."""

    def __init__(self, stores: Stores) -> None:
        self._connection = stores.queue().connection_pool.make_connection()
        self._connection.connect()
        self._connection.send_command("MONITOR")
        assert self._connection.read_response() in {"OK", b"OK"}
        self._received = bytearray()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.disconnect()
        self._thread.join(5)

    def _listen(self) -> None:
        with suppress(redis.ConnectionError, OSError, ValueError, AttributeError):
            while line := self._connection.read_response(disable_decoding=True):
                self._received += line + b"\n"

    @property
    def received(self) -> bytes:
        return bytes(self._received)


def kept(stores: Stores) -> Iterator[tuple[str, bytes]]:
    """Every key with its dump, uncompressed; of a server of others only its own database."""
    for number in range(1 if stores.is_shared_queue else DATABASES):
        with stores.queue(number) as client:
            client.config_set("rdbcompression", "no")
            for key in client.keys("*"):
                dump = client.dump(key) or b""
                yield f"{number}/{key.decode(errors='replace')}", key + b"\n" + dump
