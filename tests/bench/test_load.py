"""bench.load counts what failed, and tells the aims of the side that has checks."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import load
from bench.load import Person, Taken


class Pages(BaseHTTPRequestHandler):
    """Three kinds of page: good, broken, and one that hangs up."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/gone/":
            self.close_connection = True
            return
        self.send_response(500 if self.path == "/broken/" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_whole = f"csrfmiddlewaretoken={load.CSRF}".encode() in body and b"days=7" in body
        self.send_response(
            302 if is_whole and "lockkeeper_session=made-up" in str(self.headers) else 403
        )
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_good_pages_have_times_and_others_are_errors(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(load.time, "sleep", waits.append)
    pages = [("GET", "/"), ("POST", "/form/"), ("GET", "/broken/"), ("GET", "/gone/")]
    taken, now = Taken(), time.monotonic()
    ticks = iter([*[now] * 8, now + 99, now + 99])
    monkeypatch.setattr(load.time, "monotonic", lambda: next(ticks))
    load.visit(Person("made-up", pages, 7), port, now, now + 50, taken)
    assert taken.errors == ["GET /broken/: 500", "GET /gone/: RemoteDisconnected"]
    assert len(taken.seconds) == 3
    assert waits[:4] == [0, 1, 2, 3], "one page a second"


def test_the_report_says_ratios_and_aims() -> None:
    idle = Taken([0.1] * 100, [], 0)
    busy = Taken([0.2] * 98 + [5.0] * 2, ["GET /: 500"], 50)
    said = load.report(idle, busy, 10)
    assert "beside checks / idle: median 2.00" in said
    assert "p95 0.50 times 0.4 s (reached)" in said
    assert "p99 5.00 times 1.0 s (missed)" in said
    assert "50 checks, 5.0 a second" in said
    assert "GET /: 500" in said
