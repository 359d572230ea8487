"""A reseal that is killed again and again, while others read and edit: nothing is lost."""

import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import pytest

from tests.config.installation import KEY, OTHER_KEY, PROJECT, Installation, production
from tests.crash.conftest import Tell

pytestmark = pytest.mark.database
MODULE = "tests.crash.sealed_rows"
START_LIMIT_S = 60


@dataclass(frozen=True)
class Run:
    """How many rows and kills, and who is at work meanwhile."""

    rows: int
    kills: int
    readers: int
    editors: int


def begin(installation: Installation, keys: str, **given: Any) -> subprocess.Popen[str]:
    """Start one role of ``sealed_rows``."""
    changes = {"DJANGO_SETTINGS_MODULE": "config.settings", "LOCKKEEPER_KEYS": keys}
    changes["LOCKKEEPER_MOST_CREDENTIALS"] = "100000"
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE],
        cwd=PROJECT,
        env=installation.variables(changes),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()
    return process


def result(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, wrong = process.communicate(timeout=150)
    assert process.returncode == 0, wrong[-3000:]
    found: dict[str, Any] = json.loads(said)
    return found


def resealing(installation: Installation, keys: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "reseal"],
        cwd=PROJECT,
        env=installation.variables({"LOCKKEEPER_KEYS": keys}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def left(installation: Installation, keys: str) -> int:
    """How many credentials the old key has sealed, by looking at the table."""
    done = installation.run("manage.py", "reseal", "--check", changes={"LOCKKEEPER_KEYS": keys})
    assert done.returncode in {0, 1}, done.stderr
    return 0 if done.returncode == 0 else int(done.stdout.rpartition(": ")[2].split()[0])


def kill_at_random(
    installation: Installation, keys: str, run: Run, choice: random.Random
) -> list[int]:
    """Kill the reseal in the middle of its work; gives what was left after each kill."""
    after: list[int] = []
    while len(after) < run.kills:
        process = resealing(installation, keys)
        assert process.stdout is not None
        first = process.stdout.readline()  # it says how many before the first row
        assert b"values to seal" in first, first
        time.sleep(choice.uniform(0, run.rows / run.kills / 1500))
        process.kill()
        process.wait()
        process.stdout.close()
        after.append(left(installation, keys))
        if after[-1] == 0:
            break
    return after


def torture(installation: Installation, run: Run, tell: Tell) -> dict[str, object]:
    """Fill, kill, edit and read, then compare; gives the figures."""
    both, new = f"{OTHER_KEY},{KEY}", OTHER_KEY
    migrated = installation.run("manage.py", "migrate", "-v0", within_s=240)
    assert migrated.returncode == 0, migrated.stderr
    assert installation.run("manage.py", "createcachetable").returncode == 0
    expected = result(begin(installation, KEY, role="fill", count=run.rows))
    assert len(expected) == run.rows
    stop = str(installation.folder / "stop")
    beside = [
        begin(installation, both, role="read", stop=stop, seed=seed) for seed in range(run.readers)
    ]
    editing = [
        begin(installation, both, role="edit", stop=stop, seed=seed, editors=run.editors)
        for seed in range(run.editors)
    ]
    kills = kill_at_random(installation, both, run, random.Random(run.rows))
    last = resealing(installation, both)
    said, _ = last.communicate(timeout=150)
    (installation.folder / "stop").touch()
    edits = [result(process) for process in editing]
    reads = [result(process) for process in beside]
    assert last.returncode == 0, said
    for changed in edits:
        expected |= changed
    found = result(begin(installation, new, role="compare", expected=expected))
    figures = {
        "kills": len(kills),
        "left after each": kills,
        "right": f"{found['right']} of {found['rows']}",
        "rows edited": sum(map(len, edits)),
        "reads": sum(each["read"] for each in reads),
        "failed reads": sum(each["failed"] for each in reads),
        "on the old key": left(installation, both),
    }
    tell(f"Reseal of {run.rows} secrets", figures)
    assert kills[0] > 0, "the first kill came in the middle"
    assert installation.run("manage.py", "check", changes={"LOCKKEEPER_KEYS": new}).returncode == 0
    return figures


def assert_sound(figures: dict[str, object], run: Run) -> None:
    """All right, nothing on the old key, and somebody has read and edited meanwhile."""
    assert figures["right"] == f"{run.rows} of {run.rows}"
    assert (figures["failed reads"], figures["on the old key"]) == (0, 0)
    assert figures["kills"] == run.kills
    assert figures["reads"]
    assert figures["rows edited"]


def place(installation: Installation) -> Installation:
    """The settings of production, on the database of the run."""
    made = production(installation.folder)
    made.environment |= installation.environment
    return made


def test_a_reseal_that_is_killed_goes_on_where_it_ended(
    installation: Installation, tell: Tell
) -> None:
    run = Run(rows=200, kills=2, readers=1, editors=1)
    assert_sound(torture(place(installation), run, tell), run)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_twenty_kills_lose_none_of_two_thousand_secrets(
    installation: Installation, tell: Tell
) -> None:
    run = Run(rows=2000, kills=20, readers=5, editors=2)
    assert_sound(torture(place(installation), run, tell), run)
