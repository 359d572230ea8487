"""What all tests of the pages of credentials begin with."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    """What people asked for in another test counts for no limit."""
    cache.clear()
