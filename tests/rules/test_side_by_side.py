"""Tests that cannot stand each other are dealt to the same process."""

import re

import pytest

from tests.rules.code import sources
from tests.side_by_side import GROUPS, group


@pytest.mark.parametrize("name", GROUPS)
def test_every_group_has_tests(name: str) -> None:
    assert any(re.match(GROUPS[name], source.path) for source in sources("tests"))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("tests/browser/test_a.py::test_b[chromium]", "browser"),
        ("tests/config/runtime/test_up.py::test_b", "processes"),
        ("tests/journeys/test_sixty_days.py::test_b", "sixty days"),
        ("tests/common/test_a.py::test_b[x@y]", "tests/common/test_a.py::test_b[x@y]"),
    ],
    ids=["a browser test", "a test with many processes", "two months", "any other"],
)
def test_the_group_of(test: str, expected: str) -> None:
    assert group(test) == expected
