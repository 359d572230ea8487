"""Whether this container does its work: a page that answers, or a connection that stands."""

import http.client  # noqa: TID251 - asks its own container only
import sys
from pathlib import Path
from urllib.parse import urlsplit

ESTABLISHED = "01"
CONNECTIONS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def page_answers(address: str) -> bool:
    """Whether the page at ``address`` answers 200 within three seconds."""
    parts = urlsplit(address)
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
    """Whether any process here holds a connection to ``port`` of somebody (the queue's, say)."""
    for table in tables:
        if not table.exists():
            continue
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            _, _, remote, state, *_ = line.split()
            if state == ESTABLISHED and int(remote.rpartition(":")[2], 16) == port:
                return True
    return False


def main(asked: str) -> int:
    """0 when healthy, as container engines want it."""
    healthy = is_connected_to(int(asked)) if asked.isdigit() else page_answers(asked)
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
