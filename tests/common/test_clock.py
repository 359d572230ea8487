"""The time of the database: asked every few seconds, right in between."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from common import clock

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Database:
    """Says its own time, and counts how often it was asked."""

    vendor = "postgresql"

    def __init__(self) -> None:
        self.now, self.asked = NOON, 0

    def cursor(self) -> Any:
        return self

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, _statement: str) -> None:
        self.asked += 1

    def fetchone(self) -> tuple[datetime]:
        return (self.now,)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    found = Database()
    monkeypatch.setattr(clock, "connection", found)
    monkeypatch.setattr(clock.Reading, "last", None)
    return found


@pytest.fixture
def up(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Our own uptime, in seconds; nothing else of this machine's clocks counts."""
    mine = SimpleNamespace(s=1000.0)
    monkeypatch.setattr(clock.time, "clock_gettime", lambda _which: mine.s)
    return mine


def test_what_passed_since_is_added_without_asking(database: Database, up: SimpleNamespace) -> None:
    assert clock.database_now() == NOON
    up.s += 4.5
    assert clock.database_now() == NOON + timedelta(seconds=4.5)
    assert database.asked == 1


@pytest.mark.parametrize("passed", [5.0, 7200.0, -1.0])
def test_after_a_while_or_a_sleep_it_is_asked_again(
    database: Database, up: SimpleNamespace, passed: float
) -> None:
    clock.database_now()
    database.now, up.s = NOON + timedelta(hours=2), up.s + passed
    assert clock.database_now() == NOON + timedelta(hours=2)
    assert database.asked == 2
