"""Clocks that are wrong: a process lives so many seconds before or after everybody else."""

from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import ServerError

LIBRARIES = "/usr/lib"
# faketime 0.9.10 lets a sleep fail while only the time of day is wrong; a wait does not.
STEADY_SLEEP = """
import threading, time
def sleep(seconds): threading.Event().wait(seconds)
time.sleep = sleep
"""


@dataclass
class Clock:
    """A lie about the time that is read from a file, so that it may change while it is told."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "sitecustomize.py").write_text(STEADY_SLEEP)

    def tell(self, seconds: int) -> None:
        """From now on be so much ahead, or behind when it is less than nothing."""
        (self.folder / "offset").write_text(f"{seconds:+d}\n")

    def environment(self) -> dict[str, str]:
        """What lets a process believe it; how long things take is told right."""
        return {
            "LD_PRELOAD": str(_library()),
            "PYTHONPATH": str(self.folder),
            "FAKETIME_TIMESTAMP_FILE": str(self.folder / "offset"),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _library() -> Path:
    found = sorted(Path(LIBRARIES).glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise ServerError(
            "The program faketime is needed by this test and not installed: "
            "run scripts/debian-packages, as make test does."
        )
    return found[0]
