"""Runs bench.sweep on one backend; the environment names its database and queue."""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # Django first
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import stored  # noqa: E402
from bench.many_registries import Registries, many_registries  # noqa: E402
from credentials_app import tasks  # noqa: E402
from credentials_app.checks import due  # noqa: E402
from credentials_app.models import CheckRun, Credential  # noqa: E402
from workspaces.rights.seat import Seat  # noqa: E402

PATIENCE_S = 900.0
FEW, QUIET_ROWS = 1000, 100_000


@dataclass(frozen=True)
class Figures:
    """The cost of one run, from due to recorded, without the credentials of the silent origin."""

    name: str
    credentials: int
    wall_s: float
    cpu_ms_each: float
    statements_each: float
    peak_mb: float
    good: int


class Worker:
    """The product's worker in its own process."""

    def __init__(self, process: "subprocess.Popen[bytes]", said: Path) -> None:
        self.seen, self.said, self.process = psutil.Process(process.pid), said, process

    def wait_until_ready(self) -> None:
        """Wait until the worker writes its file, which it does when it receives tasks."""
        end = time.monotonic() + 60
        while not self.said.exists():
            assert time.monotonic() < end, "the worker does not start"
            time.sleep(0.05)

    def cpu_s(self) -> float:
        used = self.seen.cpu_times()
        return float(used.user + used.system)

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


@contextmanager
def worker() -> Iterator[Worker]:
    """Run a worker while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "statements"
        command = [sys.executable, "-m", "bench.counted_worker", str(said)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            started = Worker(process, said)
            started.wait_until_ready()
            yield started
        finally:
            process.kill()
            process.wait()


def run(name: str, working: Worker, *, but: str = "") -> Figures:
    """Make all due, sweep once, and wait for all records, except those of the origin ``but``."""
    wanted = Credential.objects.exclude(server=but)
    count = wanted.count()
    stored.make_due()
    CheckRun.objects.all().delete()
    began, cpu, statements = time.perf_counter(), working.cpu_s(), working.statements()
    since = timezone.now()
    tasks.sweep_due_checks.delay()
    while left := wanted.filter(next_check_at__lte=since).count():
        if time.perf_counter() - began > PATIENCE_S:
            print(f"{left} of {count} were not recorded", file=sys.stderr)
            break
        time.sleep(0.02)
    wall = time.perf_counter() - began
    spent, sent = working.cpu_s() - cpu, working.statements() - statements
    good = CheckRun.objects.filter(outcome="valid").exclude(credential__server=but).count()
    return Figures(name, count, wall, 1000 * spent / count, sent / count, working.peak_mb(), good)


def of_many(count: int, owner: Seat, registries: Registries) -> Iterator[Figures]:
    """Runs of first checks, of scheduled checks, and of scheduled checks with a silent origin.

    A registry gets two first checks at a time only, so these run for a few credentials.
    """
    stored.forget()
    stored.store(owner, count, registries.origins, fresh=count <= FEW)
    with worker() as working:
        if count <= FEW:
            yield run("first check", working)
        for _ in range(3):
            yield run("scheduled", working)
        registries.silence(True)
        yield run("one origin silent", working, but=registries.silent)
        registries.silence(False)


def quiet_sweep(owner: Seat, origins: list[str]) -> float:
    """The milliseconds of a sweep among 100,000 rows of which none is due."""
    stored.forget()
    stored.store_unopened(owner, QUIET_ROWS, origins)
    if (
        connection.vendor == "postgresql"
    ):  # PostgreSQL does this itself some minutes after so many inserts
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    times = []
    for _ in range(21):
        began = time.perf_counter()
        found = due.due_work(timezone.now())
        times.append(1000 * (time.perf_counter() - began))
        assert found == due.DueWork()
    return statistics.median(times)


def main(counts: list[int]) -> None:
    """Print one line of JSON for each run."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    owner = stored.seat()
    with many_registries() as registries:
        stored.allow(owner, registries.origins)
        for count in counts:
            for figures in of_many(count, owner, registries):
                print(json.dumps(asdict(figures)), flush=True)
        print(json.dumps({"quiet_ms": quiet_sweep(owner, registries.origins)}), flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
