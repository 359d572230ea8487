"""So often and no oftener."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from common.throttle import allow

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_the_limit_is_reached_and_then_holds() -> None:
    assert [allow("a", 3, MINUTE) for _ in range(5)] == [True, True, True, False, False]


def test_keys_are_counted_apart() -> None:
    assert allow("a", 1, MINUTE)
    assert allow("b", 1, MINUTE)
    assert not allow("a", 1, MINUTE)


def test_a_slot_is_free_again_after_the_window() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert allow("a", 2, MINUTE)
        clock.shift(40)
        assert allow("a", 2, MINUTE)
        assert not allow("a", 2, MINUTE)
        clock.shift(21)
        assert allow("a", 2, MINUTE), "the first slot is a minute old"
        assert not allow("a", 2, MINUTE), "the second is not"


def test_a_long_window_is_not_cut_short() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert allow("a", 1, timedelta(days=1))
        clock.shift(23 * 3600)
        assert not allow("a", 1, timedelta(days=1))
        clock.shift(3601)
        assert allow("a", 1, timedelta(days=1))


def test_a_limit_of_nothing_allows_nothing() -> None:
    assert not allow("a", 0, MINUTE)
