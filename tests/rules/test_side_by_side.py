"""Tests that cannot stand each other are dealt to the same process."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests.rules.code import sources
from tests.side_by_side import GROUPS, STARTS, group, pytest_collection_modifyitems


@pytest.mark.parametrize("name", GROUPS)
def test_every_group_has_tests(name: str) -> None:
    assert any(re.match(GROUPS[name], source.path) for source in sources("tests"))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("tests/browser/test_a.py::test_b[chromium]", "browser"),
        ("tests/config/runtime/test_up.py::test_b", "processes"),
        ("tests/journeys/test_first_day.py::test_b", "processes"),
        ("tests/journeys/test_sixty_days.py::test_b", "sixty days"),
        ("tests/journeys/test_skopeo_agrees.py::test_b[c]", "logins"),
        ("tests/scripts/test_make.py::test_b", "scripts"),
        ("tests/common/test_a.py::test_b[x@y]", "tests/common/test_a.py::test_b[x@y]"),
    ],
    ids=[
        "a browser test",
        "a supervisor",
        "a running product",
        "two months",
        "a command",
        "a script",
        "any other",
    ],
)
def test_the_group_of(test: str, expected: str) -> None:
    assert group(test) == expected


def test_the_groups_start_first_and_all_else_keeps_its_order() -> None:
    assert sorted(STARTS) == sorted(GROUPS)
    names = [
        "tests/common/test_z.py::test_a",
        "tests/common/test_a.py::test_a",
        "tests/browser/test_a.py::test_a",
        "tests/crash/test_kills.py::test_b",
        "tests/crash/test_kills.py::test_a",
    ]
    items: list[Any] = [SimpleNamespace(nodeid=name) for name in names]
    pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == [*names[3:], names[2], *names[:2]]
