"""The source files for the rules."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("registry", "common", "workspaces", "credentials_app", "api", "config")
NOT_OURS = {".venv", ".git", "data", "staticfiles", "node_modules"}


@dataclass(frozen=True)
class Source:
    """One Python file: its path inside the project, its text and its tree."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def files() -> tuple[Path, ...]:
    """The files of the project: those that git knows, or all files without git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        found = (ROOT / name for name in listed.stdout.split("\0") if name)
    else:
        found = (p for p in ROOT.rglob("*") if not NOT_OURS & set(p.relative_to(ROOT).parts))
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under ``folders`` (all packages by default), without migrations."""
    chosen = folders or PACKAGES
    found = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and name.split("/")[0] in chosen and "/migrations/" not in name:
            found.append(Source(name, path.read_text(encoding="utf-8")))
    assert found, f"no Python file under {chosen}"
    return tuple(found)
