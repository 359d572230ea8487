"""Slow and oversized clients: no thread waits for them, and nothing of theirs reaches the disk."""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.config.installation import PROJECT, collected, production
from tests.servers.process import LOOPBACK, Program, answers, free_port, running, short_folder

OURS, THEIRS = "config.runtime.web_worker.Worker", "gthread"
HASTY = "tests.config.hasty_worker.Worker"
PRODUCT, UNLIMITED = "config.wsgi:application", "tests.config.unlimited:application"
LONG_PAGE = "tests.config.long_page:application"
CONFIGURATION = "config/runtime/gunicorn_conf.py"
HOST = b" HTTP/1.1\r\nHost: localhost\r\n"
SIGN_IN, HEALTH = b"POST /account/login/" + HOST, b"GET /healthz" + HOST
STYLES = b"GET /static/css/app.css" + HOST + b"\r\n"
LONG = b"GET /long" + HOST + b"\r\n"
SLOW = {
    "silent": b"",
    "half a head": HEALTH + b"X-More: ",
    "half a body": SIGN_IN + b"Content-Length: 900\r\n\r\nlogin=",
    "chunks that never end": SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "answered and still there": b"GET /healthz HTTP/1.0\r\n\r\n",
    "kept alive": HEALTH + b"\r\n",
    "empty lines": b"\r\n\r\n\r\n\r\n",
    "refused": b"NO SUCH / REQUEST\r\n\r\n",
}
MULTIPART = SIGN_IN + (
    b"Cookie: lockkeeper_csrf=" + b"c" * 32 + b"\r\n"
    b"Content-Type: multipart/form-data; boundary=xx\r\nContent-Length: %d\r\n\r\n"
    b'--xx\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
)


@dataclass
class Web:
    """A running web process."""

    port: int
    program: Program
    temporary: Path

    def connect(self, said: bytes) -> socket.socket:
        """A connection that has said this."""
        client = socket.create_connection((LOOPBACK, self.port), timeout=5)
        client.sendall(said)
        return client

    def health(self, limit_s: float) -> bool:
        """True if a health check is answered in time."""
        with contextlib.suppress(OSError), self.connect(SLOW["answered and still there"]) as client:
            client.settimeout(limit_s)
            return b" 200 " in client.recv(64)
        return False

    def unnamed_files(self) -> list[str]:
        """The files that a process has open although the folder does not show them."""
        processes = [each for each in psutil.process_iter() if self._is_ours(each)]
        assert len(processes) > 1
        links = [link for each in processes for link in Path(f"/proc/{each.pid}/fd").iterdir()]
        targets = [os.readlink(link) for link in links if link.is_symlink()]
        inside = [Path(each).name for each in targets if each.startswith(str(self.temporary))]
        return [name for name in inside if not name.startswith("wgunicorn-")]  # its heartbeat

    def _is_ours(self, process: psutil.Process) -> bool:
        own = psutil.Process(self.program.pid)
        return process == own or process in own.children(recursive=True)


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collected(tmp_path_factory.mktemp("static"))


@pytest.fixture(scope="module")
def ours(static: Path) -> Iterator[Web]:
    with web(OURS, PRODUCT, static) as place:
        yield place


@pytest.fixture(scope="module")
def hasty(static: Path) -> Iterator[Web]:
    with web(HASTY, PRODUCT, static) as place:
        yield place


@contextlib.contextmanager
def web(kind: str, application: str, static: Path, *, threads: int = 4) -> Iterator[Web]:
    """Gunicorn with one process."""
    port = free_port()
    with short_folder() as folder:
        (temporary := folder / "tmp").mkdir()
        (folder / "data").mkdir()
        (folder / "data" / "static").symlink_to(static)
        environment = production(folder).environment | {
            "SITE_URL": f"http://localhost:{port}",
            "LOCKKEEPER_DATA": str(folder / "data"),
            "LOCKKEEPER_EMBEDDED": "1",
            "LOCKKEEPER_WEB_PROCESSES": "1",
            "LOCKKEEPER_WEB_THREADS": str(threads),
            "TMPDIR": str(temporary),
        }
        options = ["-c", str(PROJECT / CONFIGURATION), "-k", kind, "--chdir", str(PROJECT)]
        command = [sys.executable, "-m", "gunicorn", *options, "-b", f"{LOOPBACK}:{port}"]
        environment["PYTHONPATH"] = str(PROJECT)
        with running([*command, application], folder=folder, env=environment) as program:
            program.wait_until(lambda: answers(port) and "Booting worker" in program.words())
            started = Web(port, program, temporary)
            program.wait_until(lambda: started.health(1.0))
            yield started


