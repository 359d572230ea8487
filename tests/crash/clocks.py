"""Wrong clocks: the time of a process is some seconds ahead or behind."""

from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import ServerError

LIBRARIES = "/usr/lib"
# With faketime 0.9.10 and a faked time of day only, a sleep fails; a wait does not.
STEADY_SLEEP = """
import threading, time
def sleep(seconds): threading.Event().wait(seconds)
time.sleep = sleep
"""


@dataclass
class Clock:
    """An offset that faketime reads from a file, so that it can change while a process runs."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "sitecustomize.py").write_text(STEADY_SLEEP)

    def tell(self, seconds: int) -> None:
        """Set the offset: positive for ahead, negative for behind."""
        (self.folder / "offset").write_text(f"{seconds:+d}\n")

    def environment(self) -> dict[str, str]:
        """The environment for a process with this clock; its monotonic clock stays correct."""
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
