"""`make test-quick` chooses the tests of what changed and of its users, and says why."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.rules.code import ROOT

SCRIPTS = ROOT / "scripts"
A_TEST = '"""A test."""\n\n\ndef test_it() -> None:\n    assert 1 + 1 == 2\n'
PYPROJECT = """
[tool.pytest.ini_options]
addopts = "-ra"
markers = ["long", "browser", "journey", "embedded"]
"""
PROJECT = {
    "registry/__init__.py": "",
    "registry/transport/__init__.py": "from registry.transport.dial import dial\n",
    "registry/transport/dial.py": "def dial(): ...\n",
    "registry/words.py": "",
    "credentials_app/__init__.py": "",
    "credentials_app/checks/__init__.py": "",
    "credentials_app/checks/check.py": "from registry.transport import dial\n",
    "credentials_app/views/__init__.py": "",
    "credentials_app/views/detail.py": 'PAGE = "detail/page.html"\n',
    "credentials_app/migrations/0001_first.py": "",
    "templates/credentials_app/detail/page.html": '{% include "components/badge.html" %}\n',
    "templates/components/badge.html": "{% load colors %}\n",
    "credentials_app/templatetags/__init__.py": "",
    "credentials_app/templatetags/colors.py": "",
    "Makefile": "",
    "pyproject.toml": PYPROJECT,
    "tests/__init__.py": "",
    "tests/cast.py": "",
    "tests/scenes.py": "from registry import words\n",
    "tests/registry/__init__.py": "",
    "tests/registry/corpus/rows.json": "{}\n",
    "tests/registry/test_corpus.py": A_TEST,
    "tests/registry/test_words.py": A_TEST,
    "tests/registry/transport/__init__.py": "",
    "tests/registry/transport/test_dial.py": A_TEST,
    "tests/credentials_app/__init__.py": "",
    "tests/credentials_app/checks/__init__.py": "",
    "tests/credentials_app/checks/test_check.py": A_TEST,
    "tests/credentials_app/views/__init__.py": "",
    "tests/credentials_app/views/test_detail.py": f"from tests import scenes\n{A_TEST}",
    "tests/config/__init__.py": "",
    "tests/config/test_migrations.py": A_TEST,
    "tests/hostile/__init__.py": "",
    "tests/hostile/test_names.py": f"from registry.transport import dial\n{A_TEST}",
    "tests/scripts/__init__.py": "",
    "tests/scripts/test_make.py": f'FILE = "Makefile"\n{A_TEST}',
    "tests/rules/__init__.py": "",
    "tests/rules/test_shape.py": A_TEST,
}
ALL = {path for path in PROJECT if path.split("/")[-1].startswith("test_")}
RULES = {"tests/rules/test_shape.py"}
DIALING = {
    "tests/registry/transport/test_dial.py": "registry/transport: changed",
    "tests/hostile/test_names.py": "imports registry.transport.dial",
    "tests/credentials_app/checks/test_check.py": (
        "credentials_app/checks: imports registry.transport.dial"
    ),
}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as a module."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield importlib.import_module("quick_tests")
    for name in ("quick_tests", "run_tests"):
        sys.modules.pop(name)


def git(folder: Path, *words: str) -> None:
    author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True)


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one commit on its branch main."""
    folder = tmp_path / "project"
    write(folder, PROJECT)
    for name in ("quick_tests.py", "run_tests.py", "time_limit.py"):
        write(folder, {f"scripts/{name}": (SCRIPTS / name).read_text()})
    for name in ("__init__", "process", "postgres", "redis"):
        write(folder, {f"tests/servers/{name}.py": (ROOT / f"tests/servers/{name}.py").read_text()})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/quick_tests.py", *options],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


def chosen(said: str) -> dict[str, str]:
    """What was printed: each test file and its reason."""
    return dict(line.split(maxsplit=1) for line in said.splitlines() if line.startswith("  "))