@contextlib.contextmanager
def fifty_slow(place: Web) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        said = [*SLOW.values()] * 7
        yield [stack.enter_context(place.connect(words)) for words in said[:50]]


def test_fifty_slow_clients_do_not_delay_a_health_check(ours: Web) -> None:
    with fifty_slow(ours):
        assert [ours.health(1.0) for _ in range(10)] == [True] * 10


def test_clients_that_ask_for_much_and_read_nothing_delay_no_health_check(static: Path) -> None:
    """Each sends requests together. The first responses fill what the kernel keeps."""
    with web(OURS, PRODUCT, static) as place, contextlib.ExitStack() as stack:
        for _ in range(20):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.connect((LOOPBACK, place.port))
            client.sendall(STYLES * 60)
        time.sleep(2)
        assert [place.health(1.0) for _ in range(10)] == [True] * 10


def test_the_librarys_worker_is_stopped_by_them(static: Path) -> None:
    with web(THEIRS, PRODUCT, static) as place, fifty_slow(place):
        assert not place.health(3.0)


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_client_is_dropped(hasty: Web, name: str) -> None:
    with hasty.connect(SLOW[name]) as client:
        client.settimeout(9)
        with contextlib.suppress(ConnectionResetError):
            assert b"" in iter(lambda: client.recv(4096), None)


def test_a_client_that_drips_is_dropped_too(hasty: Web) -> None:
    with hasty.connect(SLOW["half a head"]) as client:
        client.settimeout(0.3)
        dripped = 0
        with contextlib.suppress(ConnectionError):
            while dripped < 40:
                client.sendall(b"x")
                dripped += 1
                try:
                    if not client.recv(10):
                        break
                except TimeoutError:
                    continue
        assert 3 < dripped < 20


@pytest.mark.parametrize(
    ("kind", "free"), [(HASTY, True), (THEIRS, False)], ids=["ours", "the library's"]
)
def test_who_reads_a_page_slowly_holds_a_thread_for_a_limited_time(
    kind: str, free: bool, static: Path
) -> None:
    with web(kind, LONG_PAGE, static, threads=1) as place, place.connect(LONG) as client:
        client.recv(10)
        assert any(place.health(1.0) for _ in range(6)) is free


def test_requests_in_one_packet_are_answered_one_after_another(ours: Web) -> None:
    with ours.connect(SLOW["kept alive"] * 3) as client:
        said = b""
        while said.count(b"ok\n") < 3:
            said += client.recv(4096)
        assert said.count(b"HTTP/1.1 200") == 3


def test_a_request_that_arrives_byte_by_byte_is_answered(ours: Web) -> None:
    with ours.connect(b"") as client:
        for byte in SLOW["kept alive"]:
            client.sendall(bytes([byte]))
        assert b" 200 " in client.recv(100)


def test_a_head_that_is_too_large_is_refused(ours: Web) -> None:
    with ours.connect(b"GET / HTTP/1.1\r\nX: ") as client:
        client.sendall(b"x" * 70_000)
        assert client.recv(100).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    ("head", "status"),
    [(MULTIPART % 150_000_000, b"413"), (SLOW["chunks that never end"], b"411")],
    ids=["too large", "of unknown length"],
)
def test_a_body_is_refused_before_it_is_read(ours: Web, head: bytes, status: bytes) -> None:
    with ours.connect(head) as client:
        assert client.recv(4096).startswith(b"HTTP/1.1 " + status)
        while client.recv(4096):
            pass
        assert ours.unnamed_files() == []


def test_an_upload_lies_in_memory_and_not_in_the_temporary_folder(ours: Web) -> None:
    size = 2_000_000
    with ours.connect(MULTIPART % size) as client:
        client.sendall(b"x" * (size - 5000))
        time.sleep(0.5)
        assert ours.unnamed_files() == []
        client.sendall(b"x" * 5000)
        assert client.recv(100).startswith(b"HTTP/1.1 403")  # its form token is made up
        assert ours.unnamed_files() == []


def test_without_our_limits_a_strangers_upload_fills_the_temporary_folder(static: Path) -> None:
    with (
        web(THEIRS, UNLIMITED, static) as place,
        place.connect(MULTIPART % 50_000_000) as client,
    ):
        client.sendall(b"x" * 20_000_000)
        place.program.wait_until(lambda: place.unnamed_files() != [], limit_s=10)
        assert place.unnamed_files() != []
