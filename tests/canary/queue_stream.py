"""The queue of a running product: the commands that it receives, and its keys."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import redis

DATABASES = 16


class Monitor:
    """Records every command that the queue receives while the block runs."""

    def __init__(self, path: Path) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.connect(str(path))
        self._connection.sendall(b"MONITOR\r\n")
        self._received = bytearray()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._connection.close()

    def _listen(self) -> None:
        while part := self._connection.recv(65536):
            self._received += part

    @property
    def received(self) -> bytes:
        return bytes(self._received)


def kept(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every key with its dump, uncompressed."""
    for number in range(DATABASES):
        with redis.Redis(unix_socket_path=str(path), db=number) as client:
            client.config_set("rdbcompression", "no")
            for key in client.keys("*"):
                dump = client.dump(key) or b""
                yield f"{number}/{key.decode(errors='replace')}", key + b"\n" + dump
