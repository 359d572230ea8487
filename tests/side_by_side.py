"""Which tests share a process when they run side by side.

pytest-xdist 3.8's own groups do nothing under pytest 9.2 (its issue 1386), so the folder decides.
"""

import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

GROUPS = {
    # One Chromium and one event loop, and nothing else that minds the loop at the same time.
    "browser": r"tests/browser/",
    # One product, in which everything has happened once.
    "canary": r"tests/canary/test_canary\.py",
    # Two months by a clock of its own: it starts nothing, and takes a minute.
    "sixty days": r"tests/journeys/test_sixty_days\.py",
    # Each starts many processes and watches the clock: never two of them at once.
    "processes": r"tests/(journeys|crash|scripts)/|tests/config/runtime/test_up\.py",
}


def group(test: str) -> str:
    """The group of a test, by its id; a test of no group is a group of its own."""
    for name, place in GROUPS.items():
        if re.match(place, test):
            return name
    return test


class ByGroup(LoadScopeScheduling):
    """A group stays in one process; the largest groups start first."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    """Asked for once, by the process that deals the tests out."""
    return ByGroup(config, log)
