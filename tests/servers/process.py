"""Programs for a test: on a free port, with a log, ended by the process that started them."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServerError(Exception):
    """A program is missing, did not start or ended early; with the end of its log."""


def program(*names: str) -> str:
    """The path of the first of ``names`` that is installed."""
    for name in names:
        if found := shutil.which(name):
            return found
    raise ServerError(
        f"The program {names[0]} is needed by this test and not installed: "
        "run scripts/debian-packages, as make test does."
    )


def free_port() -> int:
    """A loopback port without a listener."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def closed(port: int) -> Iterator[None]:
    """Nobody else gets this port meanwhile, and a connection to it is refused."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind((LOOPBACK, port))
        yield


def busy_times() -> float:
    """How many processes want each core now, at least 1: a wall time may grow by so much."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def answers(port: int) -> bool:
    """True if this loopback port accepts connections."""
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def short_folder(owner: str | None = None) -> Iterator[Path]:
    """A private temporary folder with a path that is short enough for unix sockets."""
    path = Path(tempfile.mkdtemp(prefix="lk-"))
    if owner is not None:
        shutil.chown(path, owner, owner)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _end_with_the_starter() -> None:
    """In the child: let it die with its parent."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Program:
    """A running program and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def words(self, last: int = 2000) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-last:] if self.log.exists() else ""

    def wait_until(self, ready: Callable[[], bool], limit_s: float = 30) -> None:
        """Return when ``ready`` is true. Raises ServerError if the program ends or time is up."""
        deadline = time.monotonic() + limit_s
        while not ready():
            if not self.runs:
                raise ServerError(f"{self.process.args!r} ended early:\n{self.words()}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.process.args!r} is not ready:\n{self.words()}")
            time.sleep(0.03)

    def stop(self, how: signal.Signals = signal.SIGTERM, limit_s: float = 10) -> None:
        """Send TERM, and KILL if it does not end."""
        if self.runs:
            self.process.send_signal(how)
        try:
            self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(limit_s)


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    folder: Path,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    stop_by: signal.Signals = signal.SIGTERM,
) -> Iterator[Program]:
    """Start ``command`` in ``folder`` (as ``user`` when given) and end it afterwards."""
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("ab") as words:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            preexec_fn=_end_with_the_starter,  # only a prctl: no lock is taken
        )
    started = Program(process, log)
    try:
        yield started
    finally:
        started.stop(stop_by)
