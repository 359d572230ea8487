"""Failed logins: how many an origin and an account may see, and who stops first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from credentials_app.pacing.failed_logins import (
    LoginAttempt,
    remembered_by_account,
    waits_for_budget,
)
from tests.credentials_app.scenes import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TRUSTED, PERSON, DOUBTFUL = LoginAttempt(trusted=True), LoginAttempt(asked=True), LoginAttempt()
GOES = timedelta(0)


Ago = list[timedelta]


def waits(attempt: LoginAttempt, failed: Ago, of_account: Ago | None = None) -> timedelta:
    """How long a turn waits, after failures so long ago."""
    origin, account = (sorted(NOON - ago for ago in agos) for agos in (failed, of_account or []))
    return max(waits_for_budget(attempt, origin, account, NOON), default=NOON) - NOON


@pytest.mark.parametrize(
    ("attempt", "failures", "wait"),
    [
        pytest.param(DOUBTFUL, 2, GOES, id="a doubtful one may be the third failure"),
        pytest.param(DOUBTFUL, 3, 2 * MINUTE, id="and not the fourth"),
        pytest.param(PERSON, 3, GOES, id="a person's may be the fourth"),
        pytest.param(PERSON, 4, 2 * MINUTE, id="and not the fifth"),
        pytest.param(TRUSTED, 4, GOES, id="one that worked may be the fifth"),
        pytest.param(TRUSTED, 5, 2 * MINUTE, id="there is no sixth"),
        pytest.param(
            LoginAttempt(trusted=True, asked=True), 5, 2 * MINUTE, id="not for a person either"
        ),
    ],
)
def test_five_failed_logins_in_three_minutes(
    attempt: LoginAttempt, failures: int, wait: timedelta
) -> None:
    assert waits(attempt, [MINUTE] * failures) == wait


@pytest.mark.parametrize(
    ("attempt", "failures", "goes"),
    [
        (DOUBTFUL, 23, True),
        (DOUBTFUL, 24, False),
        (PERSON, 27, True),
        (PERSON, 28, False),
        (TRUSTED, 29, True),
        (TRUSTED, 30, False),
    ],
)
def test_thirty_failed_logins_an_hour(attempt: LoginAttempt, failures: int, goes: bool) -> None:
    spread = [timedelta(minutes=4 + number) for number in range(failures)]
    assert (waits(attempt, spread) == GOES) is goes


def test_what_goes_on_beside_the_last_failure_of_an_hour_may_be_it() -> None:
    spread = [timedelta(minutes=4 + number) for number in range(29)]
    assert waits(TRUSTED, spread) == GOES
    assert waits(LoginAttempt(trusted=True, in_flight=1), spread) > GOES


def test_the_wait_ends_when_the_failure_that_is_one_too_many_is_old_enough() -> None:
    spread = [timedelta(minutes=4 + number) for number in range(30)]
    assert waits(TRUSTED, spread) == HOUR - spread[-1]
    assert waits(TRUSTED, [2 * MINUTE, *[MINUTE] * 5]) == 2 * MINUTE
    assert waits(TRUSTED, [*[MINUTE] * 4, 3 * MINUTE]) == GOES


@pytest.mark.parametrize(
    ("attempt", "failures", "goes"),
    [
        pytest.param(
            LoginAttempt(in_flight=2, untrusted=2), 0, True, id="two doubtful beside a doubtful"
        ),
        pytest.param(LoginAttempt(in_flight=3, untrusted=3), 0, False, id="three are too many"),
        pytest.param(
            LoginAttempt(trusted=True, in_flight=31), 0, True, id="those that worked do not count"
        ),
        pytest.param(LoginAttempt(trusted=True, in_flight=3), 1, True, id="until one has failed"),
        pytest.param(LoginAttempt(trusted=True, in_flight=4), 1, False, id="then each may be next"),
        pytest.param(
            LoginAttempt(trusted=True, in_flight=1, untrusted=1), 4, False, id="the last failure"
        ),
    ],
)
def test_what_goes_on_beside_it_may_fail_too(
    attempt: LoginAttempt, failures: int, goes: bool
) -> None:
    assert (waits(attempt, [MINUTE] * failures) == GOES) is goes


@pytest.mark.parametrize(
    ("ago", "wait"),
    [
        ([], GOES),
        ([MINUTE], GOES),
        ([MINUTE, 20 * MINUTE], 40 * MINUTE),
        ([MINUTE, HOUR], GOES),
        ([2 * HOUR, 3 * HOUR, 4 * HOUR], GOES),
        ([2 * HOUR, 3 * HOUR, 4 * HOUR, 5 * HOUR], 19 * HOUR),
        ([2 * HOUR, 3 * HOUR, 4 * HOUR, 24 * HOUR], GOES),
    ],
)
@pytest.mark.parametrize("attempt", [DOUBTFUL, PERSON, TRUSTED])
def test_an_account_fails_twice_an_hour_and_four_times_a_day(
    ago: Ago, wait: timedelta, attempt: LoginAttempt
) -> None:
    assert waits(replace(attempt, account="a mark"), [], ago) == wait
    assert waits(attempt, [], ago) == GOES, "without an account nothing can be locked"


def test_namesakes_that_are_on_their_way_count_against_the_account() -> None:
    assert waits(LoginAttempt(account="a mark", trusted=True, same_account=1), []) == GOES
    assert waits(LoginAttempt(account="a mark", trusted=True, same_account=1), [], [MINUTE]) > GOES
    assert waits(LoginAttempt(trusted=True, same_account=1), [], [MINUTE]) == GOES


def test_an_account_is_remembered_for_a_day() -> None:
    before = {"old": [NOON - 24 * HOUR], "both": [NOON - 25 * HOUR, NOON - HOUR]}
    assert remembered_by_account(before, NOON, "new") == {
        "both": (NOON - HOUR,),
        "new": (NOON,),
    }
    assert remembered_by_account({}, NOON, "") == {}
