"""Measures the admin audit: the rows of the table, its pages, the reports, and CSV.

    .venv/bin/python -m bench.audit_table [--postgresql] [--places N] [SIZE ...]

Sizes are credentials of the whole instance, in 200 workspaces by default. *rows* is what a filter
and an order cost: to count what fits, to find the keys of a page and to read its rows. CPU is that
of this process: with SQLite the database is part of it. Wall includes the database server and
whatever else the machine does. The limits are 100 ms for rows and a second for reports; a ratio
says how much of it a query takes. Of CSV the memory of the process is compared before and after.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.pages import product

ROUNDS = 7
LIMIT_ROWS_MS, LIMIT_REPORTS_MS = 100, 1000
SORTS = (
    "status", "-status", "name", "workspace", "owner", "server", "provider", "user", "access",
    "ends", "-ends", "age", "checked", "used",
)  # fmt: skip
FILTERS = (
    "status=attention&sort=checked", "status=expired&provider=gitlab", "ends=30&sort=ends",
    "ends=45&owner=nobody", "access=excess&sort=age", "checked=7", "age=365&sort=age",
    "secret=password&sort=name", "secret=token&secret=perhaps", "ends=never&sort=age",
    "secret=shared", "used=90", "page=400", "q=app-777", "q=team+registry-7",
)  # fmt: skip


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """CPU and wall time in milliseconds: the median of some rounds after one to warm up."""
    work()
    cpu, wall = [], []
    for _ in range(ROUNDS):
        cpu_before, before = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - cpu_before)
        wall.append(time.perf_counter() - before)
    return 1000 * statistics.median(cpu), 1000 * statistics.median(wall)


def say(size: int, what: str, cpu: float, wall: float, limit: int) -> None:
    """One line, with the share of the limit."""
    print(f"{size:>9,} {what:<42} {cpu:>8.1f} {wall:>8.1f}  x{wall / limit:.2f}", flush=True)


def measure(size: int, places: int) -> None:
    """Everything at one size."""
    from django.db import connection
    from django.http import QueryDict
    from django.utils import timezone

    from bench.rows import spread
    from credentials_app.audit_reports.figures import count_reports, divide
    from credentials_app.audit_reports.scope import AuditScope
    from credentials_app.audit_reports.table import page_of_stored
    from credentials_app.presentation.list_query import ListQuery

    scope = AuditScope(spread(size, places))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    now = timezone.now()
    for asked in [*(f"sort={sort}" for sort in SORTS), *FILTERS]:
        query = ListQuery.of(QueryDict(asked))
        cpu, wall = timed(lambda query=query: page_of_stored(scope, query, now))  # type: ignore[misc]
        say(size, f"rows {asked}", cpu, wall, LIMIT_ROWS_MS)
    say(size, "all reports", *timed(lambda: count_reports(scope, now)), LIMIT_REPORTS_MS)
    say(size, "the overview's divisions", *timed(lambda: divide(scope, now)), LIMIT_REPORTS_MS)
    file(size, scope)


def file(size: int, scope: Any) -> None:
    """The time of the CSV; then Python's most memory for the first tenth of it and for all."""
    import tracemalloc

    from django.utils import timezone

    from credentials_app.audit_reports.export import stored_as_csv
    from credentials_app.presentation.list_query import ListQuery

    start = time.process_time()
    lines = sum(1 for _ in stored_as_csv(scope, ListQuery(), timezone.now()))
    took = time.process_time() - start
    tracemalloc.start()
    peaks = []
    for number, _line in enumerate(stored_as_csv(scope, ListQuery(), timezone.now())):
        if number == size // 10:
            peaks.append(tracemalloc.get_traced_memory()[1])
    peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    first, whole = (peak / 2**20 for peak in peaks)
    print(f"{size:>9,} CSV of {lines:,} lines: {took:.1f} s of CPU;", end=" ")
    print(f"at most {first:.1f} MiB for a tenth, {whole:.1f} MiB for all: x{whole / first:.2f}")


def main(sizes: list[int], *, postgresql: bool, places: int) -> None:
    """Measure and print."""
    with product(postgresql=postgresql):
        from django.db import connection

        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        print(f"{connection.vendor}; the median of {ROUNDS} rounds; {places} workspaces")
        print(f"{'in all':>9} {'what':<42} {'CPU ms':>8} {'wall ms':>8}  limit")
        for size in sizes:
            from credentials_app.models import Credential

            Credential.every.all().delete()
            measure(size, places)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--places", type=int, default=200)
    given = parser.parse_args()
    main(given.sizes, postgresql=given.postgresql, places=given.places)
