"""A person and her browser, with which most tests of credentials begin."""

import pytest
from django.test import Client

from tests import cast
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat


@pytest.fixture
def seat() -> Seat:
    """Alice in her organization's workspace."""
    return scenes.seat()


@pytest.fixture
def visitor(seat: Seat) -> Client:
    """The browser of that person, signed in."""
    return cast.client_for(seat.user)
