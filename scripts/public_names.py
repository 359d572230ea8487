"""Counts public names that more than one module defines: one public name means one thing.

A public name is a function or class at the top of a module, without a leading underscore;
migrations and tests do not count. Classes must differ; of functions a few may share a name, such
as a view and the action behind it.
"""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "api",
    "common",
    "config",
    "credentials_app",
    "registry",
    "workspaces",
    "deploy",
    "manage.py",
)
MAX_SHARED = 20
ALLOWED = {"Command"}  # Django's name for every command


def modules() -> list[Path]:
    """The Python files of the product that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *PACKAGES],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.split("\0") if name.endswith(".py")]
    return [ROOT / name for name in sorted(names) if "/migrations/" not in name]


def shared_names(files: list[Path]) -> dict[str, list[tuple[str, bool]]]:
    """Each name of several modules: where it is defined, and whether it is a class there."""
    defined: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for file in files:
        if not file.exists():
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                where = file.relative_to(ROOT).as_posix()
                defined[node.name].append((where, isinstance(node, ast.ClassDef)))
    return {name: where for name, where in sorted(defined.items()) if len(where) > 1}


def main() -> int:
    """Print what is wrong; 0 when classes differ and few functions share a name."""
    shared = shared_names(modules())
    classes = {
        name
        for name, where in shared.items()
        if name not in ALLOWED and any(is_class for _, is_class in where)
    }
    if not classes and len(shared) <= MAX_SHARED:
        return 0
    for name, where in shared.items():
        kind = "class" if name in classes else "name"
        sys.stderr.write(f"{kind} {name}: {', '.join(path for path, _ in where)}\n")
    sys.stderr.write(
        f"{len(shared)} names are defined in several modules (at most {MAX_SHARED}), "
        f"{len(classes)} of them classes (none)\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
