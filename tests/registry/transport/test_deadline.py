"""A deadline leaves each socket call the time that is left, and none when it has passed."""

from typing import Any

import pytest

from registry.transport import deadline
from registry.transport.deadline import Deadline


class Socket:
    """A socket that remembers the time it was given."""

    given: float | None = None

    def settimeout(self, seconds: float) -> None:
        self.given = seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    now = {"s": 100.0}
    monkeypatch.setattr(deadline.time, "monotonic", lambda: now["s"])
    return now


def test_what_is_left_is_what_a_call_may_take(clock: dict[str, float]) -> None:
    end, sock = Deadline.after(20), Socket()
    assert (end.at, end.left) == (120, 20)
    clock["s"] = 119.5
    given: Any = sock
    end.limit(given)
    assert sock.given == 0.5


@pytest.mark.parametrize("now", [120.0, 121.0])
def test_when_nothing_is_left_no_call_begins(clock: dict[str, float], now: float) -> None:
    end, sock = Deadline(120.0), Socket()
    clock["s"] = now
    assert end.left == 0
    given: Any = sock
    with pytest.raises(TimeoutError):
        end.limit(given)
    assert sock.given is None
