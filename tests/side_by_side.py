"""Which tests share a process when they run side by side, and which start first.

pytest-xdist 3.8's own groups do nothing under pytest 9.2 (its issue 1386), so the folder decides.
"""

import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

COMMANDS = (
    "gitlab_logins|skopeo_agrees|skopeo_agrees_at_gitlab|check_login_process|login_files|bad_input"
)
# The first that fits counts.
GROUPS = {
    # Registries that the tests of a file share; one process at a time, and no clock.
    "logins": rf"tests/journeys/test_({COMMANDS})\.py",
    # Two months by a clock of its own: it starts nothing, and takes a minute.
    "sixty days": r"tests/journeys/test_sixty_days\.py",
    # Each starts many processes and watches the clock: never two of them at once.
    "processes": r"tests/(journeys|crash)/|tests/config/runtime/test_up\.py",
    # Every page at every width: as long as all the others of a browser together.
    "widths": r"tests/browser/test_(everywhere|widths)\.py",
    # One Chromium and one event loop, and nothing else that minds the loop at the same time.
    "browser": r"tests/browser/",
    # One product, in which everything has happened once.
    "canary": r"tests/canary/test_canary\.py",
    # Installations of packages, which use the disk and a core.
    "scripts": r"tests/scripts/",
}
# Those that take longest start first.
STARTS = ["processes", "browser", "widths", "sixty days", "canary", "scripts", "logins"]


def group(test: str) -> str:
    """The group of a test, by its id; a test of no group is a group of its own."""
    for name, place in GROUPS.items():
        if re.match(place, test):
            return name
    return test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the groups first, the longest at the front; all else keeps its order."""
    ranks = {name: rank for rank, name in enumerate(STARTS)}
    items.sort(key=lambda item: ranks.get(group(item.nodeid), len(ranks)))


class ByGroup(LoadScopeScheduling):
    """A group stays in one process."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    """Asked for once, by the process that deals the tests out."""
    config.option.loadscopereorder = False  # the number of tests of a group says nothing
    return ByGroup(config, log)
