"""A real PostgreSQL, made for one run in a temporary folder."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import LOOPBACK, ServerError, answers, free_port, program, running
from tests.servers.process import short_folder as _short_folder

USER = "lockkeeper"
# Nothing here outlives the run, so nothing needs to reach the disk.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


def _binary(name: str) -> str:
    """Debian keeps the server's programs outside of PATH; the newest version wins."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = sorted(found, key=lambda path: int(path.parts[-3].split(".")[0]))
    return str(newest[-1]) if newest else program(name)


def _initdb(data: Path, user: str | None) -> None:
    command = [_binary("initdb"), "-D", str(data), "-U", USER, "--auth=trust", "--no-sync"]
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


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Start a server with an empty database; gives its URL."""
    # The server refuses to run as root, and its user must not own anything of ours.
    user = "postgres" if os.geteuid() == 0 else None
    with _short_folder(user) as folder:
        data = folder / "data"
        _initdb(data, user)
        port = free_port()
        settings = [f"port={port}", f"listen_addresses={LOOPBACK}", *FAST]
        settings.append(f"unix_socket_directories={folder}")
        options = [part for setting in settings for part in ("-c", setting)]
        command = [_binary("postgres"), "-D", data, *options]
        with running(command, folder=folder, user=user, stop_by=signal.SIGINT) as server:
            server.wait_until(lambda: answers(port) and "ready to accept" in server.words())
            yield f"postgres://{USER}@{LOOPBACK}:{port}/postgres"