def test_the_changed_wing_and_its_users_are_chosen_the_nearest_first(project: Path) -> None:
    write(project, {"registry/transport/dial.py": "def dial(): return 1\n"})
    listed = run(project, "--list")
    assert listed.returncode == 0, listed.stderr
    assert "quick: compared with main at " in listed.stdout
    assert "1 changed file" in listed.stdout
    found = chosen(listed.stdout)
    assert found == {"tests/rules/test_shape.py": "the rules, always"} | DIALING
    assert list(found) == ["tests/rules/test_shape.py", *DIALING]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("registry/words.py", {"tests/registry/test_words.py"}),
        ("tests/scenes.py", {"tests/credentials_app/views/test_detail.py"}),
        ("tests/registry/test_words.py", {"tests/registry/test_words.py"}),
        ("tests/registry/corpus/rows.json", {"tests/registry/test_corpus.py"}),
        ("templates/components/badge.html", {"tests/credentials_app/views/test_detail.py"}),
        (
            "credentials_app/templatetags/colors.py",
            {"tests/credentials_app/views/test_detail.py"},
        ),
        ("credentials_app/migrations/0002_next.py", {"tests/config/test_migrations.py"}),
        ("Makefile", {"tests/scripts/test_make.py"}),
        ("pyproject.toml", ALL),
        ("tests/cast.py", ALL),
        ("notes.txt", set[str]()),
    ],
)
def test_every_kind_of_file_has_its_tests(project: Path, file: str, expected: set[str]) -> None:
    write(project, {file: PROJECT.get(file, "") + "\n"})
    assert chosen(run(project, "--list").stdout).keys() == RULES | expected


def test_tests_run_in_the_order_in_which_their_files_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    limit = importlib.import_module("time_limit")
    monkeypatch.delitem(sys.modules, "time_limit")
    config = SimpleNamespace(args=["tests/b.py", "tests/a.py"])
    names = ["tests/a.py::test_1", "tests/b.py::test_2", "tests/b.py::test_1[x::y]"]
    items = [SimpleNamespace(nodeid=name) for name in names]
    limit.pytest_collection_modifyitems(config, items)
    assert [item.nodeid for item in items] == [*names[1:], names[0]]


def test_with_nothing_changed_the_rules_run_and_it_says_so(project: Path) -> None:
    ran = run(project)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Nothing changed: only the rules run." in ran.stdout
    assert "1 passed" in ran.stdout


def test_a_failing_test_of_what_changed_fails_the_run(project: Path) -> None:
    write(project, {"tests/registry/test_words.py": "def test_it():\n    assert 1 == 2\n"})
    ran = run(project)
    assert ran.returncode == 1
    assert "1 failed, 1 passed" in ran.stdout


def test_commits_since_main_and_new_and_deleted_files_count(
    quick: ModuleType, project: Path
) -> None:
    git(project, "checkout", "-q", "-b", "work")
    write(project, {"registry/words.py": "A = 1\n"})
    git(project, "commit", "-q", "-a", "-m", "second")
    write(project, {"registry/new.py": "", "Makefile": "all:\n"})
    (project / "registry/transport/dial.py").unlink()
    found = quick.changes(project)
    assert found.compared_with.startswith("main at ")
    assert found.files == sorted(
        ["Makefile", "registry/new.py", "registry/transport/dial.py", "registry/words.py"]
    )


def test_without_a_branch_main_the_last_commit_is_compared_with(
    quick: ModuleType, project: Path
) -> None:
    git(project, "branch", "-q", "-m", "trunk")
    assert quick.changes(project).compared_with.startswith("HEAD at ")


def test_without_git_it_says_what_to_do(quick: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="run make test"):
        quick.changes(tmp_path)


def test_what_is_left_when_the_time_is_over_is_skipped_and_counted(project: Path) -> None:
    ran = run(project, "--seconds=0")
    assert ran.returncode == 0
    assert "1 skipped" in ran.stdout
    assert "no time is left: make test runs it" in ran.stdout
