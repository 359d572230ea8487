"""Everything that an instance writes or shows, to be searched for secrets."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path

import psutil

from tests.canary.queue_stream import Monitor, kept
from tests.canary.stores import DATABASE, Stores
from tests.canary.visitor import Visitor
from tests.config.installation import PROJECT
from tests.journeys.product import Product

Found = Iterator[tuple[str, str, bytes]]  # kind of output, where exactly, its content
KINDS = {
    "log",
    "mail",
    "queue file",
    "database file",
    "other file",
    "temporary file",
    "terminal",
    "database row",
    "dumpdata",
    "queue key",
    "queue stream",
    "command line",
    "environment",
    "page",
    "backup",
    "encrypted backup",
    "doctor",
    "doctor as JSON",
    "audit export",
    "anchors",
    "refused start",
}
EMBEDDED = {"queue file", "database file"}
"""Of the embedded mode only; PostgreSQL has its dump instead."""


def kinds_of(product: Product) -> set[str]:
    """The kinds of output that this product has."""
    return (KINDS - EMBEDDED) | {"PostgreSQL dump"} if Stores(product).postgresql else KINDS


def files(product: Product) -> Found:
    """The files of the data folder, next to it, and in the folder for temporary files."""
    for path in sorted(product.installation.folder.rglob("*")):
        if not path.is_file():
            continue
        with suppress(FileNotFoundError):  # a log that was just renamed
            content = path.read_bytes()
            where = str(path.relative_to(product.installation.folder))
            yield _kind(where), where, content
            if path.suffix == ".eml":
                yield from _parts(where, content)


def _kind(where: str) -> str:
    starts = {
        "data/logs/": "log",
        "data/mails/": "mail",
        "data/queue/": "queue file",
        f"data/{DATABASE}": "database file",
        "tmp/": "temporary file",
        "said.txt": "terminal",
    }
    return next((kind for start, kind in starts.items() if where.startswith(start)), "other file")


def _parts(where: str, content: bytes) -> Found:
    for part in message_from_bytes(content, policy=policy.default).walk():
        headers = "\n".join(str(value) for value in part.values())
        body = part.get_content() if not part.is_multipart() else ""
        yield "mail", where, f"{headers}\n{body}".encode()


def rows(product: Product) -> Found:
    """Every value of every table, as it is stored; of PostgreSQL also as it is dumped."""
    stores = Stores(product)
    for table, row in stores.rows():
        yield "database row", table, row
    if dump := stores.dump():
        yield "PostgreSQL dump", "pg_dump", dump


def dumped(product: Product) -> Found:
    """The output of `dumpdata`, raw and with its values decoded."""
    done = subprocess.run(
        [sys.executable, "manage.py", "dumpdata"],
        cwd=PROJECT,
        env=product.variables,
        capture_output=True,
        timeout=150,
        check=True,
    )
    yield "dumpdata", "standard output", done.stdout + done.stderr
    plain = json.dumps(json.loads(done.stdout), ensure_ascii=False)
    yield "dumpdata", "as it reads", plain.encode()


def queue(product: Product, monitor: Monitor) -> Found:
    """The keys of the queue, and all commands that it received."""
    for key, dump in kept(Stores(product)):
        yield "queue key", key, dump
    yield "queue stream", "MONITOR", monitor.received


def processes(family: Iterable[psutil.Process]) -> Found:
    """The command line and the environment of each process."""
    for one in family:
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            yield "command line", str(one.pid), Path(f"/proc/{one.pid}/cmdline").read_bytes()
            yield "environment", str(one.pid), Path(f"/proc/{one.pid}/environ").read_bytes()


def pages(visitor: Visitor) -> Found:
    """Every response that the visitor got."""
    for answer in visitor.answers:
        mark = f"{answer.status}, download" if answer.is_download else f"{answer.status}"
        yield "page", f"{answer.path} ({mark})", answer.content
