"""What must be stored outlasts an outage of the database."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from common import database_outage
from common.database_outage import outlast

AWAY = [OperationalError("connection refused"), InterfaceError("connection already closed")]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of each try; a pause takes none."""
    seconds = [0.0]
    monkeypatch.setattr(database_outage.time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(
        database_outage.time, "sleep", lambda pause: seconds.__setitem__(0, seconds[0] + pause)
    )
    return seconds


def deed(*errors: Exception) -> Callable[[], str]:
    left = list(errors)

    def run() -> str:
        if left:
            raise left.pop(0)
        return "stored"

    return run


def never() -> bool:
    return False


@pytest.mark.django_db(transaction=True)
class TestOutsideATransaction:
    def test_it_is_tried_again_every_second_until_it_is_done(self, clock: list[float]) -> None:
        assert outlast(deed(*AWAY), gives_up=never) == "stored"
        assert clock[0] == 2 * database_outage.TRIED_EVERY_S

    def test_after_a_minute_the_error_is_raised(self, clock: list[float]) -> None:
        with pytest.raises(OperationalError):
            outlast(deed(*AWAY[:1] * 1000), gives_up=never)
        assert clock[0] == database_outage.PATIENCE_S

    def test_a_worker_that_must_end_gives_up(self, clock: list[float]) -> None:
        with pytest.raises(OperationalError):
            outlast(deed(*AWAY), gives_up=lambda: clock[0] == 0)
        assert clock[0] == 0

    def test_another_error_is_raised_at_once(self, clock: list[float]) -> None:
        with pytest.raises(IntegrityError):
            outlast(deed(IntegrityError()), gives_up=never)
        assert clock[0] == 0


@pytest.mark.django_db
def test_inside_a_transaction_it_is_not_tried_again(clock: list[float]) -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        outlast(deed(*AWAY), gives_up=never)
    assert clock[0] == 0
