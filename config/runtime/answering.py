"""Asks whether the web process answers. On its own: the supervisor asks it without Django."""

import socket  # noqa: TID251  # a health check of ourselves, on loopback
import time
from threading import Event

PATIENCE_S = 30.0
Address = tuple[str, int]


def is_answering(address: Address) -> bool:
    """True if the web process answers 200 to a health check."""
    try:
        with socket.create_connection(address, timeout=1) as connected:
            connected.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return b" 200 " in connected.recv(64)
    except OSError:
        return False


def wait_until_answering(address: Address, stopping: Event) -> None:
    """Return when the web process answers, after 30 seconds, or when ``stopping`` is set."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and not stopping.is_set() and not is_answering(address):
        stopping.wait(0.05)
