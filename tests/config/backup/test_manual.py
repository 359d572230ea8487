"""The lines of the manual bring a backup back: a stranger types them, in their order."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.backup.place import LONG_S, SHOW, new_machine
from tests.config.installation import KEY, PROJECT, SECRET_KEY, Installation
from tests.rules.code import ROOT

pytestmark = [pytest.mark.database, pytest.mark.timeout(900)]
MANUAL = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PART = re.compile(r"^\*\*(Embedded|With `docker-compose\.yml`)\*\*, in", re.MULTILINE)
COMPOSE = re.compile(r"docker compose run --rm (-T )?web python")
FILL = "from tests.credentials_app import everything_sealed; everything_sealed.fill()"
EMBEDDED = "LOCKKEEPER_EMBEDDED=1 .venv/bin/python"


def section(name: str) -> str:
    """The text below a heading, up to the next one."""
    return MANUAL.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]


def lines_of(text: str) -> list[str]:
    """The commands of a text: its indented lines."""
    return re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)


def steps_of_restore(*, embedded: bool) -> list[str]:
    """The lines for this way to run, with the last one for both."""
    before, _, first, _, second = PART.split(section("Restore"))
    assert lines_of(before) == []
    steps, last = lines_of(first if embedded else second), lines_of(second)[-1]
    if embedded:
        steps.append(COMPOSE.sub(EMBEDDED, last))
    assert "restore --continue" in steps[-1]
    return steps


def typed(place: Installation, line: str, elsewhere: Path) -> subprocess.CompletedProcess[str]:
    """Type a line of the manual; the words that name a machine name this one."""
    python = shlex.quote(sys.executable)
    for words, here in (
        (COMPOSE, python),
        (re.compile(r"(?<!/)\.venv/bin/python"), python),
        (re.compile("/mnt/elsewhere"), str(elsewhere)),
        (re.compile(r"(?<![\w/])monday\.backup"), str(elsewhere / "monday.backup")),
        (re.compile(r"(?<![\w/.])data\b"), str(place.data)),
    ):
        line = words.sub(here, line)
    return subprocess.run(
        ["sh", "-c", f"umask 077; {line}"],
        cwd=PROJECT,
        env=place.variables({}),
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )


@pytest.fixture
def is_embedded() -> bool:
    return not os.environ.get("TEST_DATABASE_URL")


def as_it_runs(place: Installation, *, embedded: bool) -> Installation:
    """The environment of this way to run: an embedded one has its keys in the data folder."""
    if embedded:
        for name in ("SECRET_KEY", "LOCKKEEPER_KEYS", "SITE_URL", "DATABASE_URL"):
            del place.environment[name]
        place.data.chmod(0o700)
    return place


@pytest.fixture
def machines(tmp_path: Path, is_embedded: bool) -> Iterator[tuple[Installation, Installation]]:
    """The machine that is lost, and an empty one."""
    with new_machine(tmp_path / "lost") as lost, new_machine(tmp_path / "new") as new:
        yield as_it_runs(lost, embedded=is_embedded), as_it_runs(new, embedded=is_embedded)


def test_a_stranger_brings_a_backup_back_by_the_manual(
    machines: tuple[Installation, Installation], tmp_path: Path, is_embedded: bool
) -> None:
    lost, new = machines
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "sealing_keys").write_text(f"{KEY}\n")
    if is_embedded:
        lost.environment["LOCKKEEPER_EMBEDDED"] = "1"
        keys = lost.data / "keys"
        keys.mkdir(mode=0o700)
        for name, key in (("sealing_keys", KEY), ("secret_key", SECRET_KEY)):
            (keys / name).touch(mode=0o600)
            (keys / name).write_text(key)
    for command in (("migrate", "-v0"), ("createcachetable",), ("shell", "-v0", "-c", FILL)):
        done = lost.run("manage.py", *command, within_s=LONG_S)
        assert done.returncode == 0, done.stderr
    [make] = [
        line
        for line in lines_of(section("Backup"))
        if "manage.py backup" in line and line.startswith("docker") is not is_embedded
    ]
    made = typed(lost, make, elsewhere)
    assert made.returncode == 0, made.stderr
    before = lost.run("manage.py", "shell", "-v0", "-c", SHOW).stdout
    steps = [line for line in steps_of_restore(embedded=is_embedded) if "compose stop" not in line]
    assert len(steps) >= 3
    for line in steps:
        done = typed(new, line, elsewhere)
        expected = 1 if " doctor " in line else 0  # it warns of the pause
        assert done.returncode == expected, f"{line}\n{done.stdout}{done.stderr}"
        if " doctor " in line:
            assert "checks and mails pause" in done.stdout
            assert "problem" not in done.stdout.lower()
    new.environment["LOCKKEEPER_EMBEDDED"] = "1" if is_embedded else "0"
    after = new.run("manage.py", "shell", "-v0", "-c", SHOW)
    assert after.returncode == 0, after.stderr
    assert secrets_in(after.stdout) == secrets_in(before) != ""


def secrets_in(shown: str) -> str:
    """The secrets that the last line shows."""
    found = re.search(r'"secrets": (\[[^]]+\])', shown)
    assert found, shown
    return found[1]
