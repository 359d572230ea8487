"""Measures the memory of the embedded product at rest, in all its processes.

    .venv/bin/python -m bench.at_rest

It is the sum of PSS, in which memory that processes share counts once. The processes hide
their memory from other users, so that only root can read it.
"""

import os
import re
import socket  # noqa: TID251  # asks the kernel for a free port
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.servers.process import short_folder

PATIENCE_S, STEADY_S, STEADY_MB = 120.0, 5.0, 1.0
AIM_MB = 500


def pss_mb(pid: int) -> float:
    """The proportional set size of a process. Raises PermissionError."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    line = next(line for line in lines if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def memory(pid: int) -> dict[str, float]:
    """The memory of a process and of all its descendants, by what each runs."""
    top = psutil.Process(pid)
    found: dict[str, float] = {}
    for process in [top, *top.children(recursive=True)]:
        name = name_of(" ".join(process.cmdline()))
        found[name] = found.get(name, 0.0) + pss_mb(process.pid)
    return found


def name_of(command: str) -> str:
    """What this process of the embedded product runs, by its command or the title that it set."""
    worker = re.search(r"celeryd: (\S+?)@", command)
    if worker:
        return f"worker {worker[1]}"
    kinds = {"gunicorn": "web", "celery beat": "timetable", "runtime.supervisor": "supervisor"}
    return next((name for words, name in kinds.items() if words in command), "queue")


def at_rest() -> dict[str, float]:
    """Start Lockkeeper as `make run` does, and wait until its memory no longer grows."""
    with short_folder() as folder, tempfile.TemporaryFile() as log:
        environment = {
            "PATH": os.environ["PATH"],
            "LOCKKEEPER_DATA": str(folder / "data"),
            "LOCKKEEPER_PORT": str(_free_port()),
        }
        command = [sys.executable, "manage.py", "up"]
        started = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            return _steady(started)
        finally:
            started.terminate()
            started.wait()


def _steady(started: "subprocess.Popen[bytes]") -> dict[str, float]:
    end = time.monotonic() + PATIENCE_S
    before: dict[str, float] = {}
    while time.monotonic() < end:
        time.sleep(STEADY_S)
        assert started.poll() is None, "Lockkeeper does not start"
        try:
            now = memory(started.pid)
        except (FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
            continue
        same = now.keys() == before.keys() and "timetable" in now
        if same and abs(sum(now.values()) - sum(before.values())) < STEADY_MB:
            return now
        before = now
    raise AssertionError("its memory does not become steady")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def show() -> None:
    """Print the memory of each kind of process, and the sum beside its aim."""
    try:
        found = at_rest()
    except PermissionError:
        print("\nmemory at rest: not measured; only root may read it")
        return
    print("\nEmbedded, at rest, PSS")
    for name, mb in found.items():
        print(f"  {name:18} {mb:6.0f} MB")
    whole = sum(found.values())
    reached = "reached" if whole <= AIM_MB else "not reached"
    print(f"  {'all':18} {whole:6.0f} MB; aim: at most {AIM_MB}, {reached}")


if __name__ == "__main__":
    show()
