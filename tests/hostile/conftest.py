"""The count of each part of the zoo."""

from collections.abc import Callable

import pytest

from tests.hostile.figures import Figures


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[[str], Figures]:
    """Start a count under the part's name."""
    return lambda part: Figures(part, request.node)
