"""The browser of the journeys, for the running product instead of a test server."""

from typing import Any

import pytest

from tests.browser.conftest import (  # noqa: F401  # fixtures
    browser_type_launch_args,
    complaints,
    context,
    page,
)


@pytest.fixture
def browser_context_args() -> dict[str, Any]:
    """As somebody's browser is; no page has an address before the product runs."""
    return {
        "locale": "en-US",
        "timezone_id": "UTC",
        "viewport": {"width": 1280, "height": 900},
    }
