"""A whole Lockkeeper that is killed piece by piece, and what is left of it afterwards."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil

from tests.config.installation import PROJECT, Installation
from tests.servers.family import command_line, family, kill, runs
from tests.servers.process import free_port

STARTED = "Ctrl-C ends it."
START_LIMIT_S = 150
GONE_LIMIT_S = 10
ENVIRONMENT = {"LOCKKEEPER_PRIVATE_NETWORKS": "127.0.0.0/8:*", "LOCKKEEPER_EMBEDDED": "1"}


class Product:
    """`manage.py up` on one data folder, as often as it is started."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.log = installation, installation.folder / "up.log"
        self.port = free_port()
        self.ever: set[psutil.Process] = set()
        self.process: subprocess.Popen[bytes] | None = None
        self.guests: set[int] = set()  # processes of the test that use its data folder too

    def environment(self) -> dict[str, str]:
        """What its processes get, and whoever works on its tables."""
        queue = self.installation.data / "run" / "queue.sock"
        changes = {**ENVIRONMENT, "LOCKKEEPER_PORT": str(self.port)}
        return {**self.installation.variables(changes), "REDIS_URL": f"redis+socket://{queue}"}

    def start(self) -> None:
        """Start it and wait until it says that it runs."""
        environment = self.environment()
        del environment["REDIS_URL"]  # up has its own queue then
        with self.log.open("wb") as words:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        end = time.monotonic() + START_LIMIT_S
        while STARTED not in self.log.read_text(errors="replace"):
            assert self.process.poll() is None, self.words()
            assert time.monotonic() < end, self.words()
            time.sleep(0.1)
        self.notice()

    def notice(self) -> None:
        """Remember who belongs to it now."""
        assert self.process is not None
        self.ever |= family(self.process.pid)

    def part(self, name: str) -> psutil.Process:
        """The process that does this now: worker, queue, web or beat; waits for its start."""
        assert self.process is not None
        end = time.monotonic() + START_LIMIT_S
        while time.monotonic() < end:
            for child in self.supervisor().children():
                if _name(child) == name:
                    return child
            time.sleep(0.1)
        raise AssertionError(f"no {name}: {self.words()}")

    def supervisor(self) -> psutil.Process:
        """The process that starts the others again."""
        assert self.process is not None
        return psutil.Process(self.process.pid)

    def kill(self, name: str) -> str:
        """SIGKILL for this part and wait until it is gone; gives the time at which it was."""
        self.notice()
        part = self.part(name)
        kill([part])
        assert _until_gone({part}) == set()
        return datetime.now(UTC).isoformat()

    def kill_supervisor(self) -> tuple[str, list[str]]:
        """SIGKILL for the supervisor; gives when all was gone, and what would not go."""
        assert self.process is not None
        self.notice()
        self.process.kill()
        self.process.wait()
        left = self.left()
        return datetime.now(UTC).isoformat(), left

    def end(self) -> tuple[int, float]:
        """TERM; gives the exit status and the seconds it took."""
        assert self.process is not None
        self.notice()
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        return status, time.monotonic() - began

    def left(self) -> list[str]:
        """What still runs of it after a moment: once seen as its child, or on its data folder."""
        everybody = psutil.process_iter()
        mine = {one for one in everybody if one.pid not in self.guests and self._is_of_it(one)}
        still = _until_gone(self.ever | mine)
        return sorted(str(one) for one in still)

    def _is_of_it(self, one: psutil.Process) -> bool:
        data = str(self.installation.data)
        with contextlib.suppress(psutil.Error):
            return data in " ".join(one.cmdline()) or one.environ().get("LOCKKEEPER_DATA") == data
        return False

    def clear_away(self) -> None:
        """Leave nothing behind, however the test went."""
        if self.process is not None and self.process.poll() is None:
            self.notice()
            self.process.kill()
            self.process.wait()
        kill(self.ever)

    def said(self, words: str) -> int:
        """How often its parts have said so."""
        files = (self.installation.data / "logs").glob("*.log")
        return sum(file.read_text(errors="replace").count(words) for file in files)

    def words(self) -> str:
        """The ends of what it and its parts wrote."""
        files = [self.log, *sorted((self.installation.data / "logs").glob("*.log"))]
        return "\n".join(f"{f.name}: {f.read_text(errors='replace')[-1500:]}" for f in files)


@contextlib.contextmanager
def running(installation: Installation) -> Iterator[Product]:
    """A started product that is cleared away afterwards."""
    product = Product(installation)
    try:
        product.start()
        yield product
    finally:
        product.clear_away()


def _name(child: psutil.Process) -> str:
    words = command_line(child)
    if "gunicorn" in words:
        return "web"
    return next((name for name in ("worker", "beat", "queue") if name in words), "")


def _until_gone(processes: set[psutil.Process]) -> set[psutil.Process]:
    """Those that still run when patience ends; what only waits to be reaped is gone."""
    end = time.monotonic() + GONE_LIMIT_S
    while left := {one for one in processes if runs(one)}:
        if time.monotonic() > end:
            return left
        time.sleep(0.05)
    return set()
