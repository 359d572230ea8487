"""Measures checks of stored credentials on 50 origins, and compares with `skopeo login`.

    .venv/bin/python -m bench.sweep [CREDENTIALS ...]

Each registry answers after 50 ms, and the budgets of these origins are raised. Everything else is
the product: 1, 2 and 4 worker processes, its queue, its database, complete checks. One sweep is
enqueued; the time ends when the last credential is recorded. skopeo runs eight logins at a time,
in turn with them. At the end: the memory of the embedded product at rest.
SQLite with the embedded queue needs nothing but the packages of requirements-test.txt. What else is
not installed is named, and its part is left out.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import at_rest
from bench.check_speed import SKOPEO_AT_ONCE
from bench.ratios import SKOPEO, Figures, ratios
from config.runtime.data_folder import DataFolder
from config.runtime.embedded import queue_server
from tests.config.installation import KEY, SECRET_KEY
from tests.servers.postgres import binary, postgres
from tests.servers.process import ServerError, program, running, short_folder
from tests.servers.redis import redis

COUNTS = ["1000"]
EMBEDDED, GROWN_UP = "SQLite, embedded queue", "PostgreSQL, Redis"
# The Debian packages of the second half, and how to find their programs.
NEEDED: dict[str, Callable[[], str]] = {
    "postgresql": lambda: binary("postgres"),
    "redis-server": lambda: program("redis-server", "valkey-server"),
}


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LOCKKEEPER_DATA": str(folder),
        "LOCKKEEPER_PRIVATE_NETWORKS": "127.0.0.0/8:*",
        "SECRET_KEY": SECRET_KEY,
        "LOCKKEEPER_KEYS": KEY,
        "SITE_URL": "http://localhost:8000",
        "LOCKKEEPER_LOG_LEVEL": "WARNING",
        **more,
    }


@contextmanager
def embedded() -> Iterator[dict[str, str]]:
    """An environment with SQLite and the queue server that `make run` starts."""
    with short_folder() as path:
        folder = DataFolder(path / "data")
        folder.prepare()
        queue = queue_server(folder)
        with running(queue.command, folder=path) as server:
            server.wait_until(folder.queue_socket.exists)
            yield _environment(folder.path, LOCKKEEPER_EMBEDDED="1")


@contextmanager
def grown_up() -> Iterator[dict[str, str]]:
    """An environment with PostgreSQL and Redis."""
    with tempfile.TemporaryDirectory() as folder, redis() as queue, postgres() as database:
        more = {"DATABASE_URL": database, "REDIS_URL": f"{queue}/0"}
        yield _environment(Path(folder), **more)


def not_installed() -> list[str]:
    """The Debian packages of PostgreSQL and Redis that this machine lacks."""
    lacking = []
    for package, find in NEEDED.items():
        try:
            find()
        except ServerError:
            lacking.append(package)
    return lacking


def show(name: str, environment: dict[str, str], counts: list[str]) -> None:
    """Run the bench on this backend, and print its figures as they come, then the ratios."""
    print(f"\n{name}")
    command = [sys.executable, "-m", "bench.sweep_run", *counts]
    found: list[Figures] = []
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            values = json.loads(line)
            if "quiet_ms" in values:
                quiet = values["quiet_ms"]
                print(f"  sweep with nothing due among 100,000 rows: {quiet:.1f} ms", flush=True)
            elif "complete" in values:
                print(*(f"  {each.line()}" for each in ratios(found)), sep="\n", flush=True)
                found.clear()
            else:
                found.append(Figures(**values))
                print(_line(found[-1]), flush=True)
    assert running.returncode == 0, "the bench failed"


def _line(run: Figures) -> str:
    if run.name == SKOPEO:
        return (
            f"  {run.name}, {SKOPEO_AT_ONCE} at a time: {run.count} in {run.wall_s:.2f} s, "
            f"{run.cpu_ms_each:.1f} ms of CPU each"
        )
    return (
        f"  {run.count:6} {run.name:18} {run.processes} proc. {run.wall_s:6.2f} s  "
        f"{run.cpu_ms_each:5.2f} ms of CPU and {run.statements_each:5.2f} statements each, "
        f"registries {run.registry_ms_each:.2f} ms, peak {run.peak_mb:.0f} MB, {run.good} valid"
    )


def _machine() -> str:
    """The processor and the operating system."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = next((line for line in lines if line.startswith("model name")), "")
    return f"{named.partition(':')[2].strip() or platform.machine()}, {platform.system()}"


def main(counts: list[str]) -> None:
    """Run both backends, then measure the memory at rest."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(_machine())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}")
    if shutil.which("skopeo") is None:
        print("skopeo is not installed: nothing to compare with")
    with embedded() as environment:
        show(EMBEDDED, environment, counts)
    if lacking := not_installed():
        print(f"\n{GROWN_UP}: not measured; not installed: {', '.join(lacking)}")
    else:
        with grown_up() as environment:
            show(GROWN_UP, environment, counts)
    at_rest.show()
    print(f"load at the end: {' '.join(f'{each:.1f}' for each in os.getloadavg())}")


if __name__ == "__main__":
    main(sys.argv[1:] or COUNTS)
