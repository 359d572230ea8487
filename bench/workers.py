"""Runs worker processes as the embedded mode does: some for scheduled checks, one for sweeps."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.runtime.queue import QUEUE_OF_CHECKS, QUEUE_OF_THE_REST


def cpu_s(pid: int) -> float:
    """The CPU time that this process has used, in seconds."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


class Worker:
    """The product's worker in its own process."""

    def __init__(self, process: "subprocess.Popen[bytes]", said: Path) -> None:
        self.said, self.process = said, process

    def wait_until_ready(self) -> None:
        """Wait until the worker writes its file, which it does when it receives tasks."""
        end = time.monotonic() + 120
        while not self.said.exists():
            assert time.monotonic() < end, "the worker does not start"
            time.sleep(0.05)

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def statements(self) -> int:
        self.said.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGRTMIN)
        end = time.monotonic() + 10
        while not self.said.exists() or not self.said.read_text():
            assert time.monotonic() < end, "the worker says nothing"
            time.sleep(0.01)
        return int(self.said.read_text())


@dataclass(frozen=True)
class Workers:
    """The workers of one run. ``checking``: how many of them do scheduled checks."""

    all: tuple[Worker, ...]
    checking: int

    def cpu_s(self) -> float:
        return sum(cpu_s(each.process.pid) for each in self.all)

    def statements(self) -> int:
        return sum(each.statements() for each in self.all)

    def peak_mb(self) -> float:
        """The highest memory use of the largest of them."""
        return max(each.peak_mb() for each in self.all)


@contextmanager
def workers(checking: int) -> Iterator[Workers]:
    """Run so many workers for scheduled checks, and one for sweeps, while the block runs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        names = [(f"checks-{number}", QUEUE_OF_CHECKS, 8) for number in range(checking)]
        started = [
            stack.enter_context(_worker(folder / name, queue, threads))
            for name, queue, threads in [*names, ("sweeps", QUEUE_OF_THE_REST, 2)]
        ]
        for each in started:
            each.wait_until_ready()
        yield Workers(tuple(started), checking)


@contextmanager
def _worker(said: Path, queue: str, threads: int) -> Iterator[Worker]:
    command = [sys.executable, "-m", "bench.counted_worker", str(said), queue, str(threads)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield Worker(process, said)
    finally:
        process.kill()
        process.wait()
