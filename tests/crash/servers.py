"""The servers that a deployment leans on: they can be away, come back, and stand still."""

import contextlib
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Self

import redis

from tests.servers.family import suspended
from tests.servers.postgres import Cluster, cluster
from tests.servers.process import LOOPBACK, Program, free_port, short_folder
from tests.servers.redis import redis_at

# What is committed is handed to the system at once: the server is killed here, the machine is not.
KEEPS_WHAT_IS_COMMITTED = ["fsync=off", "synchronous_commit=on", "max_connections=200"]


class Server:
    """One that is started, and started again."""

    program: Program

    def __init__(self) -> None:
        self._run = ExitStack()

    def _serve(self) -> AbstractContextManager[Program]:
        raise NotImplementedError

    def start(self) -> None:
        """Come back when it answers."""
        self.program = self._run.enter_context(self._serve())

    def stop(self) -> None:
        """Come back when it is away."""
        self._run.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


class Database(Server):
    """A PostgreSQL that stops as if it had crashed."""

    def __init__(self, made: Cluster) -> None:
        super().__init__()
        self._made, self.url = made, made.url

    def _serve(self) -> AbstractContextManager[Program]:
        return self._made.running(stop_by=signal.SIGQUIT)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Nobody gets an answer, and no connection ends."""
        with suspended(self.program.pid):
            yield


class Queue(Server):
    """A Redis that forgets everything when it stops."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.url = f"redis://{LOOPBACK}:{self.port}/0"

    @contextlib.contextmanager
    def _serve(self) -> Iterator[Program]:
        with short_folder() as folder, redis_at(self.port, folder) as program:
            yield program

    def hang_up_on_everybody(self) -> int:
        """End every connection; gives how many there were."""
        with redis.Redis(host=LOOPBACK, port=self.port) as asking:
            return int(asking.client_kill_filter(_type="normal", skipme=True))

    def forget(self) -> None:
        """Lose every message."""
        with redis.Redis(host=LOOPBACK, port=self.port) as asking:
            asking.flushall()


@contextlib.contextmanager
def database() -> Iterator[Database]:
    """A running one, with an empty database."""
    with cluster(KEEPS_WHAT_IS_COMMITTED) as made, Database(made) as started:
        yield started
