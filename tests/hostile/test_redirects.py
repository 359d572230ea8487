"""Part E: a redirect is an answer like any other, and nobody goes where it points."""

import logging
import socket
from collections.abc import Callable

import pytest

from tests.hostile.asking import CANARY, LOGIN, answered, ask, network
from tests.hostile.figures import Figures
from tests.hostile.servers import OK, Play, Server, serving

CODES = (301, 302, 303, 307, 308)


def targets(here: Server, trap: Server) -> dict[str, str]:
    """Where a redirect may point: name of the case -> Location."""
    return {
        "the same path": "/v2/",
        "another path": "/v2/token",
        "another port": f"http://127.0.0.1:{trap.port}/v2/",
        "another host": f"http://localhost:{trap.port}/v2/",
        "without a scheme": f"//127.0.0.1:{trap.port}/v2/",
        "https": f"https://127.0.0.1:{trap.port}/v2/",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "with user info": f"http://robot:{CANARY}@127.0.0.1:{trap.port}/",
        "itself": f"http://127.0.0.1:{here.port}/v2/",
        "a backslash": f"http://127.0.0.1:{here.port}\\@127.0.0.1:{trap.port}/",
        "a file": "file:///etc/passwd",
        "nonsense": "http://[::1/\x7f:99999999",
    }


def redirect(code: int, location: str) -> bytes:
    head = f"HTTP/1.1 {code} Moved\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\nmove"
    return head.encode("latin-1")


@pytest.mark.parametrize("endless", [False, True], ids=["short", "with an endless body"])
def test_no_redirect_is_followed(
    figures: Callable[[str], Figures], caplog: pytest.LogCaptureFixture, endless: bool
) -> None:
    count = figures("E redirects" + (" with endless bodies" if endless else ""))
    caplog.set_level(logging.DEBUG)
    with serving(OK) as trap, network() as net, count.memory():
        for code in CODES:
            for name in targets(trap, trap):
                with count.case(f"{code} to {name}"), serving(b"") as server:
                    location = targets(server, trap)[name]
                    server.play = _play(redirect(code, location), endless=endless)
                    outcome = ask(net, server.origin(), authorization=LOGIN, limit_s=5)
                    if not endless:
                        answer = answered(outcome)
                        assert (answer.status, answer.body) == (code, b"move")
                    assert len(server.requests) == 1, "the redirect was followed home"
        count.forbidden = trap.connections
        count.strays = trap.received.count(CANARY.encode())
    assert CANARY not in caplog.text
    count.conclude(limit_s=5)


def _play(head: bytes, *, endless: bool) -> Play:
    def play(line: socket.socket) -> None:
        if not endless:
            line.sendall(head)
            return
        line.sendall(head.replace(b"Content-Length: 4\r\n", b""))
        while True:
            line.sendall(b"x" * 65536)

    return play
