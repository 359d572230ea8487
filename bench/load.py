"""Measures pages for 20 people with 2,000 credentials, beside checks and beside an idle checker.

    .venv/bin/python -m bench.load [SECONDS]

The embedded product, and registries on this machine. Each person has 100 credentials in their own
workspace and asks for a page once a second; two of ten requests are forms that are sent. In turn
the checker has nothing to do, and has all credentials due; each part takes so long (30 s by
default), twice.
"""

import itertools
import os
import platform
import sys
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException  # noqa: TID251  # asks our own pages
from statistics import median, quantiles

from bench.many_registries import many_registries
from tests.config.installation import Installation
from tests.crash.product import running
from tests.servers.process import short_folder

PEOPLE, EACH, SECONDS, ROUNDS = 20, 100, 30, 2
WARM_UP_S = 10
AIMS_S = {"p95": 0.4, "p99": 1.0}
CSRF = "a" * 32
SESSION = "lockkeeper_session={}; lockkeeper_csrf=" + CSRF


@dataclass
class Person:
    """One browser: its session, and the pages that it goes through in turn."""

    session: str
    pages: list[tuple[str, str]]
    days: int


@dataclass
class Taken:
    """What came back: the seconds of each answer, and each that was none."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    checks: int = 0

    def add(self, other: "Taken") -> None:
        self.seconds += other.seconds
        self.errors += other.errors
        self.checks += other.checks

    def figures(self) -> dict[str, float]:
        """The median and the two high percentiles, in seconds."""
        cuts = quantiles(self.seconds, n=100, method="inclusive")
        return {"median": median(self.seconds), "p95": cuts[94], "p99": cuts[98]}


def ask(connection: HTTPConnection, person: Person, method: str, path: str) -> int:
    """One request to its end; returns the status."""
    headers = {"Cookie": SESSION.format(person.session), "Host": f"localhost:{connection.port}"}
    body = None
    if method == "POST":
        body = f"csrfmiddlewaretoken={CSRF}&days={person.days}"
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"Origin": f"http://localhost:{connection.port}"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def visit(person: Person, port: int, begin: float, until: float, taken: Taken) -> None:
    """One page a second until then; who gets an answer late asks for the next one at once."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for number, (method, path) in enumerate(itertools.cycle(person.pages)):
        due = begin + number
        time.sleep(max(0.0, due - time.monotonic()))
        if time.monotonic() >= until:
            break
        asked = time.perf_counter()
        try:
            status = ask(connection, person, method, path)
        except (OSError, HTTPException) as error:
            taken.errors.append(f"{method} {path}: {type(error).__name__}")
            connection.close()
            continue
        taken.seconds.append(time.perf_counter() - asked)
        if status not in {200, 302}:
            taken.errors.append(f"{method} {path}: {status}")
    connection.close()


def load(people: list[Person], port: int, seconds: float) -> Taken:
    """All people at once, each beginning at another part of a second."""
    parts = [Taken() for _ in people]
    now = time.monotonic()
    threads = [
        threading.Thread(
            target=visit, args=(person, port, now + place / len(people), now + seconds, part)
        )
        for place, (person, part) in enumerate(zip(people, parts, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Taken()
    for part in parts:
        total.add(part)
    return total


def told(name: str, taken: Taken, seconds: float) -> str:
    figures = ", ".join(f"{key} {value * 1000:.0f} ms" for key, value in taken.figures().items())
    checks = f"{taken.checks} checks, {taken.checks / seconds:.1f} a second"
    return (
        f"  {name}: {len(taken.seconds)} pages, {len(taken.errors)} errors, {figures}; {checks}\n"
    )


def report(idle: Taken, busy: Taken, seconds: float) -> str:
    """The figures beside each other, as ratios and beside the aims."""
    first, then = idle.figures(), busy.figures()
    ratios = ", ".join(f"{key} {then[key] / first[key]:.2f}" for key in first)
    aims = ", ".join(
        f"{key} {then[key] / aim:.2f} times {aim} s ({'reached' if then[key] <= aim else 'missed'})"
        for key, aim in AIMS_S.items()
    )
    errors = "".join(f"    {error}\n" for error in sorted({*idle.errors, *busy.errors})[:10])
    return (
        f"{PEOPLE} people, {PEOPLE * EACH:,} credentials, one page a second each; "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite, "
        f"load {os.getloadavg()[0]:.1f}\n"
        f"{told('idle checker', idle, seconds)}{told('beside checks', busy, seconds)}"
        f"  beside checks / idle: {ratios}\n  aims, beside checks: {aims}\n{errors}"
    )


def main(seconds: float) -> int:
    """Fill an installation, measure, and print."""
    with (
        short_folder() as folder,
        many_registries() as registries,
        running(Installation(folder)) as product,
    ):
        os.environ.update(product.environment(), DJANGO_SETTINGS_MODULE="config.settings")
        import django

        django.setup()
        from bench import load_deeds as deeds

        servers = registries.origins
        people = [
            Person(*deeds.person(number, EACH, servers), deeds.DAYS) for number in range(PEOPLE)
        ]
        deeds.wait_until_checked()
        load(people, product.port, WARM_UP_S)
        idle, busy = Taken(), Taken()
        for taken in (idle, busy) * ROUNDS:
            with deeds.checker(busy=taken is busy) as counted:
                taken.add(load(people, product.port, seconds))
            taken.checks += counted.checks
        sys.stdout.write(report(idle, busy, ROUNDS * seconds))
    return 1 if idle.errors or busy.errors else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else SECONDS))
