"""`make` explains itself, prepares what it needs once, and says in one sentence what is missing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.code import ROOT

pytestmark = pytest.mark.timeout(600)  # several environments, made one after the other


def run(
    folder: Path, *command: str, path: str | None = None, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    env = {"PATH": path or os.environ["PATH"], "HOME": str(folder), "PYTHON": python}
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=150
    )


def make_clone(folder: Path) -> Path:
    folder.mkdir()
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements.txt").write_text("# nothing\n")
    (folder / "requirements-test.txt").write_text("-r requirements.txt\n")
    (folder / "manage.py").write_text("import sys\nprint('started with', *sys.argv[1:])\n")
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The commands of the project in a folder of their own, with nothing to install."""
    return make_clone(tmp_path / "clone with a blank")


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_make_alone_explains_every_target(clone: Path) -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    said = run(clone, "make").stdout
    for target in set(phony.split()) - {"help"}:
        assert f"make {target} " in said


def test_packages_are_installed_once_and_again_when_something_changed(clone: Path) -> None:
    first, second = run(clone, "make", "run"), run(clone, "make", "run")
    assert first.stdout.splitlines()[-1] == "started with up", first.stderr
    assert "Installing" in first.stdout
    assert second.stdout == "started with up\n"
    (clone / "requirements.txt").write_text("# changed\n")
    assert "Installing" in run(clone, "scripts/packages", "requirements-test.txt").stdout
    assert run(clone, "scripts/packages", "requirements.txt").stdout == ""
    (clone / "requirements.txt").write_text("./no-such-package\n")
    for _ in range(2):
        failed = run(clone, "scripts/packages", "requirements.txt")
        assert failed.returncode != 0
        assert "could not be installed" in failed.stderr.splitlines()[-1]
    (clone / "requirements.txt").write_text("# fit again\n")
    moved = clone.rename(clone.parent / "moved")
    assert run(moved, "make", "run").stdout.endswith("started with up\n")
    assert str(moved) in (moved / ".venv" / "bin" / "pip").read_text()


def test_mutate_without_a_module_says_what_there_is(clone: Path) -> None:
    told = run(clone, "make", "mutate")
    assert told.returncode != 0
    assert "make mutate MODULE=common/crypto.py, or permission, sealing" in told.stderr


@pytest.mark.parametrize(
    ("fake", "sentence"),
    [
        ('case "$*" in *version_info*) exit 1;; *) echo Python 3.9.2;; esac', "is Python 3.9.2"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "apt-get install python3-venv"),
    ],
    ids=["an old Python", "no venv module"],
)
def test_an_unfit_python_is_told_in_one_sentence(clone: Path, fake: str, sentence: str) -> None:
    fit = run(clone, "make", "run", python=script(clone / "fake-python", fake))
    assert fit.returncode != 0
    said = [line for line in fit.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert sentence in said[0]
    assert not (clone / ".venv").exists()


def test_no_python_at_all_is_told_in_one_sentence(clone: Path) -> None:
    said = run(clone, "scripts/packages", "requirements.txt", python="made-up-python")
    assert said.stderr == (
        "Python 3.11 or newer is needed, and there is no 'made-up-python' on this machine.\n"
    )


def test_missing_programs_are_told_with_the_one_line_that_installs_them(clone: Path) -> None:
    tools = clone / "tools"
    tools.mkdir()
    for name in ("bash", "env", "sort", "tail"):
        (tools / name).symlink_to(shutil.which(name) or "")
    script(tools / "id", "echo 1000")
    script(tools / "find", "true")
    told = run(clone, "scripts/debian-packages", path=str(tools))
    assert told.returncode == 1
    packages = "chromium docker-registry faketime podman postgresql redis-server skopeo"
    install = f"sudo apt-get install -y --no-install-recommends {packages}"
    assert told.stderr.splitlines()[-1] == f"  sudo apt-get update && {install}"
    assert told.stdout == ""


def test_nothing_is_installed_when_all_programs_are_there(clone: Path) -> None:
    there = run(clone, "scripts/debian-packages")
    assert (there.returncode, there.stdout, there.stderr) == (0, "", "")


def test_the_build_server_runs_what_make_test_promises() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert text.rstrip().endswith("exec make test")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
