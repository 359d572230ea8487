"""Runs the tests of what changed against main, on SQLite, within two minutes on two cores.

A wing is a folder or a module directly in a package: registry/transport, workspaces/audit. The
changed wings and the wings that import a changed module are chosen, and the tests that import one.
Tests of browsers and of whole stories are left to `make test`. The nearest tests run first; what
is left 90 seconds after the collection is skipped, and counted.
"""

import argparse
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import grimp
from run_tests import ROOT, SERVERS, WORKERS

PACKAGES = ("registry", "common", "workspaces", "credentials_app", "api", "config")
MARKERS = "not (long or browser or journey or embedded)"
RULES, MIGRATIONS = "tests/rules/", "tests/config/test_migrations.py"
LIMIT_S = 90.0
CONCERN_ALL = re.compile(
    r"requirements.*\.txt|pyproject\.toml|config/settings\w*\.py|tests/(conftest|cast|flush)\.py"
)
Users = Mapping[str, set[str]]


@dataclass(frozen=True)
class Changes:
    """The changed files, and what they were compared with."""

    compared_with: str
    files: list[str]


@dataclass
class Choice:
    """The chosen test files in the order in which they run, each with its reason."""

    existing: list[str]
    reasons: dict[str, str] = field(default_factory=dict)

    def add(self, tests: Iterable[str], reason: str) -> None:
        """Choose these tests unless a nearer reason has chosen them."""
        for test in sorted(set(tests) & set(self.existing)):
            self.reasons.setdefault(test, reason)

    def of_wing(self, wing: str) -> list[str]:
        """The tests that mirror a wing: its folder below tests/, or its file there."""
        folder, _, name = f"tests/{wing}".rpartition("/")
        own = re.compile(rf"{re.escape(folder)}/({re.escape(name)}/.*|test_{re.escape(name)}\.py)")
        return [test for test in self.existing if own.fullmatch(test)]


