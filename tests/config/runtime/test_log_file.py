"""Log files stay small while a process writes to them, and their lines stay in order."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config.runtime import log_file
from config.runtime.log_file import KEPT, limit_log
from config.runtime.supervisor import Program, Supervisor

WRITER = """
import sys, time
for number in range(20_000):
    sys.stderr.write(f"line {number:05}\\n")
    if number % 100 == 0:
        time.sleep(0.001)
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(log_file, "LARGEST", 60_000)
    return tmp_path / "web.log"


def lines_of(log: Path) -> list[str]:
    files = [log.with_suffix(f".log.{number}") for number in range(KEPT, 0, -1)]
    return "".join(file.read_text() for file in [*files, log] if file.exists()).splitlines()


def test_a_small_log_and_a_missing_one_stay_as_they_are(log: Path) -> None:
    limit_log(log)
    log.write_text("one line\n")
    limit_log(log)
    assert [file.name for file in log.parent.iterdir()] == ["web.log"]


def test_a_large_log_moves_while_a_process_writes(log: Path) -> None:
    with log.open("ab") as file:
        process = subprocess.Popen([sys.executable, "-c", WRITER], stderr=file)
    while process.poll() is None:
        limit_log(log)
    assert process.returncode == 0
    lines = lines_of(log)
    written = [int(line.removeprefix("line ")) for line in lines]
    assert written == sorted({*written})
    assert written[-1] == 19_999
    assert len(written) > 10_000
    assert sum(file.stat().st_size for file in log.parent.iterdir()) < 60_000 * (KEPT + 3)


def test_only_some_old_files_are_kept(log: Path) -> None:
    for number in range(9):
        log.write_text(f"{number}" * 61_000)
        limit_log(log)
    assert sorted(file.name for file in log.parent.iterdir()) == [
        "web.log",
        *(f"web.log.{number}" for number in range(1, KEPT + 1)),
    ]
    assert [file.read_text()[0] for file in sorted(log.parent.glob("*.log.*"))] == ["8", "7", "6"]


def test_a_log_that_cannot_be_copied_is_emptied(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log_file, "_copy", full)
    log.write_text("x" * 61_000)
    limit_log(log)
    assert log.stat().st_size == 0


@pytest.mark.parametrize("limited", [True, False])
def test_the_supervisor_limits_the_logs_of_its_processes(
    limited: bool, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not limited:
        monkeypatch.setattr("config.runtime.supervisor.limit_log", lambda file: None)
    talker = "import time\nwhile True:\n    print('x' * 999, flush=True)\n    time.sleep(0.002)"
    program = Program("web", (sys.executable, "-c", talker), log)
    supervisor = Supervisor([program], lambda sentence: None)
    threading.Timer(2.5, supervisor.stopping.set).start()
    assert supervisor.run(lambda: None) == 0
    assert log.with_suffix(".log.1").exists() is limited
    assert (log.stat().st_size < 400_000) is limited
