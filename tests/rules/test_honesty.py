"""Tests that cannot fail, or are left out without a reason, are defects."""

import ast
import re

import pytest

from tests.rules.code import sources

# (file, what it says) of every test that may be left out, with the reason it gives.
MAY_SKIP = {
    ("tests/journeys/consumers.py", "pytest.skip("),  # docker and kubectl are not on every machine
}
SKIPS = re.compile(
    r"pytest\.(skip|xfail|importorskip)\(|mark\.(skip|skipif|xfail)\b|unittest\.skip"
)
ASSERTS = (ast.Assert, ast.Raise)


def _tests() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (source.path, node)
        for source in sources("tests")
        if source.path.split("/")[-1].startswith("test_")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def test_no_test_is_left_out_silently() -> None:
    this = "tests/rules/test_honesty.py"
    found = {
        (source.path, match.group())
        for source in sources("tests")
        if source.path != this
        for match in SKIPS.finditer(source.text)
    }
    assert found == MAY_SKIP


def test_there_are_tests() -> None:
    assert len(_tests()) > 100


def test_no_test_replaces_another_of_the_same_name() -> None:
    for source in sources("tests"):
        names = [n.name for n in source.tree.body if isinstance(n, ast.FunctionDef)]
        twice = {name for name in names if names.count(name) > 1 and name.startswith("test_")}
        assert twice == set(), source.path


@pytest.mark.parametrize("kind", ["assert True", "assert a tuple"])
def test_no_assertion_that_always_holds(kind: str) -> None:
    wanted = ast.Constant if kind == "assert True" else ast.Tuple
    found = [
        f"{path}:{node.lineno}"
        for path, test in _tests()
        for node in ast.walk(test)
        if isinstance(node, ast.Assert) and isinstance(node.test, wanted)
    ]
    assert found == []


def test_every_test_asserts_something() -> None:
    silent = [f"{path}::{test.name}" for path, test in _tests() if not _asserts(test)]
    assert silent == []


def _asserts(test: ast.FunctionDef) -> bool:
    """An assert, pytest.raises, or a call of a function whose name says that it asserts."""
    for node in ast.walk(test):
        if isinstance(node, ASSERTS):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).split("(")[-1]
            if re.search(r"raises|expect|assert|check|must|refuse|eventually", called):
                return True
    return False
