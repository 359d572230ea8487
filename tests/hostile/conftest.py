"""The figures of each part of the suite."""

from collections.abc import Callable

import pytest

from tests.hostile.figures import Figures


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[[str], Figures]:
    """Start the figures of a part."""
    return lambda part: Figures(part, request.node)
