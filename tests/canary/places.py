"""Every place where a secret could have been left: each gives what is there."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from email import message_from_bytes, policy
from pathlib import Path

import psutil

from tests.canary.queue_stream import Monitor, kept
from tests.canary.visitor import Visitor
from tests.config.places import PROJECT
from tests.journeys.product import Product

Found = Iterator[tuple[str, str, bytes]]  # kind of place, where exactly, what is there
DATABASE = "lockkeeper.sqlite3"
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
}


def files(product: Product) -> Found:
    """What lies in the data folder, beside it, and in the folder for temporary files."""
    for path in sorted(product.place.folder.rglob("*")):
        if not path.is_file():
            continue
        with suppress(FileNotFoundError):  # a log that was just put aside
            content = path.read_bytes()
            where = str(path.relative_to(product.place.folder))
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
    """Every value of every table, as it is kept."""
    with closing(sqlite3.connect(product.data / DATABASE, timeout=20)) as database:
        names = database.execute("select name from sqlite_master where type='table'").fetchall()
        for (name,) in names:
            for row in database.execute(f'select * from "{name}"'):
                values = (v if isinstance(v, bytes) else str(v).encode() for v in row)
                yield "database row", name, b"\n".join(values)


def dumped(product: Product) -> Found:
    """What `dumpdata` writes, and what the values in it are."""
    done = subprocess.run(
        [sys.executable, "manage.py", "dumpdata"],
        cwd=PROJECT,
        env=product.variables,
        capture_output=True,
        timeout=60,
        check=True,
    )
    yield "dumpdata", "standard output", done.stdout + done.stderr
    plain = json.dumps(json.loads(done.stdout), ensure_ascii=False)
    yield "dumpdata", "as it reads", plain.encode()


def queue(product: Product, monitor: Monitor) -> Found:
    """What the queue keeps, and all that it was told."""
    for key, dump in kept(product.data / "run" / "queue.sock"):
        yield "queue key", key, dump
    yield "queue stream", "MONITOR", monitor.heard


def processes(family: Iterable[psutil.Process]) -> Found:
    """How each process was started, and with which environment."""
    for one in family:
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            yield "command line", str(one.pid), Path(f"/proc/{one.pid}/cmdline").read_bytes()
            yield "environment", str(one.pid), Path(f"/proc/{one.pid}/environ").read_bytes()


def pages(visitor: Visitor) -> Found:
    """Every answer that somebody got."""
    for answer in visitor.answers:
        yield "page", f"{answer.path} ({answer.status})", answer.content
