"""The headers in which GitHub describes a token."""

from datetime import UTC, datetime

import pytest

from registry.providers.github.api import read_moment, read_scopes


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-09-03 02:34:04 UTC", datetime(2021, 9, 3, 2, 34, 4, tzinfo=UTC)),
        ("2023-04-26 20:23:26 +0200", datetime(2023, 4, 26, 18, 23, 26, tzinfo=UTC)),
        ("2023-04-26 20:23:26 -0530", datetime(2023, 4, 27, 1, 53, 26, tzinfo=UTC)),
        ("", None),
        ("never", None),
        ("2023-04-26", None),
        ("2023-13-26 20:23:26 UTC", None),
        ("0001-01-01 00:00:00 +2300", None),
    ],
)
def test_an_end_is_read_in_both_of_its_shapes(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("read:packages, write:packages", {"read:packages", "write:packages"}),
        ("repo", {"repo"}),
        ("", set()),
        (", ,<b>, read:packages\t", {"read:packages"}),
    ],
)
def test_scopes_are_read_and_what_is_none_is_dropped(text: str, scopes: set[str]) -> None:
    assert read_scopes(text) == scopes
