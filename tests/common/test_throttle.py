"""Limits, their windows, and what a full limit returns."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from common.throttle import Full, Limit, allow, network_of, take

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


def test_a_full_limit_tells_when_it_has_room_again() -> None:
    limit = Limit("a", 2, MINUTE)
    with time_machine.travel(NOON, tick=False) as clock:
        assert take(limit) is None
        clock.shift(20)
        assert take(limit) is None
        clock.shift(10)
        assert take(limit) == Full(limit, NOON + MINUTE)
        clock.shift(31)
        assert take(limit) is None


def test_of_several_limits_nothing_is_taken_when_one_is_full() -> None:
    narrow, wide = Limit("narrow", 1, MINUTE), Limit("wide", 3, timedelta(hours=1))
    assert take(narrow, wide) is None
    assert [getattr(take(narrow, wide), "limit", None) for _ in range(5)] == [narrow] * 5
    assert take(wide) is None
    assert take(wide) is None
    assert getattr(take(wide), "limit", None) == wide


def test_the_longest_wait_is_told() -> None:
    short, long = Limit("short", 1, MINUTE), Limit("long", 1, timedelta(hours=1))
    with time_machine.travel(NOON, tick=False):
        assert take(short, long) is None
        assert take(short, long) == Full(long, NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_the_addresses_of_one_client_are_one_network(address: str, network: str) -> None:
    assert network_of(address) == network
