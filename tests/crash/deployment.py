"""A deployment of web, workers and timetables; nothing restarts its processes."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.config.installation import KEY, SECRET_KEY, Installation
from tests.crash.clocks import Clock
from tests.crash.code_copy import copy_code
from tests.crash.servers import Database, Queue, database
from tests.servers.family import family, kill
from tests.servers.process import LOOPBACK, answers, free_port
from tests.servers.smtp import Mailbox, smtp

PYTHON = (sys.executable, "-m")
CELERY = (*PYTHON, "celery", "--app", "config")
ALONE = ("--without-gossip", "--without-mingle")
GUNICORN = (*PYTHON, "gunicorn", "--config", "config/runtime/gunicorn_conf.py")
START_LIMIT_S = 150
END_LIMIT_S = 60


@dataclass
class Part:
    """A started process and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    ready: Callable[["Part"], bool]

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def words(self, last: int = 3000) -> str:
        return self.log.read_text(errors="replace")[-last:]

    def wait(self) -> Self:
        """Wait until it does its work."""
        end = time.monotonic() + START_LIMIT_S
        while not self.ready(self):
            assert self.runs, self.words()
            assert time.monotonic() < end, self.words()
            time.sleep(0.05)
        return self

    def end(self) -> float:
        """Send TERM; returns the seconds until the process ended."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(END_LIMIT_S)
        return time.monotonic() - began


@dataclass
class Deployment:
    """The parts by name, and the servers that they use."""

    installation: Installation
    database: Database
    queue: Queue
    mailbox: Mailbox
    ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    parts: dict[str, Part] = field(default_factory=dict)
    guests: set[int] = field(default_factory=set)

    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        return self.installation.variables(
            {
                "SECRET_KEY": SECRET_KEY,
                "LOCKKEEPER_KEYS": KEY,
                "SITE_URL": "http://localhost:8000",
                "DATABASE_URL": self.database.url,
                "REDIS_URL": self.queue.url,
                "EMAIL_URL": self.mailbox.url,
                "LOCKKEEPER_PRIVATE_NETWORKS": "127.0.0.0/8:*",
                "LOCKKEEPER_WEB_PROCESSES": "1",
            }
        )

    def set_up(self) -> None:
        """Copy the code, collect static files, migrate."""
        copy_code(self._code)
        tables = self._command("migrate")
        static = self._command("collectstatic", "--noinput")
        for running in (tables, static):
            words, _ = running.communicate()
            assert running.returncode == 0, words
        words, _ = self._command("createcachetable").communicate()

    def _command(self, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "manage.py", *command, "--verbosity=0"],
            cwd=self._code,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def _code(self) -> Path:
        return self.installation.folder / "code"

    def web(self, number: int) -> Part:
        """Start a web process on its own port."""
        bind = ("--bind", f"{LOOPBACK}:{self.ports[number]}")
        command = (*GUNICORN, *bind, "config.wsgi:application")
        return self._start(f"web-{number}", command, lambda part: answers(self.ports[number]))

    def worker(self, name: str = "worker", *, clock: Clock | None = None) -> Part:
        """Start a worker, with a wrong clock if one is given."""
        pool = ("--pool", "threads", "--concurrency", "8", "--hostname", f"{name}@%h")
        lie = clock.environment() if clock else {}
        command = (*CELERY, "worker", *pool, *ALONE)
        return self._start(name, command, lambda part: " ready." in part.words(100_000), lie)

    def beat(self, name: str = "beat") -> Part:
        """Start the timetable."""
        command = (
            *CELERY,
            "beat",
            "--schedule",
            str(self.installation.folder / f"{name}-timetable"),
        )
        return self._start(name, command, lambda part: "beat: Starting" in part.words())

    def _start(
        self,
        name: str,
        command: tuple[str, ...],
        ready: Callable[[Part], bool],
        more: Mapping[str, str] | None = None,
    ) -> Part:
        log = self.installation.folder / f"{name}.log"
        with log.open("wb") as words:
            process = subprocess.Popen(
                command,
                cwd=self._code,
                env={**self.environment(), **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        self.parts[name] = Part(name, process, log, ready)
        return self.parts[name]

    def wait(self) -> None:
        """Wait until every started part does its work."""
        for part in self.parts.values():
            part.wait()

    def words(self) -> str:
        """The ends of the logs of its parts."""
        return "\n".join(f"{part.name}: {part.words(1500)}" for part in self.parts.values())

    def clear_away(self) -> None:
        """Kill everything that still runs."""
        for part in self.parts.values():
            everybody = family(part.process.pid)
            part.process.kill()
            part.process.wait()
            kill(everybody)


@contextlib.contextmanager
def deployment(installation: Installation) -> Iterator[Deployment]:
    """Servers with tables, without parts; everything is ended afterwards."""
    with database() as rows, Queue() as queue, smtp() as mailbox:
        made = Deployment(installation, rows, queue, mailbox)
        made.set_up()
        try:
            yield made
        finally:
            made.clear_away()
