"""Failed logins of an origin: how many, who leaves room for whom, and outages of the sign-in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from credentials_app.pacing.history import Attempt, CountedSignIn, History, Share
from credentials_app.pacing.origin_shares import order_of, wait_of_origin
from credentials_app.pacing.waits import SOON, Wait, WaitReason
from tests.credentials_app.scenes import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GOES = timedelta(0)
TRUSTED = Attempt("mine", trusted=True, good_at=NOON - HOUR, since=NOON)
PERSON, DOUBTFUL = Attempt("mine", asked=True, since=NOON), Attempt("mine", since=NOON)


def failed(*minutes: float, tenant: str = "others") -> list[CountedSignIn]:
    found = [CountedSignIn(NOON - each * MINUTE, tenant, Share.OTHERS) for each in minutes]
    return sorted(found, key=lambda each: each.at)


def in_flight(
    count: int, share: Share = Share.OTHERS, tenant: str = "others"
) -> list[CountedSignIn]:
    return [CountedSignIn(NOON, tenant, share, in_flight=True)] * count


def waits(attempt: Attempt, counted: list[CountedSignIn]) -> timedelta:
    wait = wait_of_origin(attempt, History(tuple(counted)), NOON)
    return wait.until - NOON if wait else GOES


@pytest.mark.parametrize(
    ("attempt", "failures", "wait"),
    [
        pytest.param(DOUBTFUL, 2, GOES, id="a doubtful one may be the third failure"),
        pytest.param(DOUBTFUL, 3, 2 * MINUTE, id="and not the fourth"),
        pytest.param(PERSON, 3, GOES, id="a person's may be the fourth"),
        pytest.param(PERSON, 4, 2 * MINUTE, id="and not the fifth"),
        pytest.param(TRUSTED, 4, GOES, id="one that worked may be the fifth"),
        pytest.param(TRUSTED, 5, 2 * MINUTE, id="there is no sixth"),
    ],
)
def test_five_failed_logins_in_three_minutes(
    attempt: Attempt, failures: int, wait: timedelta
) -> None:
    assert waits(attempt, failed(*[1] * failures)) == wait


@pytest.mark.parametrize(
    ("attempt", "failures", "wait"),
    [
        pytest.param(TRUSTED, 6, GOES, id="four minutes after six there is one"),
        pytest.param(TRUSTED, 7, MINUTE, id="after seven one comes in a minute"),
        pytest.param(PERSON, 5, GOES, id="people leave one of the saved"),
        pytest.param(PERSON, 6, MINUTE, id="and not the last"),
        pytest.param(DOUBTFUL, 3, GOES, id="the rest leave three"),
        pytest.param(DOUBTFUL, 4, MINUTE, id="and not the third"),
    ],
)
def test_six_are_saved_and_one_comes_every_two_and_a_half_minutes(
    attempt: Attempt, failures: int, wait: timedelta
) -> None:
    assert waits(attempt, failed(*[4] * failures)) == wait


def test_what_another_process_permitted_a_moment_later_takes_no_more_than_one() -> None:
    later = CountedSignIn(NOON + timedelta(milliseconds=5), "others", Share.OTHERS, in_flight=True)
    assert waits(DOUBTFUL, [later] * 2) == GOES


def test_never_more_than_thirty_an_hour() -> None:
    steady = failed(*(4 + 1.8 * n for n in range(30)))
    until = waits(TRUSTED, steady)
    assert until >= HOUR - 56.2 * MINUTE


def test_after_ten_failures_today_a_tenant_stands_behind_the_others() -> None:
    ten = failed(*(60 + 15 * n for n in range(11)), tenant="mine")
    assert waits(TRUSTED, [*ten, *failed(1, 1, 1)]) == GOES
    assert waits(TRUSTED, [*ten, *failed(1, 1, 1, 1)]) == 2 * MINUTE
    assert waits(PERSON, [*ten, *failed(1, 1)]) == GOES
    assert waits(PERSON, [*ten, *failed(1, 1, 1)]) == 2 * MINUTE
    assert waits(replace(PERSON, tenant="neighbor"), [*ten, *failed(1, 1, 1)]) == GOES


@pytest.mark.parametrize(
    ("attempt", "others", "share", "failures", "goes"),
    [
        pytest.param(DOUBTFUL, 2, Share.OTHERS, 0, True, id="two doubtful beside a doubtful"),
        pytest.param(DOUBTFUL, 3, Share.OTHERS, 0, False, id="three are too many"),
        pytest.param(TRUSTED, 31, Share.TRUSTED, 0, True, id="those that worked do not count"),
        pytest.param(TRUSTED, 3, Share.TRUSTED, 1, True, id="until one has failed"),
        pytest.param(TRUSTED, 4, Share.TRUSTED, 1, False, id="then each may be next"),
        pytest.param(TRUSTED, 1, Share.OTHERS, 4, False, id="the last failure"),
    ],
)
def test_what_is_in_flight_may_fail_too(
    attempt: Attempt, others: int, share: Share, failures: int, goes: bool
) -> None:
    counted = [*failed(*[1] * failures), *in_flight(others, share)]
    assert (waits(attempt, counted) == GOES) is goes


def test_people_go_first_then_trusted_logins_then_the_rest_by_their_failures() -> None:
    past = History(tuple(failed(200, 300, tenant="busy")))
    neighbor = Attempt("neighbor", since=NOON)
    busy = replace(neighbor, tenant="busy")
    in_order = [PERSON, replace(PERSON, tenant="busy"), TRUSTED, neighbor, busy]
    mixed = [busy, TRUSTED, replace(PERSON, tenant="busy"), neighbor, PERSON]
    assert sorted(mixed, key=lambda each: order_of(each, past)) == in_order


def test_in_an_outage_scheduled_checks_pause_and_then_one_tries() -> None:
    out = History(outages={"mine": NOON + MINUTE})
    assert wait_of_origin(TRUSTED, out, NOON) == Wait(WaitReason.OUTAGE, NOON + MINUTE)
    assert wait_of_origin(PERSON, out, NOON) is None
    assert wait_of_origin(replace(TRUSTED, tenant="neighbor"), out, NOON) is None
    over = replace(out, outages={"mine": NOON})
    assert wait_of_origin(TRUSTED, over, NOON) is None
    trying = replace(over, counted=tuple(in_flight(1, Share.TRUSTED, "mine")))
    assert wait_of_origin(TRUSTED, trying, NOON) == Wait(WaitReason.OUTAGE, NOON + SOON)
