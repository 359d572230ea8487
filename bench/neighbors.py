"""Measures what one tenant's silent servers cost another tenant, in the embedded product.

    .venv/bin/python -m bench.neighbors

One person adds 120 credentials of servers that accept connections and never answer. Meanwhile
people of other tenants add a credential of a server that answers, and ask for a mail that resets
their password. Each is measured before and during that, in one run.
"""

import os
import socket  # noqa: TID251  # makes the servers that never answer
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.slow_registry import slow_registry
from tests.config.installation import Installation
from tests.crash.product import running
from tests.servers.process import short_folder

SILENT, ROUNDS, PATIENCE_S, DELAY_S = 120, 8, 120.0, 0.05
AIM_OF_A_CHECK_S, AIM_OF_A_MAIL_S = 5.0, 2.0


@dataclass
class Waits:
    """The seconds from the deed to its result, of each round."""

    checks: list[float]
    mails: list[float]

    def __str__(self) -> str:
        return f"check {_told(self.checks)}, reset mail {_told(self.mails)}"


def _told(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s (at worst {max(seconds):.2f})"


@contextmanager
def silent_servers(count: int) -> Iterator[list[str]]:
    """Servers on loopback that accept connections and never answer."""
    sockets = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(count)]
    try:
        yield [f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    finally:
        for each in sockets:
            each.close()


def until(holds: Callable[[], bool]) -> float:
    """The seconds until this is true."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() > began + PATIENCE_S:
            raise TimeoutError("no result within two minutes")
        time.sleep(0.02)
    return time.monotonic() - began


def measure(first: int, good: str, mails: Path) -> Waits:
    """So many other people: each adds a credential, and forgets a password."""
    from bench import neighbors_deeds as deeds

    waits = Waits([], [])
    for number in range(first, first + ROUNDS):
        seat = deeds.somebody(f"neighbor-{number}@example.org", [good])
        key = deeds.adds(seat, "deploy", good)
        waits.checks.append(until(lambda key=key: deeds.is_checked(key)))
        before = len(list(mails.glob("[!.]*.eml")))
        deeds.forgets_password(seat, f"192.0.2.{number % 250}")
        waits.mails.append(until(lambda before=before: len(list(mails.glob("[!.]*.eml"))) > before))
    return waits


def main() -> int:
    with (
        short_folder() as folder,
        slow_registry(DELAY_S) as address,
        silent_servers(SILENT) as silent,
        running(Installation(folder)) as product,
    ):
        os.environ.update(product.environment(), DJANGO_SETTINGS_MODULE="config.settings")
        import django

        django.setup()
        from bench import neighbors_deeds as deeds

        good, mails = f"http://{address}", product.installation.data / "mails"
        measure(0, good, mails)  # the processes have read their code
        usual = measure(100, good, mails)
        hostile = deeds.somebody("hostile@example.org", silent)
        for number, server in enumerate(silent):
            deeds.adds(hostile, f"silent-{number}", server)
        beside = measure(200, good, mails)
    later = max(beside.checks) - statistics.median(usual.checks)
    mail_later = max(beside.mails) - statistics.median(usual.mails)
    sys.stdout.write(
        f"{ROUNDS} other people, each a tenant, SQLite and the embedded queue\n"
        f"  usual: {usual}\n"
        f"  beside {SILENT} adds at silent servers: {beside}\n"
        f"  a check at worst {later:.2f} s later than usual (aim {AIM_OF_A_CHECK_S:.0f}), "
        f"a mail {mail_later:.2f} s (aim {AIM_OF_A_MAIL_S:.0f})\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
