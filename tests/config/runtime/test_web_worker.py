"""A web process that ends: who is there is answered, who comes later is refused at once."""

import signal
import socket
import sys
import threading
import time
from importlib.metadata import version

import pytest

from tests.config.installation import PROJECT
from tests.servers.process import LOOPBACK, answers, free_port, running, short_folder

OURS, THEIRS = "config.runtime.web_worker.Worker", "gthread"
ASK = b"GET / HTTP/1.0\r\n\r\n"


def request(port: int) -> str:
    """The result of one request."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=10) as connection:
            connection.sendall(ASK)
            return "answered" if b" 200 " in connection.recv(64) else "hung up on"
    except ConnectionRefusedError:
        return "refused"
    except ConnectionResetError:
        return "hung up on"


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
    found: list[str] = []
    early = threading.Thread(target=lambda: found.append(request(port)))
    with short_folder() as folder, running(command, folder=folder) as web:
        web.wait_until(lambda: answers(port) and "Booting worker" in web.words())
        early.start()
        time.sleep(0.5)
        web.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert request(port) == later
        early.join()
    assert found == ["answered"]
