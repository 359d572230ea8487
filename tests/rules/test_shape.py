"""How files are named, sized and explained."""

import ast
import re

import pytest

from tests.rules.code import ROOT, Source, files, sources

CODE = ("registry", "common", "workspaces", "credentials_app", "api", "config", "scripts")
EVERYTHING = (*CODE, "tests", "bench")
NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "misc",
    "manager",
    "managers",
    "processor",
    "info",
    "obj",
    "impl",
    "base",
    "core",
    "stuff",
}


def test_no_file_is_over_300_lines() -> None:
    long = {source.path: source.lines for source in sources(*CODE) if source.lines > 300}
    assert long == {}, "a room is missing: split these files"


def test_no_test_file_has_reached_500_lines() -> None:
    long = {source.path: source.lines for source in sources("tests") if source.lines >= 500}
    assert long == {}


@pytest.mark.parametrize("kind", ["modules", "names inside"])
def test_no_name_that_says_nothing(kind: str) -> None:
    if kind == "modules":
        names = [(part, s.path) for s in sources(*EVERYTHING) for part in _parts(s.path)]
    else:
        names = [(name, s.path) for s in sources(*CODE) for name in _defined(s)]
    assert [found for found in names if found[0] in NAMES_THAT_SAY_NOTHING] == []


def _parts(path: str) -> list[str]:
    return path.removesuffix(".py").split("/")


def _defined(source: Source) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node.name.lower() for node in ast.walk(source.tree) if isinstance(node, kinds)]


def test_no_name_begins_with_do_my_or_tmp() -> None:
    named = [(name, s.path) for s in sources(*CODE) for name in _defined(s)]
    assert [found for found in named if re.match(r"_?(do|my|tmp)_", found[0])] == []


def test_every_module_says_in_one_sentence_what_lives_there() -> None:
    silent = [s.path for s in sources(*EVERYTHING) if s.text and not ast.get_docstring(s.tree)]
    assert silent == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in files() if path.suffix == ".py" and _is_test(path)}
    assert folders
    without = [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()]
    assert without == [], "without __init__.py tests/registry would shadow the package registry"


def _is_test(path: object) -> bool:
    return str(path).startswith(f"{ROOT}/tests/")


def test_every_test_file_has_a_test_and_every_test_asserts() -> None:
    empty = []
    for source in sources("tests"):
        if not source.path.split("/")[-1].startswith("test_"):
            continue
        if not any(name.startswith("test_") for name in _defined(source)):
            empty.append(source.path)
    assert empty == []
