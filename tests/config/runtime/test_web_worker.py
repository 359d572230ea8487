"""A web process that ends: who is there is answered, who comes later is refused at once."""

import contextlib
import signal
import socket
import sys
import time
from importlib.metadata import version

import pytest

from tests.config import slow_page
from tests.config.installation import PROJECT
from tests.servers.process import LOOPBACK, answers, free_port, running, short_folder

OURS, THEIRS = "config.runtime.web_worker.Worker", "gthread"
ASK = b"GET / HTTP/1.0\r\n\r\n"
LIMIT_S, NOTICES_A_STOP_WITHIN_S = 30, 5


def asked(port: int) -> socket.socket | None:
    """A connection that has asked for the page; None if it was refused."""
    try:
        connection = socket.create_connection((LOOPBACK, port), timeout=LIMIT_S)
    except ConnectionRefusedError:
        return None
    with contextlib.suppress(ConnectionError):  # the answer will tell
        connection.sendall(ASK)
    return connection


def result(connection: socket.socket | None) -> str:
    """What became of it."""
    if connection is None:
        return "refused"
    with connection, contextlib.suppress(ConnectionResetError):
        if b" 200 " in connection.recv(64):
            return "answered"
    return "hung up on"


def wait_until_refused(port: int) -> None:
    """Or until a worker that goes on accepting has long stopped to serve."""
    end = time.monotonic() + NOTICES_A_STOP_WITHIN_S
    while answers(port) and time.monotonic() < end:
        time.sleep(0.05)


def test_an_upgrade_of_gunicorn_asks_for_a_look_at_the_workaround() -> None:
    assert version("gunicorn") == "27.0.1", (
        "Does gunicorn's gthread worker still keep its sockets open while it stops? If not, delete "
        "config/runtime/web_worker.py; if so, write the new version here and there."
    )


@pytest.mark.parametrize(
    ("kind", "later"), [(OURS, "refused"), (THEIRS, "hung up on")], ids=["ours", "the library's"]
)
def test_who_comes_while_the_last_requests_end(kind: str, later: str) -> None:
    port = free_port()
    options = ["-k", kind, "--threads", "2", "-b", f"{LOOPBACK}:{port}", "--chdir", str(PROJECT)]
    command = [sys.executable, "-m", "gunicorn", *options, "tests.config.slow_page:application"]
    with (
        short_folder() as folder,
        running(command, folder=folder, env={slow_page.GO: str(folder / "go")}) as web,
    ):
        web.wait_until(lambda: answers(port) and "Booting worker" in web.words())
        early = asked(port)
        web.wait_until(lambda: slow_page.ASKED in web.words())
        web.process.send_signal(signal.SIGTERM)
        wait_until_refused(port)
        late = asked(port)
        (folder / "go").touch()
        assert (result(early), result(late)) == ("answered", later)
