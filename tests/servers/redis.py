"""A real Redis (or Valkey), empty, on a free port."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import (
    LOOPBACK,
    Program,
    answers,
    free_port,
    program,
    running,
    short_folder,
)


@contextlib.contextmanager
def redis_at(port: int, folder: Path) -> Iterator[Program]:
    """A server on this port without persistence."""
    options = ["--port", str(port), "--bind", LOOPBACK, "--save", "", "--appendonly", "no"]
    command = [program("redis-server", "valkey-server"), *options, "--databases", "64"]
    with running(command, folder=folder) as server:
        server.wait_until(lambda: answers(port))
        yield server


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Start a server without persistence; yields its URL without a database number."""
    port = free_port()
    with short_folder() as folder, redis_at(port, folder):
        yield f"redis://{LOOPBACK}:{port}"
