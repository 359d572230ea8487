"""The time of the database: asked every few seconds, right in between."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from common import clock

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Database:
    """Says its own time, and counts how often it was asked. A query takes time before the server
    reads its clock, and after."""

    vendor = "postgresql"

    def __init__(self, up: SimpleNamespace) -> None:
        self.up, self.asked = up, 0
        self.ahead = NOON - timedelta(seconds=up.s)
        self.before_s = self.after_s = 0.0

    @property
    def now(self) -> datetime:
        return self.ahead + timedelta(seconds=self.up.s)

    def cursor(self) -> Any:
        return self

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, _statement: str) -> None:
        self.asked += 1
        self.up.s += self.before_s

    def fetchone(self) -> tuple[datetime]:
        said = self.now
        self.up.s += self.after_s
        return (said,)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, up: SimpleNamespace) -> Database:
    found = Database(up)
    monkeypatch.setattr(clock, "connection", found)
    monkeypatch.setattr(clock.Reading, "last", None)
    monkeypatch.setattr(clock.Reading, "returned", None)
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
    up.s += passed
    database.ahead += timedelta(hours=2)
    assert clock.database_now() == database.now
    assert database.asked == 2


@pytest.mark.parametrize(("before_s", "after_s"), [(0.04, 0.0), (0.0, 0.04), (0.02, 0.02)])
def test_a_slow_query_never_makes_it_late(
    database: Database, up: SimpleNamespace, before_s: float, after_s: float
) -> None:
    database.before_s, database.after_s = before_s, after_s
    asked = database.now
    assert clock.database_now() >= asked
    for _ in range(10):
        up.s += 0.45
        ahead = clock.database_now() - database.now
        assert timedelta(0) <= ahead <= clock.PRECISE
    assert database.asked == 1


def test_what_took_too_long_to_be_precise_is_used_once(
    database: Database, up: SimpleNamespace
) -> None:
    database.before_s = 3.0
    assert clock.database_now() == database.now
    database.before_s = 0.0
    assert clock.database_now() == database.now
    up.s += 1.0
    assert clock.database_now() == database.now
    assert database.asked == 2


def test_the_next_answer_never_turns_it_back(database: Database, up: SimpleNamespace) -> None:
    database.before_s = 0.04
    clock.database_now()
    up.s += 4.9
    before = clock.database_now()
    up.s += 0.1
    database.before_s = 0.0
    assert database.now < before + timedelta(seconds=0.1)
    after = clock.database_now()
    assert database.asked == 2
    assert before <= after <= database.now + clock.PRECISE


def test_a_database_whose_clock_was_set_back_is_believed(
    database: Database, up: SimpleNamespace
) -> None:
    clock.database_now()
    database.ahead -= timedelta(minutes=2)
    up.s += 6
    assert clock.database_now() == database.now
