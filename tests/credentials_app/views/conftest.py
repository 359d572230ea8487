"""What most tests of the pages of credentials begin with."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests import cast
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    """What people asked for in another test counts for no limit."""
    cache.clear()


@pytest.fixture
def seat() -> Seat:
    """Alice in her organization's workspace."""
    return scenes.seat()


@pytest.fixture
def visitor(seat: Seat) -> Client:
    """The browser of that person, signed in."""
    return cast.client_for(seat.user)
