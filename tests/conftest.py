"""What every test may lean on: honest markers, programs that are there, bounded hypothesis."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from common import clock
from tests.flush import the_flush_may_empty_guarded_tables  # noqa: F401  # a fixture
from tests.servers.process import ServerError, program
from tests.servers.smtp import Mailbox, smtp
from tests.side_by_side import (  # noqa: F401  # hooks
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)
from tests.summary import pytest_terminal_summary  # noqa: F401  # a hook

# Time limits are pytest-timeout's: hypothesis' own depend on what else the machine is doing.
_ROOM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, database=None, print_blob=True, **_ROOM)
settings.register_profile("explore", max_examples=200, **_ROOM)
settings.register_profile("long", max_examples=5000, print_blob=True, **_ROOM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

TOUCHES_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
BROWSER_LIMIT_S = 300  # each waits up to 25 s for what it wants to see, several times
SLOW_TO_READ = {"test_schema_borders.py"}
PROGRAMS = {
    "browser": [("chromium", "chromium-browser")],
    "journey": [("docker-registry",), ("skopeo",)],
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of long tests alone that takes seconds to read is not read for the others."""
    leaves_out = "not long" in (config.option.markexpr or "")
    return True if leaves_out and collection_path.name in SLOW_TO_READ else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Markers that follow from what a test uses, so that nobody can forget them."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if fixtures & TOUCHES_DATABASE or item.get_closest_marker("django_db"):
        item.add_marker("database")
    if "page" in fixtures or "tests/browser/" in item.path.as_posix():
        item.add_marker("browser")
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(BROWSER_LIMIT_S))
    if "tests/browser/" in item.path.as_posix():
        item.add_marker("one_database")
    if "tests/journeys/" in item.path.as_posix():
        item.add_marker("journey")


def pytest_collection_finish(session: pytest.Session) -> None:
    """A missing program ends the run with one sentence before any test starts."""
    marks = {mark.name for item in session.items for mark in item.iter_markers()}
    try:
        for mark in sorted(marks & PROGRAMS.keys()):
            for names in PROGRAMS[mark]:
                program(*names)
    except ServerError as missing:
        raise pytest.UsageError(str(missing)) from None


class UncountedClock:
    """The connection as ``common.clock`` uses it, past Django's log of statements.

    How often the clock is asked depends on how busy the machine is: it belongs to no count of
    statements.
    """

    @property
    def vendor(self) -> str:
        return connection.vendor

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        connection.ensure_connection()
        with connection.wrap_database_errors, connection.connection.cursor() as raw:
            yield raw


@pytest.fixture(autouse=True)
def the_clock_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that counts statements counts the same on a busy machine."""
    monkeypatch.setattr(clock, "connection", UncountedClock())


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server for this test."""
    with smtp() as started:
        yield started


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder that all of the code lives in."""
    return Path(__file__).resolve().parent.parent
