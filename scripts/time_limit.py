"""A pytest plugin: the order in which files were named, and a limit of time.

QUICK_TESTS_SECONDS after the collection, the tests that are left are skipped.
"""

import os
import time

import pytest

UNTIL = pytest.StashKey[float]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the tests as their files were named; pytest-django has put those of rows first."""
    places = {name: place for place, name in enumerate(config.args)}
    items.sort(key=lambda item: places[item.nodeid.partition("::")[0]])


def pytest_collection_finish(session: pytest.Session) -> None:
    """The time begins now: on a busy machine the collection alone takes a minute."""
    seconds = float(os.environ["QUICK_TESTS_SECONDS"])
    session.config.stash[UNTIL] = time.monotonic() + seconds


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip before any fixture starts; the summary counts what was skipped."""
    if time.monotonic() > item.config.stash[UNTIL]:
        pytest.skip("no time is left: make test runs it")
