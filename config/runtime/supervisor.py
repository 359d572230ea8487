"""Starts processes, restarts each one that ends, and stops all of them together.

It runs without Django and Celery, so that it needs little memory: :func:`take_over` makes this
process the supervisor, with nothing left of what prepared the start.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NoReturn

from config.runtime.answering import Address, is_answering, wait_until_answering
from config.runtime.log_file import limit_log
from config.runtime.process import die_with_parent, keep_private

SHORTEST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
STEADY_AFTER_S = 30.0
POLL_EVERY_S = 0.2
# Both together stay below the five seconds that stopping may take.
GRACE_S = 3.0
LAST_GRACE_S = 1.0


@dataclass(frozen=True)
class Program:
    """A command to run. ``last``: it is stopped after the others, because they need it.

    ``answers_at``: the next program starts when this one answers there.
    """

    name: str
    command: Sequence[str]
    log: Path
    descriptors: Sequence[int] = ()
    last: bool = False
    answers_at: Address | None = None


@dataclass
class Child:
    """A program, and the process that runs it now."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = SHORTEST_PAUSE_S
    restart_at: float = 0.0
    starts: int = field(default=0)

    def start(self) -> None:
        """Start the program in its own session, so that Ctrl-C reaches the supervisor only."""
        parent = os.getpid()
        with self.program.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # the commands are ours
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.program.descriptors,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(parent),
            )
        self.started = time.monotonic()
        self.starts += 1

    def poll(self, now: float) -> int | None:
        """Restart the program when its pause is over. Returns the exit status if it just ended."""
        if self.process is None:
            if now >= self.restart_at:
                self.start()
            return None
        status = self.process.poll()
        if status is not None:
            self.signal(signal.SIGKILL)  # its own children must not outlive it
            steady = now - self.started > STEADY_AFTER_S
            self.pause = SHORTEST_PAUSE_S if steady else min(self.pause * 2, LONGEST_PAUSE_S)
            self.process, self.restart_at = None, now + self.pause / 2
        return status

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and its children."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def is_over(self) -> bool:
        """True if the program does not run."""
        return self.process is None or self.process.poll() is not None


class Supervisor:
    """Runs its children until it gets a signal to stop."""

    def __init__(self, programs: Sequence[Program], say: Callable[[str], None]) -> None:
        self.children = [Child(program) for program in programs]
        self.say = say
        self.stopping = threading.Event()

    def install_signal_handlers(self) -> None:
        """Stop on TERM, on Ctrl-C, and when the terminal is closed."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def run(self, when_started: Callable[[], None]) -> int:
        """Start and supervise all programs. Returns the exit status after all have ended."""
        try:
            for child in self.children:
                if self.stopping.is_set():
                    return 0
                child.start()
                if child.program.answers_at is not None:
                    wait_until_answering(child.program.answers_at, self.stopping)
            when_started()
            while not self.stopping.wait(POLL_EVERY_S):
                for child in self.children:
                    limit_log(child.program.log)
                    status = child.poll(time.monotonic())
                    if status == os.EX_CONFIG:
                        self.say(f"{child.program.name} must not run: see {child.program.log}")
                        return status
                    if status is not None:
                        self.say(f"{child.program.name} ended ({status}) and is restarted.")
            return 0
        finally:
            self._end([child for child in self.children if not child.program.last], GRACE_S)
            self._end([child for child in self.children if child.program.last], LAST_GRACE_S)

    def _end(self, children: Sequence[Child], grace: float) -> None:
        """Send TERM, wait up to ``grace`` seconds, send KILL."""
        for child in children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + grace
        while time.monotonic() < until and not all(child.is_over() for child in children):
            time.sleep(0.05)
        for child in children:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def take_over(
    programs: Sequence[Program], announcement: Sequence[str], *, descriptors: Sequence[int]
) -> NoReturn:
    """Become the supervisor of these programs, in this process; it does not return.

    ``announcement``: what it says when the programs have started. ``descriptors`` stay open.
    """
    plan = [{**asdict(each), "log": str(each.log)} for each in programs]
    reading, writing = os.pipe()  # the announcement is not for the list of processes
    with os.fdopen(writing, "w") as pipe:
        json.dump({"programs": plan, "announcement": list(announcement)}, pipe)
    for descriptor in (reading, *descriptors):
        os.set_inheritable(descriptor, True)
    command = [sys.executable, "-m", "config.runtime.supervisor", str(reading)]
    os.execv(sys.executable, command)  # noqa: S606  # the command is ours


def main(descriptor: int) -> int:
    """Supervise the programs that are read from this descriptor; returns the exit status."""
    keep_private()
    with os.fdopen(descriptor) as pipe:
        plan = json.load(pipe)
    programs = [_program(**each) for each in plan["programs"]]
    supervisor = Supervisor(programs, _say)
    supervisor.install_signal_handlers()
    return supervisor.run(lambda: _announce(programs, plan["announcement"]))


def _program(*, log: str, answers_at: Sequence[object] | None, **fields: object) -> Program:
    where = None if answers_at is None else (str(answers_at[0]), int(str(answers_at[1])))
    return Program(log=Path(log), answers_at=where, **fields)  # type: ignore[arg-type]


def _announce(programs: Sequence[Program], sentences: Sequence[str]) -> None:
    for each in programs:
        if each.answers_at is not None and not is_answering(each.answers_at):
            _say(f"The pages do not answer yet: see {each.log}")
            return
    for sentence in sentences:
        _say(sentence)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
