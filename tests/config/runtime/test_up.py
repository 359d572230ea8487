"""`manage.py up`: starts quickly, keeps going, ends whole, and says plainly when it cannot."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import psutil
import pytest

from common.crypto import KeyRing
from config.backup.archive import verify
from tests.config import databases
from tests.config.installation import KEY, PROJECT, Installation
from tests.servers.family import command_line, family, kill, runs
from tests.servers.process import busy_times, free_port, short_folder

pytestmark = pytest.mark.timeout(200)  # each starts a whole product, some of them twice

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
STARTED = "Ctrl-C ends it."
PROGRAMS = {"queue", "web", "worker", "beat"}
STARTS_WITHIN_S, ENDS_WITHIN_S = 5, 5


class Up:
    """A running `manage.py up`."""

    def __init__(self, installation: Installation) -> None:
        self.port = free_port()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=PROJECT,
            env=installation.variables({"LOCKKEEPER_PORT": str(self.port)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []

    def wait_until_started(self) -> float:
        """Read until it says so; gives the seconds it took."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if STARTED in line:
                return time.monotonic() - self.began
        pytest.fail("".join(self.said))

    def family(self) -> set[psutil.Process]:
        return family(self.process.pid)

    def children(self) -> dict[str, psutil.Process]:
        """What the supervisor started itself, by what it is."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            words = command_line(child)
            if not words:  # it has just ended
                continue
            name = next((n for n in ("gunicorn", "worker", "beat") if n in words), "queue")
            found["web" if name == "gunicorn" else name] = child
        return found

    def answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=2) as asking,
        ):
            asking.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return b" 200 " in asking.recv(64)
        return False

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


def until(holds: Callable[[], bool], seconds: float = 40) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def gone(processes: Iterable[psutil.Process]) -> bool:
    return not any(runs(one) for one in processes)


@pytest.fixture
def installation() -> Iterator[Installation]:
    with short_folder() as folder:
        yield Installation(folder)


@contextlib.contextmanager
def up(installation: Installation) -> Iterator[Up]:
    started = Up(installation)
    try:
        yield started
    finally:
        everybody = started.family()
        started.process.kill()
        started.process.wait()
        assert started.process.stdout is not None
        started.process.stdout.close()
        kill(everybody)


def test_it_starts_and_ends_and_starts_again_with_the_same_keys(installation: Installation) -> None:
    with up(installation) as first:
        first.wait_until_started()
        words = "".join(first.said)
        assert f"http://localhost:{first.port}/set-up/ with the one-time code" in words
        assert "back this file up" in words
        assert first.answers()
        assert set(first.children()) == PROGRAMS
        everybody = first.family()
        keys = {file: file.read_text() for file in (installation.data / "keys").iterdir()}
        assert {file.stat().st_mode & 0o777 for file in keys} == {0o600}
        assert installation.data.stat().st_mode & 0o777 == 0o700

        asked = time.monotonic()
        assert first.end() == 0
        assert time.monotonic() - asked < ENDS_WITHIN_S * busy_times()
        assert gone(everybody)
    with up(installation) as second:
        assert second.wait_until_started() < STARTS_WITHIN_S * busy_times()
        assert {file: file.read_text() for file in keys} == keys
        asked = time.monotonic()
        assert second.end(signal.SIGINT) == 0
        assert time.monotonic() - asked < ENDS_WITHIN_S * busy_times()


def test_what_is_killed_is_started_again(installation: Installation) -> None:
    with up(installation) as running:
        running.wait_until_started()
        for name in PROGRAMS:
            assert until(lambda name=name: name in running.children()), name
            before = running.children()
            kill([before[name]])
            assert until(lambda name=name, old=before: _is_replaced(running, name, old)), name
        assert until(running.answers)
        everybody = running.family()
        assert running.end() == 0
        assert gone(everybody)


def _is_replaced(running: Up, name: str, before: dict[str, psutil.Process]) -> bool:
    now = running.children().get(name)
    return now is not None and now.pid != before[name].pid


def test_tasks_run_again_after_the_queue_was_killed(installation: Installation) -> None:
    ring = "from config.tasks import forget_old_sessions as task; print(task.delay())"
    with up(installation) as running:
        running.wait_until_started()
        before = running.children()
        kill([before["queue"]])
        assert until(lambda: _is_replaced(running, "queue", before))
        assert until(lambda: (installation.data / "run" / "queue.sock").exists())
        rung = installation.run(
            "manage.py", "shell", "-v0", "-c", ring, changes={"LOCKKEEPER_EMBEDDED": "1"}
        )
        ended = f"{rung.stdout.strip()}] succeeded"
        log = installation.data / "logs" / "worker.log"
        assert until(lambda: ended in log.read_text()), rung.stderr


def test_nothing_outlives_a_killed_supervisor(installation: Installation) -> None:
    with up(installation) as running:
        running.wait_until_started()
        everybody = running.family()
        assert len(everybody) >= len(PROGRAMS) + 2, "gunicorn has children of its own"
        running.process.kill()
        assert until(lambda: gone(everybody)), [command_line(p) for p in everybody if runs(p)]
    with up(installation) as again:
        again.wait_until_started()
        assert again.end() == 0


def test_nothing_outlives_a_killed_web_process(installation: Installation) -> None:
    with up(installation) as running:
        running.wait_until_started()
        web = running.children()["web"]
        everybody = family(web.pid)
        kill([web])
        assert until(lambda: gone(everybody))
        assert until(running.answers)


def test_a_database_of_before_goes_on_and_knows_its_migrations(installation: Installation) -> None:
    url = f"sqlite:///{installation.data}/lockkeeper.sqlite3"
    installation.environment["LOCKKEEPER_KEYS"] = KEY
    installation.data.mkdir(mode=0o700)
    databases.fill(url)
    with up(installation) as running:
        running.wait_until_started()
        assert running.answers()
        assert running.end() == 0
    assert databases.recorded(url) >= databases.SQUASHED
    copy, *more = (installation.data / "backups").glob("before-migration-*.backup")
    assert more == []
    assert f"Made {copy} before the migration. To go back: stop this" in "".join(running.said)
    of_before = {each.partition(".")[0] for each in verify(copy, KeyRing.parse(KEY)).migrations}
    assert {"credentials_app", "workspaces"} <= of_before
    assert "mfa" not in of_before, "it holds the tables of before"


def test_a_folder_has_one_lockkeeper(installation: Installation) -> None:
    with up(installation) as running:
        running.wait_until_started()
        second = installation.run("manage.py", "up", changes={"LOCKKEEPER_PORT": str(free_port())})
        assert second.returncode == 78
        assert f"already runs on the data folder {installation.data} (process" in second.stderr
        assert str(running.process.pid) in second.stderr
        assert running.answers()


def test_a_port_in_use_is_named(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = installation.run("manage.py", "up", changes={"LOCKKEEPER_PORT": str(port)})
    assert ended.returncode == 78
    assert f"Port {port} of 127.0.0.1 is in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_path_too_long_for_a_socket_is_named(installation: Installation) -> None:
    long = installation.folder / ("long" * 30)
    ended = installation.run("manage.py", "up", changes={"LOCKKEEPER_DATA": str(long)})
    assert ended.returncode == 78
    assert "too long for a socket" in ended.stderr


def test_a_folder_that_cannot_be_written_is_named(installation: Installation) -> None:
    installation.folder.chmod(0o555)
    ended = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=PROJECT,
        env=installation.variables({}),
        capture_output=True,
        text=True,
        preexec_fn=_heed_file_modes,
        timeout=40,
        check=False,
    )
    assert ended.returncode == 78, ended.stderr
    assert f"{installation.data} cannot be written" in ended.stderr
    assert "LOCKKEEPER_DATA" in ended.stderr
    assert "Traceback" not in ended.stderr


def _heed_file_modes() -> None:
    """Root may write everywhere: take that right away, for this process only."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for right in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            libc.prctl(PR_CAPBSET_DROP, right, 0, 0, 0)