def _git(root: Path, *words: str) -> list[str] | None:
    """The words that git prints, separated by zero bytes; None if it refuses."""
    done = subprocess.run(
        ["git", *words],  # noqa: S607
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return None if done.returncode else [word for word in done.stdout.split("\0") if word]


def changes(root: Path) -> Changes:
    """What differs from the merge base with main: commits, the working tree and new files."""
    for name in ("main", "origin/main", "HEAD"):
        found = _git(root, "merge-base", "HEAD", name)
        if found:
            base = found[0].strip()
            break
    else:
        raise SystemExit("quick: git has no commit here to compare with: run make test.")
    changed = _git(root, "diff", "--name-only", "--no-renames", "-z", base) or []
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z") or []
    return Changes(f"{name} at {base[:7]}", sorted({*changed, *new}))


def users_of_modules(root: Path) -> Users:
    """The modules that import each module of the packages and of the tests.

    Who imports a package uses what its ``__init__`` imports from inside.
    """
    sys.path.insert(0, str(root))
    packages = [name for name in (*PACKAGES, "tests") if (root / name / "__init__.py").exists()]
    graph = grimp.build_graph(*packages, cache_dir=None)
    found: dict[str, set[str]] = {}
    for name in graph.modules:
        found[name] = set(graph.find_modules_that_directly_import(name))
        for package in [user for user in found[name] if name.startswith(f"{user}.")]:
            found[name] |= graph.find_modules_that_directly_import(package)
    return found


def wing(path: str) -> str:
    """registry/transport for a file in it, workspaces/audit for workspaces/audit.py.

    The wing of data of a test is the folder of the data; a module of the tests has none.
    """
    inner = PurePosixPath(path.removeprefix("tests/"))
    if path.startswith("tests/"):
        inner = PurePosixPath("-" if path.endswith(".py") else inner.parent)
    return "/".join(inner.with_suffix("").parts[:2])


def module(path: str) -> str:
    """The name under which a Python file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def path_of(name: str, root: Path) -> str:
    """The file of a module."""
    path = name.replace(".", "/")
    return f"{path}/__init__.py" if (root / path).is_dir() else f"{path}.py"


def tests_that_import(name: str, users: Users) -> set[str]:
    """The test modules that import a module; of a module of the tests also by another of them."""
    found: set[str] = set()
    left = {name}
    while left:
        importing = {user for one in left for user in users.get(one, ())}
        left = {user for user in importing if user.startswith("tests.")} - found
        found |= left
        if not name.startswith("tests."):
            break
    return {one for one in found if one.rpartition(".")[2].startswith("test_")}


def _called(path: str) -> re.Pattern[str]:
    """How others name this file: a library of template tags by its stem, a template without its
    application or without its suffix, any other file by its path."""
    pure = PurePosixPath(path)
    if "/templatetags/" in path:
        return re.compile(rf"{{% load [^%]*\b{pure.stem}\b")
    names = [path]
    if path.startswith(("templates/", "static/")):
        below = PurePosixPath(*pure.parts[1:])
        names = [str(below), str(below.with_suffix("")), str(PurePosixPath(*below.parts[1:]))]
    return re.compile(rf"""["']({"|".join(map(re.escape, names))})["']""")


def naming(files: Iterable[str], root: Path) -> dict[str, str]:
    """The Python files whose text names one of these files, and which one.

    A template that names a changed file counts as changed, and so do template tags.
    """
    texts = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in (*PACKAGES, "tests", "templates")
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in {".py", ".html", ".txt"}
    }
    found: dict[str, str] = {}
    left, seen = list(files), set(files)
    while left:
        changed = left.pop()
        called = _called(changed)
        for path in [path for path, text in texts.items() if called.search(text)]:
            if path.endswith(".py"):
                found.setdefault(path, changed)
            if path not in seen and (path.endswith((".html", ".txt")) or "/templatetags/" in path):
                seen.add(path)
                left.append(path)
    return found


def choose(files: list[str], users: Users, existing: list[str], root: Path) -> Choice:
    """The tests for these changed files, the nearest first."""
    choice = Choice(existing)
    choice.add([test for test in existing if test.startswith(RULES)], "the rules, always")
    reasons = {file: f"names {other}" for file, other in naming(files, root).items()}
    reasons |= dict.fromkeys(files, "changed")
    for file, reason in reasons.items():
        choice.add([file], reason)
    for file, reason in reasons.items():
        choice.add(choice.of_wing(wing(file)), f"{wing(file)}: {reason}")
    if any("/migrations/" in file for file in files):
        choice.add([MIGRATIONS], "a migration changed")
    modules = [module(file) for file in reasons if file.endswith(".py")]
    for name in modules:
        importing = {path_of(test, root) for test in tests_that_import(name, users)}
        choice.add(importing, f"imports {name}")
    for name in modules:
        for own in sorted({wing(path_of(user, root)) for user in users.get(name, ())}):
            choice.add(choice.of_wing(own), f"{own}: imports {name}")
    for file in files:
        if CONCERN_ALL.fullmatch(file):
            choice.add(existing, f"{file} concerns every test")
    return choice


def test_files(root: Path) -> list[str]:
    """The files of tests, by their paths."""
    found = sorted((root / "tests").rglob("test_*.py"))
    return [path.relative_to(root).as_posix() for path in found]


def explain(compared: Changes, choice: Choice, *, each: bool) -> str:
    """What changed, and the number of test files, or ``each`` of them, for every reason."""
    files, by_reason = len(compared.files), defaultdict[str, list[str]](list)
    for test, reason in choice.reasons.items():
        by_reason[reason].append(test)
    lines = [f"quick: compared with {compared.compared_with}: {files} changed files"]
    for reason, tests in by_reason.items():
        named = tests if each or len(tests) == 1 else [f"{len(tests)} files"]
        lines += [f"  {name:44} {reason}" for name in named]
    if not compared.files:
        lines.append("Nothing changed: only the rules run.")
    return "\n".join(lines)


def run(tests: list[str], seconds: float) -> int:
    """Run these tests on SQLite; returns pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-q", *WORKERS]
    command += ["-p", "time_limit", "-m", MARKERS, *tests]
    env = {name: value for name, value in os.environ.items() if name not in SERVERS}
    env |= {"PYTHONPATH": str(ROOT / "scripts"), "QUICK_TESTS_SECONDS": str(seconds)}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def main() -> int:
    """Print the choice and its reasons, then run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print each file, and run none")
    parser.add_argument("--seconds", type=float, default=LIMIT_S, help="the time until it skips")
    asked = parser.parse_args()
    compared = changes(ROOT)
    choice = choose(compared.files, users_of_modules(ROOT), test_files(ROOT), ROOT)
    sys.stdout.write(f"{explain(compared, choice, each=asked.list)}\n")
    sys.stdout.flush()
    return 0 if asked.list else run(list(choice.reasons), asked.seconds)


if __name__ == "__main__":
    sys.exit(main())
