"""Processes that a test did not start itself: each may have ended since it was listed."""

import contextlib
from collections.abc import Iterable, Iterator

import psutil


def family(pid: int) -> set[psutil.Process]:
    """The process and its descendants; empty if it is gone."""
    try:
        first = psutil.Process(pid)
        return {first, *first.children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def runs(one: psutil.Process) -> bool:
    """True if it still runs; a process that only waits to be reaped does not."""
    try:
        return bool(one.is_running() and one.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def command_line(one: psutil.Process) -> str:
    """Its command line; empty if it is gone."""
    try:
        return " ".join(one.cmdline())
    except psutil.NoSuchProcess:
        return ""


def kill(processes: Iterable[psutil.Process]) -> None:
    """SIGKILL for each that still runs."""
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


@contextlib.contextmanager
def suspended(pid: int) -> Iterator[None]:
    """The process and its descendants stand still. The process itself stops first, so that it
    starts no other."""
    first = psutil.Process(pid)
    stopped = [first]
    first.suspend()
    try:
        for child in first.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.suspend()
                stopped.append(child)
        yield
    finally:
        for one in stopped:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.resume()
