"""A running Lockkeeper for tests: `manage.py up` with its own folder and port."""

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.config.installation import PROJECT, Installation
from tests.servers.family import family, kill
from tests.servers.process import free_port, short_folder
from tests.servers.run_servers import own_database, own_queue

STARTED = "Ctrl-C ends it."
START_LIMIT_S = 150
ENVIRONMENT = {"LOCKKEEPER_PRIVATE_NETWORKS": "127.0.0.0/8:*"}
SET_UP = re.compile(r"(http://\S+/set-up/) with the one-time code (\S+)")


@dataclass
class Product:
    """The running product: its URL, its output, its processes."""

    installation: Installation
    port: int
    process: "subprocess.Popen[bytes]"
    said: Path
    family: set[psutil.Process] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def data(self) -> Path:
        return self.installation.data

    @property
    def code(self) -> str:
        """The one-time code for the first account, as the terminal shows it."""
        found = SET_UP.search(self.words())
        assert found, self.words()
        return found[2]

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a command on the same data."""
        return self.installation.variables(
            {"LOCKKEEPER_PORT": str(self.port), "LOCKKEEPER_EMBEDDED": "1"}
        )

    def words(self) -> str:
        """Its output in the terminal."""
        return self.said.read_text(encoding="utf-8", errors="replace")

    def processes(self) -> set[psutil.Process]:
        """The supervisor and all of its current descendants."""
        now = family(self.process.pid)
        self.family |= now
        return now

    def wait_until_started(self) -> None:
        """Wait until it reports that it runs."""
        eventually(
            lambda: STARTED in self.words() or self.process.poll() is not None,
            START_LIMIT_S,
            self.words,
        )
        assert self.process.poll() is None, self.words()
        self.processes()

    def end(self) -> None:
        """Kill it at once; other tests cover a regular stop."""
        if self.process.poll() is None:
            self.processes()
        self.process.kill()
        self.process.wait(10)
        kill(self.family)
        psutil.wait_procs(self.family, timeout=10)


@contextlib.contextmanager
def product(**environment: str) -> Iterator[Product]:
    """Run the product while the block runs."""
    with short_folder() as folder, own_database() as database, own_queue() as queue:
        temporary = folder / "tmp"
        temporary.mkdir()
        variables = {**ENVIRONMENT, **database, **queue, "TMPDIR": str(temporary), **environment}
        installation, port = Installation(folder, variables), free_port()
        said = folder / "said.txt"
        with said.open("wb") as words:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=PROJECT,
                env=installation.variables({"LOCKKEEPER_PORT": str(port)}),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        started = Product(installation, port, process, said)
        try:
            started.wait_until_started()
            yield started
        finally:
            started.end()


def eventually(
    holds: Callable[[], object], limit_s: float = 20, otherwise: Callable[[], object] = lambda: ""
) -> None:
    """Return when ``holds`` is true; fail with ``otherwise`` when the time is up."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)
