"""Who may cause the next failure of an account: logins that worked, people at home, others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from credentials_app.pacing.account_shares import Granted, judge, judge_account, most_of_account
from credentials_app.pacing.history import Attempt, CountedSignIn, History, Share
from credentials_app.pacing.waits import SOON, Wait, WaitReason
from tests.credentials_app.scenes import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GOES = timedelta(0)
HOME, OTHER_HOME, STRANGER = "home", "other-home", "stranger"
AT_HOME = {"robot": {HOME: NOON - HOUR, OTHER_HOME: NOON - 2 * HOUR}}
SCHEDULED = Attempt(HOME, "robot", trusted=True, good_at=NOON - HOUR, since=NOON)
PERSON = Attempt(HOME, "robot", asked=True, since=NOON)
OTHER_PERSON = replace(PERSON, tenant=OTHER_HOME)
OUTSIDER = Attempt(STRANGER, "robot", asked=True, since=NOON)
Failures = list[tuple[str, Share, float]]


def history(failures: Failures, *, at_home: bool = True, **more: object) -> History:
    """Failures by (tenant, share, minutes ago)."""
    counted = [
        CountedSignIn(NOON - minutes * MINUTE, tenant, share, "robot")
        for tenant, share, minutes in failures
    ]
    ordered = tuple(sorted(counted, key=lambda each: each.at))
    return replace(History(ordered, AT_HOME if at_home else {}), **more)  # type: ignore[arg-type]


def waits(attempt: Attempt, past: History) -> timedelta:
    judged = judge_account(attempt, past, NOON)
    return judged.until - NOON if isinstance(judged, Wait) else GOES


def share_of(attempt: Attempt, past: History) -> Share | None:
    judged = judge_account(attempt, past, NOON)
    return judged.share if isinstance(judged, Granted) else None


def by(tenant: str, share: Share, *minutes: float) -> Failures:
    return [(tenant, share, each) for each in minutes]


STRANGE = by(STRANGER, Share.OTHERS, 1)


@pytest.mark.parametrize(
    ("attempt", "failures", "wait"),
    [
        pytest.param(SCHEDULED, STRANGE, GOES, id="a stranger's failure is not a trusted one's"),
        pytest.param(
            SCHEDULED, by(HOME, Share.TRUSTED, 10), 20 * MINUTE, id="one trusted in 30 minutes"
        ),
        pytest.param(
            SCHEDULED,
            by(HOME, Share.PEOPLE, 1, 2, 3),
            12 * MINUTE,
            id="trusted and people together 3 in 15 minutes",
        ),
        pytest.param(PERSON, STRANGE, GOES, id="nor a person's of a tenant at home"),
        pytest.param(
            PERSON, by(HOME, Share.PEOPLE, 16, 17, 18), 12 * MINUTE, id="people 3 in 30 minutes"
        ),
        pytest.param(
            PERSON, by(HOME, Share.PEOPLE, 16, 31, 32, 33), 27 * MINUTE, id="people 4 an hour"
        ),
        pytest.param(OUTSIDER, STRANGE, 14 * MINUTE, id="everyone else 1 in 15 minutes"),
        pytest.param(
            OUTSIDER, by("x", Share.OTHERS, 16, 20), 10 * MINUTE, id="everyone else 2 in 30"
        ),
        pytest.param(
            OUTSIDER, by("x", Share.OTHERS, 16, 35, 50), 10 * MINUTE, id="everyone else 3 in 60"
        ),
    ],
)
def test_the_shares_beside_tenants_at_home(
    attempt: Attempt, failures: Failures, wait: timedelta
) -> None:
    assert waits(attempt, history(failures)) == wait


@pytest.mark.parametrize(
    ("tenant", "minutes", "wait"),
    [
        pytest.param(STRANGER, (1, 2), GOES, id="its own third in 15 minutes goes"),
        pytest.param(STRANGER, (1, 2, 3), 27 * MINUTE, id="one tenant 3 in 30 minutes"),
        pytest.param("x", (1, 2, 3), GOES, id="a first failure of a tenant goes as the fourth"),
        pytest.param("x", (1, 2, 3, 4), 11 * MINUTE, id="and not as the fifth"),
    ],
)
def test_where_nobody_is_at_home(tenant: str, minutes: tuple[float, ...], wait: timedelta) -> None:
    past = history(by(tenant, Share.OTHERS, *minutes), at_home=False)
    assert waits(OUTSIDER, past) == wait


def test_one_tenant_fails_six_times_a_day_and_then_waits() -> None:
    six = by(STRANGER, Share.OTHERS, *(120 + 60 * n for n in range(6)))
    assert waits(OUTSIDER, history(six)) == 24 * HOUR - 420 * MINUTE
    assert waits(OUTSIDER, history(six[1:])) == GOES


def test_after_twelve_a_day_only_tenants_with_at_most_one_failure_go() -> None:
    twelve = [(f"x{n}", Share.OTHERS, 70.0 + 30 * n) for n in range(12)]
    assert waits(OUTSIDER, history(twelve)) == GOES
    once = history([*twelve, *by(STRANGER, Share.OTHERS, 66)])
    assert waits(OUTSIDER, once) == GOES
    twice = history([*twelve, *by(STRANGER, Share.OTHERS, 66, 70)])
    assert waits(OUTSIDER, twice) > HOUR


def test_a_person_of_a_tenant_at_home_has_six_a_day_and_then_counts_as_everyone_else() -> None:
    six = by(OTHER_HOME, Share.PEOPLE, *(120 + 60 * n for n in range(6)))
    assert share_of(OTHER_PERSON, history(six[1:])) is Share.PEOPLE
    assert share_of(OTHER_PERSON, history(six)) is Share.OTHERS
    mine = [(HOME, share, minutes) for _, share, minutes in six]
    assert share_of(PERSON, history(mine)) is Share.PEOPLE, "it was good last"


def test_the_last_failure_is_kept_for_the_tenant_that_was_good_last() -> None:
    two = by("x-home", Share.PEOPLE, 16, 17)
    assert waits(OTHER_PERSON, history(two)) == GOES, "few failures today"
    many = [*two, *by(OTHER_HOME, Share.PEOPLE, 120, 180, 240)]
    assert waits(OTHER_PERSON, history(many)) == 13 * MINUTE
    assert waits(PERSON, history(many)) == GOES


def test_a_trusted_login_that_a_person_asks_for_may_use_the_share_of_people() -> None:
    one = history(by(HOME, Share.TRUSTED, 10))
    assert share_of(replace(SCHEDULED, asked=True), one) is Share.PEOPLE
    assert share_of(SCHEDULED, one) is None


def test_of_trusted_logins_the_one_that_was_good_last_goes_first() -> None:
    later = replace(SCHEDULED, tenant=OTHER_HOME, good_at=NOON - MINUTE)
    assert waits(SCHEDULED, history([], waiting=(later,))) == SOON
    assert waits(later, history([], waiting=(SCHEDULED,))) == GOES
    elsewhere = replace(later, account="other")
    assert waits(SCHEDULED, history([], waiting=(elsewhere,))) == GOES


def test_of_others_the_tenant_with_the_fewest_failures_goes_first() -> None:
    newcomer = Attempt("newcomer", "robot", asked=True, since=NOON)
    old = by(STRANGER, Share.OTHERS, 70)
    assert waits(OUTSIDER, history(old, waiting=(newcomer,))) == SOON
    assert waits(newcomer, history(old, waiting=(OUTSIDER,))) == GOES


def test_nobody_yields_to_a_rival_that_may_not_go_itself() -> None:
    held = Attempt("held", "robot", asked=True, since=NOON - HOUR)
    six = by("held", Share.OTHERS, *(120 + 60 * n for n in range(6)))
    mine = by(STRANGER, Share.OTHERS, *(125 + 60 * n for n in range(5)))
    many = [*mine, *by(STRANGER, Share.TRUSTED, 700, 800)]
    assert waits(OUTSIDER, history([*six, *many][:12], waiting=(held,))) == GOES


def test_one_attempt_at_a_time_and_who_has_no_account_waits_for_none() -> None:
    flying = history(
        [], counted=(CountedSignIn(NOON, "x", Share.TRUSTED, "robot", in_flight=True),)
    )
    judged = judge_account(SCHEDULED, flying, NOON)
    assert judged == Wait(WaitReason.ACCOUNT, NOON + SOON)
    assert waits(replace(SCHEDULED, account=""), flying) == GOES
    assert waits(replace(SCHEDULED, account="other"), flying) == GOES


def test_what_only_sign_ins_in_flight_hold_back_goes_on_soon() -> None:
    flying = tuple(CountedSignIn(NOON, "x", Share.OTHERS, in_flight=True) for _ in range(3))
    assert judge(OUTSIDER, History(flying), NOON) == Granted(Share.OTHERS)
    doubtful = replace(OUTSIDER, asked=False)
    assert judge(doubtful, History(flying), NOON) == Wait(WaitReason.REGISTRY, NOON + SOON)
    failed = [CountedSignIn(NOON - MINUTE, "x", Share.OTHERS) for _ in range(3)]
    until = NOON + 2 * MINUTE
    assert judge(doubtful, History((*failed, *flying)), NOON) == Wait(WaitReason.REGISTRY, until)


@pytest.mark.parametrize(
    ("per_account", "figures"), [(4, (4, 6, 9)), (3, (3, 4, 6)), (2, (2, 3, 4)), (1, (1, 1, 2))]
)
def test_an_operator_may_lower_what_an_account_sees(
    per_account: int, figures: tuple[int, int, int]
) -> None:
    assert most_of_account(per_account) == figures
    failed = by("x", Share.PEOPLE, *range(1, per_account + 1))
    assert waits(SCHEDULED, history(failed, per_account=per_account)) > GOES
