"""Runs bench.sweep on one backend; the environment names its database and queue.

It prints one line of JSON for each run. The runs with 1, 2 and 4 processes and those of skopeo
take turns, so that other work on the machine burdens all of them.
"""

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # Django first
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import stored  # noqa: E402
from bench.check_speed import skopeos  # noqa: E402
from bench.many_registries import Registries, many_registries  # noqa: E402
from bench.ratios import FIRST, SCHEDULED, SILENT, SKOPEO, Figures  # noqa: E402
from bench.slow_registry import slow_registry  # noqa: E402
from bench.workers import Workers, cpu_s, workers  # noqa: E402
from credentials_app import tasks  # noqa: E402
from credentials_app.checks import due  # noqa: E402
from credentials_app.models import CheckRun, Credential  # noqa: E402
from workspaces.rights.seat import Seat  # noqa: E402

PATIENCE_S = 900.0
QUIET_ROWS = 100_000
ROUNDS, PROCESSES = 2, (1, 2, 4)
WARM_UP, SKOPEO_LOGINS = 200, 200
FEW = 1000


def run(
    name: str, working: Workers, registries: Registries, *, rows: int | None = None, but: str = ""
) -> Figures:
    """Make ``rows`` credentials due (None: all), sweep once, and wait for all records, except
    those of the origin ``but``."""
    stored.make_due(rows)
    since = timezone.now()
    wanted = Credential.objects.exclude(server=but)
    count = wanted.filter(next_check_at__lte=since).count()
    CheckRun.objects.all().delete()
    cpu, answering, statements = working.cpu_s(), cpu_s(registries.pid), working.statements()
    began = time.perf_counter()
    tasks.sweep_due_checks.delay()
    while left := wanted.filter(next_check_at__lte=since).count():
        if time.perf_counter() - began > PATIENCE_S:
            print(f"{left} of {count} were not recorded", file=sys.stderr)
            break
        time.sleep(0.05)
    wall = time.perf_counter() - began
    return Figures(
        name=name,
        processes=working.checking,
        count=count,
        wall_s=wall,
        cpu_ms_each=1000 * (working.cpu_s() - cpu) / count,
        registry_ms_each=1000 * (cpu_s(registries.pid) - answering) / count,
        statements_each=(working.statements() - statements) / count,
        peak_mb=working.peak_mb(),
        good=CheckRun.objects.filter(outcome="valid").exclude(credential__server=but).count(),
    )


def first_checks(
    count: int, owner: Seat, working: Workers, registries: Registries
) -> Iterator[Figures]:
    """First checks by a worker that is warm, then the scheduled checks of the same credentials."""
    stored.forget()
    stored.store(owner, count, registries.origins, fresh=True)
    yield run(FIRST, working, registries)
    yield run(SCHEDULED, working, registries)
    registries.silence(True)
    yield run(SILENT, working, registries, but=registries.silent)
    registries.silence(False)


def skopeo() -> Figures:
    """Logins by skopeo at a registry of its own, each in a process."""
    with slow_registry() as netloc:
        theirs = skopeos(netloc, SKOPEO_LOGINS)
    return Figures(SKOPEO, 0, theirs.logins, theirs.wall_s, theirs.cpu_ms)


def rounds(count: int, owner: Seat, registries: Registries) -> Iterator[Figures]:
    """All runs with so many credentials. First checks run once and for a few credentials only,
    since a registry gets two of them at a time."""
    stored.forget()
    stored.store(owner, count, registries.origins, fresh=False)
    for number in range(ROUNDS):
        for processes in PROCESSES:
            with workers(processes) as working:
                run("warm up", working, registries, rows=WARM_UP)
                yield run(SCHEDULED, working, registries)
                if number == 0 and processes == 1 and count <= FEW:
                    yield from first_checks(count, owner, working, registries)
        if shutil.which("skopeo") is not None:
            yield skopeo()


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
            for figures in rounds(count, owner, registries):
                print(json.dumps(asdict(figures)), flush=True)
            print(json.dumps({"complete": count}), flush=True)
        print(json.dumps({"quiet_ms": quiet_sweep(owner, registries.origins)}), flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
