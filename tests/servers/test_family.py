"""A process that ends at a bad moment is no error of the test that works on it."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.servers.family import command_line, family, kill, runs, suspended

# The system reaps the children at once, also while their parent stands still.
PARENT = """
import signal, subprocess, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(2): subprocess.Popen(["sleep", "60"])
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture
def pid() -> Iterator[int]:
    """The parent of two children."""
    with contextlib.ExitStack() as ended:
        parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
        ended.callback(parent.communicate)
        ended.callback(parent.kill)
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        everybody = family(parent.pid)
        ended.callback(kill, everybody)
        yield parent.pid


def _kill_now(one: psutil.Process) -> None:
    one.kill()
    _eventually(lambda: not one.is_running())


def _stopped(pid: int) -> int:
    return [one.status() for one in family(pid)].count(psutil.STATUS_STOPPED)


def _eventually(holds: Callable[[], bool], limit_s: float = 20) -> None:
    """A signal is not there at once."""
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_family_is_all_that_runs_and_can_be_asked_when_it_is_gone(pid: int) -> None:
    everybody = family(pid)
    child = next(one for one in everybody if one.pid != pid)
    assert len(everybody) == 3
    assert all(runs(one) for one in everybody)
    assert command_line(child) == "sleep 60"
    _kill_now(child)
    assert not runs(child)
    assert command_line(child) == ""
    kill(everybody)
    _eventually(lambda: not any(runs(one) for one in everybody))
    assert family(child.pid) == set()


def test_a_family_stands_still_and_goes_on(pid: int) -> None:
    with suspended(pid):
        _eventually(lambda: _stopped(pid) == 3)
    _eventually(lambda: _stopped(pid) == 0)


def test_who_ends_while_it_stands_still_is_not_missed(pid: int) -> None:
    with suspended(pid):
        _kill_now(psutil.Process(pid).children()[0])
    _eventually(lambda: _stopped(pid) == 0)


def test_who_ends_before_it_can_be_suspended_is_not_missed(
    pid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = psutil.Process.children

    def and_one_ends(self: psutil.Process, recursive: bool = False) -> list[psutil.Process]:
        found: list[psutil.Process] = listed(self, recursive=recursive)
        _kill_now(found[0])
        return found

    monkeypatch.setattr(psutil.Process, "children", and_one_ends)
    with suspended(pid):
        monkeypatch.undo()
        _eventually(lambda: _stopped(pid) == 2)
    _eventually(lambda: _stopped(pid) == 0)
