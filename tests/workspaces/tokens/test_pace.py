"""The rate limit of a token: no minute has more than the quota, wherever it begins."""

from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import cast
from tests.api.calls import token_for
from workspaces.models import ApiToken, TokenWindow
from workspaces.tokens.pace import WINDOW, PacePolicy, Taken, after_request, take_request

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
REQUESTS = PacePolicy.REQUESTS
MOMENT = timedelta(microseconds=1)


def sent(at: datetime, times: int, taken: Taken) -> tuple[Taken, int]:
    """The window after so many requests at this moment, and how many of them were allowed."""
    allowed = 0
    for _time in range(times):
        taken, pace = after_request(taken, REQUESTS, at)
        allowed += pace.allowed
    return taken, allowed


def test_the_end_of_a_minute_and_the_next_one_have_one_quota_together() -> None:
    taken, first = sent(NOON, 1, [])
    taken, late = sent(NOON + timedelta(seconds=59), 200, taken)
    taken, next_minute = sent(NOON + timedelta(seconds=61), 200, taken)
    assert (first, late, next_minute) == (1, 119, 1)


@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 130)), max_size=30))
def test_no_minute_has_more_than_the_quota(bursts: list[tuple[int, int]]) -> None:
    at, taken, allowed = NOON, list[tuple[float, int]](), deque[datetime]()
    for wait_ms, times in bursts:
        at += timedelta(milliseconds=wait_ms)
        taken, count = sent(at, times, taken)
        allowed.extend([at] * count)
        while allowed and allowed[0] <= at - WINDOW:
            allowed.popleft()
        assert len(allowed) <= REQUESTS.quota
        assert count == times or len(allowed) > 0
        assert len(taken) <= 61


def test_who_waits_as_told_is_let_in_and_not_a_moment_before() -> None:
    taken, _count = sent(NOON, 60, [])
    taken, _count = sent(NOON + timedelta(seconds=30), 60, taken)
    _same, pace = after_request(taken, REQUESTS, NOON + timedelta(seconds=40))
    assert (pace.allowed, pace.left, pace.resets_at) == (False, 0, NOON + WINDOW)
    assert not after_request(taken, REQUESTS, pace.resets_at - MOMENT)[1].allowed
    after = after_request(taken, REQUESTS, pace.resets_at)[1]
    assert (after.allowed, after.left) == (True, 59)
    assert after.resets_at == NOON + timedelta(seconds=90)


def test_a_refused_request_costs_nothing() -> None:
    taken, _count = sent(NOON, 500, [])
    assert sent(NOON + WINDOW, 500, taken)[1] == REQUESTS.quota


def test_what_a_wrong_clock_noted_for_later_blocks_nobody() -> None:
    taken, _count = sent(NOON + timedelta(days=1), 120, [])
    assert sent(NOON, 1, taken)[1] == 1
    barely, _count = sent(NOON + timedelta(milliseconds=50), 120, [])
    assert sent(NOON, 1, barely)[1] == 0, "clocks of two processes may differ by so much"


@pytest.mark.django_db
def test_each_kind_of_request_and_each_token_has_its_own_count() -> None:
    place = cast.workspace()
    token_for(cast.alice(), place)
    token_for(cast.alice(), place)
    one, other = ApiToken.objects.order_by("pk")
    TokenWindow.objects.create(token=one, policy="requests", taken=[[NOON.timestamp(), 120]])
    assert not take_request(one, REQUESTS, NOON).allowed
    assert take_request(one, PacePolicy.FETCHES, NOON).left == 599
    assert take_request(other, REQUESTS, NOON).left == 119
    assert take_request(other, REQUESTS, NOON).left == 118
    assert not take_request(one, REQUESTS, NOON + WINDOW - MOMENT).allowed
    assert take_request(one, REQUESTS, NOON + WINDOW).allowed
