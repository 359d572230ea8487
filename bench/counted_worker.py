"""A worker like the product's that reports how many statements it sent to the database.

    python -m bench.counted_worker FILE QUEUE THREADS

It writes zero into FILE when it is ready, and the number whenever it gets RTMIN.
"""

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery.signals import worker_ready
from django.db.backends.signals import connection_created

from config.celery import app

COUNT = [0]
LOCK = threading.Lock()


def _counted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    with LOCK:
        COUNT[0] += 1
    return execute(sql, params, many, context)


def _count_here(connection: Any, **_: Any) -> None:
    if _counted not in connection.execute_wrappers:
        connection.execute_wrappers.append(_counted)


def main(file: str, queue: str, threads: str) -> None:
    """Run the worker until it is stopped."""
    connection_created.connect(_count_here, weak=False)
    signal.signal(signal.SIGRTMIN, lambda *_: Path(file).write_text(str(COUNT[0])))
    worker_ready.connect(lambda **_: Path(file).write_text("0"), weak=False)
    name = f"{Path(file).name}@%h"
    options = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    pool = ["--pool", "threads", "--concurrency", threads]
    app.worker_main(["worker", "--hostname", name, "--queues", queue, *pool, *options])


if __name__ == "__main__":
    main(*sys.argv[1:])
