"""The health check of a container: a page answers 200, or a connection is established."""

import http.client  # noqa: TID251 - requests to its own container only
import sys
from pathlib import Path
from urllib.parse import urlsplit

ESTABLISHED = "01"
CONNECTIONS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def page_answers(url: str) -> bool:
    """True if the URL answers 200 within three seconds."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, parts.port, timeout=3)  # noqa: TID251 - same
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def is_connected_to(port: int, tables: tuple[Path, ...] = CONNECTIONS) -> bool:
    """True if a process of this container has a connection to a remote ``port``, as the queue's."""
    for table in tables:
        if not table.exists():
            continue
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            _, _, remote, state, *_ = line.split()
            if state == ESTABLISHED and int(remote.rpartition(":")[2], 16) == port:
                return True
    return False


def main(target: str) -> int:
    """The exit status for the container engine: 0 if healthy. ``target``: a port or a URL."""
    healthy = is_connected_to(int(target)) if target.isdigit() else page_answers(target)
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
