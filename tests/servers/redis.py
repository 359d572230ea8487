"""A real Redis (or Valkey), empty, on a free port."""

import contextlib
from collections.abc import Iterator

from tests.servers.process import LOOPBACK, answers, free_port, program, running, short_folder


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Start a server that keeps nothing; gives its URL without a database number."""
    port = free_port()
    options = ["--port", str(port), "--bind", LOOPBACK, "--save", "", "--appendonly", "no"]
    command = [program("redis-server", "valkey-server"), *options, "--databases", "64"]
    with short_folder() as folder, running(command, folder=folder) as server:
        server.wait_until(lambda: answers(port))
        yield f"redis://{LOOPBACK}:{port}"
