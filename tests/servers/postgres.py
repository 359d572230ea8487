"""A real PostgreSQL in a temporary folder, for one run."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.servers.process import (
    LOOPBACK,
    Program,
    ServerError,
    answers,
    free_port,
    program,
    running,
)
from tests.servers.process import short_folder as _short_folder

USER = "lockkeeper"
READY = "ready to accept connections"
# The data is needed for one run only, so it need not reach the disk.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


def binary(name: str) -> str:
    """Debian keeps the server's programs outside of PATH; the newest version wins."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = sorted(found, key=lambda path: int(path.parts[-3].split(".")[0]))
    return str(newest[-1]) if newest else program(name)


def _initdb(data: Path, user: str | None) -> None:
    command = [binary("initdb"), "-D", str(data), "-U", USER, "--auth=trust", "--no-sync"]
    done = subprocess.run(
        [*command, "--encoding=UTF8", "--locale=C.UTF-8"],
        cwd=data.parent,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerError(f"initdb failed: {done.stderr[-1000:]}")


class Cluster:
    """The data of a server, which can be started again on the same port."""

    def __init__(self, folder: Path, user: str | None, settings: Sequence[str] = FAST) -> None:
        self._folder, self._user, self._settings = folder, user, settings
        self.port = free_port()
        self.url = f"postgres://{USER}@{LOOPBACK}:{self.port}/postgres"
        _initdb(folder / "data", user)

    @contextlib.contextmanager
    def running(self, stop_by: signal.Signals = signal.SIGINT) -> Iterator[Program]:
        """Serve until the block ends, then stop by the signal."""
        settings = [f"port={self.port}", f"listen_addresses={LOOPBACK}", *self._settings]
        settings.append(f"unix_socket_directories={self._folder}")
        options = [part for setting in settings for part in ("-c", setting)]
        command = [binary("postgres"), "-D", self._folder / "data", *options]
        log = self._folder / "postgres.log"
        said = len(log.read_text(errors="replace")) if log.exists() else 0
        with running(command, folder=self._folder, user=self._user, stop_by=stop_by) as server:
            server.wait_until(
                lambda: answers(self.port) and READY in log.read_text(errors="replace")[said:]
            )
            yield server


@contextlib.contextmanager
def cluster(settings: Sequence[str] = FAST) -> Iterator[Cluster]:
    """The temporary data of a server with an empty database."""
    # The server refuses to run as root, and its user must not own our files.
    user = "postgres" if os.geteuid() == 0 else None
    with _short_folder(user) as folder:
        yield Cluster(folder, user, settings)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Start a server with an empty database; yields its URL."""
    with cluster() as made, made.running():
        yield made.url
