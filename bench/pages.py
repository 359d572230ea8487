"""Measures overview, list and one credential's page, and compares with a bare Django page.

The overview: as the process keeps it for half a minute, and read anew for each request. The list:
as it opens, by each column, with each kind of filter, searched, and its hundredth page.

    .venv/bin/python -m bench.pages [--postgresql] [--overview-only] [SIZE ...]

Sizes are credentials in the workspace: 100, 10,000 and 100,000 by default. CPU is that of this
process, the median of many requests: with SQLite the database is part of it. Wall includes the
database server.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

REQUESTS = 40
QUERIES = {
    "list": "",
    **{
        f"by {sort}": f"?sort={sort}"
        for sort in ("-status", "name", "server", "access", "ends", "-ends", "checked", "owner")
    },
    "valid by -ends": "?status=valid&sort=-ends",
    "attention by checked": "?status=attention&sort=checked",
    "expiring": "?status=expiring",
    "could not check": "?status=could_not_check",
    "a provider": "?provider=generic",
    "a server": "?server=https%3A%2F%2Fregistry-7.example.org",
    "nobody's, ends in 30 days": "?owner=nobody&ends=30",
    "six chips": "?status=attention&status=working&provider=generic&owner=nobody&access=pull"
    "&ends=90&server=https%3A%2F%2Fregistry-7.example.org",
    "search, one row": "?q=app-77",
    "search, every row": "?q=registry",
    "search, two words, by ends": "?q=registry-7+deploy-token&sort=ends",
    "search, an owner": "?q=owner",
    "search, a status": "?q=refused",
    "page 400": "?page=400",
}


@dataclass(frozen=True)
class Cost:
    """The statements, CPU and time of one page."""

    queries: int
    cpu_ms: float
    wall_ms: float


@contextmanager
def product(*, postgresql: bool) -> Iterator[None]:
    """Set up Django with an empty database."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings_test", "LOCKKEEPER_DATA": folder}
        if postgresql:
            from tests.servers.postgres import postgres

            os.environ["DATABASE_URL"] = stack.enter_context(postgres())
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield


@dataclass(frozen=True)
class Addresses:
    """The pages of one workspace."""

    overview: str
    list: str
    detail: str


def fill(size: int) -> tuple[Any, Addresses]:
    """A signed-in client of a person with ``size`` credentials, and the addresses."""
    from django.db import connection
    from django.test import Client

    from bench.rows import rows_of
    from workspaces.places import credentials_url

    person, place, first = rows_of(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    detail = credentials_url(place, "detail", pk=first.pk)
    pages = Addresses(credentials_url(place, "overview"), credentials_url(place, "list"), detail)
    return client, pages


def nothing() -> None:
    """Change nothing before a request."""


def forget_overviews() -> None:
    """Let this process keep no overview."""
    from credentials_app.presentation.snapshots import Snapshots

    Snapshots.forget_all()


def cost(client: Any, address: str, *, before_each: Callable[[], None] = nothing) -> Cost:
    """The median request after two warm-up requests; each must succeed.

    ``before_each`` runs before every request, and is measured with it.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> None:
        before_each()
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    ask()
    with CaptureQueriesContext(connection) as seen:
        ask()
        queries = len(seen)
    cpu, wall = [], []
    for _ in range(REQUESTS):
        cpu_before, before = time.process_time(), time.perf_counter()
        ask()
        cpu.append(time.process_time() - cpu_before)
        wall.append(time.perf_counter() - before)
    return Cost(queries, 1000 * statistics.median(cpu), 1000 * statistics.median(wall))


def bare_cost(client: Any) -> Cost:
    """The bare page with the middleware of a new project."""
    from django.test import override_settings

    from bench.bare_page import MIDDLEWARE

    with override_settings(ROOT_URLCONF="bench.bare_page", MIDDLEWARE=MIDDLEWARE):
        client.handler.load_middleware()
        found = cost(client, "/bare/")
    client.handler.load_middleware()
    return found


def main(sizes: list[int], *, postgresql: bool, overview_only: bool = False) -> None:
    """Measure and print."""
    with product(postgresql=postgresql):
        from django.db import connection

        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        print(f"{connection.vendor}; the median of {REQUESTS} requests")
        print(f"{'credentials':>12} {'page':<28} {'queries':>7} {'CPU ms':>8} {'wall ms':>8}  bare")
        for size in sizes:
            client, at = fill(size)
            bare = bare_cost(client)
            pages = {"bare": bare, "overview": cost(client, at.overview)}
            anew = cost(client, at.overview, before_each=forget_overviews)
            pages |= {"overview, read anew": anew, "detail": cost(client, at.detail)}
            if not overview_only:
                pages |= {name: cost(client, at.list + query) for name, query in QUERIES.items()}
            for name, each in pages.items():
                print(_line(size, name, each, bare))


def _line(size: int, name: str, each: Cost, bare: Cost) -> str:
    times = f"x{each.cpu_ms / bare.cpu_ms:.1f} x{each.wall_ms / bare.wall_ms:.1f}"
    numbers = f"{each.queries:>7} {each.cpu_ms:>8.1f} {each.wall_ms:>8.1f}"
    return f"{size:>12,} {name:<28} {numbers}  {times}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sizes", nargs="*", type=int, default=[100, 10_000, 100_000])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--overview-only", action="store_true", help="leave out the list")
    asked = parser.parse_args()
    main(asked.sizes, postgresql=asked.postgresql, overview_only=asked.overview_only)
