"""What follows from a look: every status against every outcome, and the rules between them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from credentials_app.lifecycle import A_PERSON_MUST_ACT, FINAL, NextState, State, next_state
from credentials_app.status import STATUS_FOR_OUTCOME, Notify, Status, is_bad
from registry.evidence import ExpirySource
from registry.outcome import INCONCLUSIVE, Outcome
from tests.credentials_app.scenes import NOON, verdict

INTERVAL = timedelta(hours=12)
MINUTES = timedelta(minutes=1)
WORKED = State(status=Status.VALID, ever_valid=True)
NEVER_SEEN = State()


def after(
    state: State, *outcomes: Outcome, asked: bool = False, now: datetime = NOON, **more: Any
) -> NextState:
    """The last of the steps that follow from these outcomes, one after the other."""
    taken = None
    for outcome in outcomes:
        taken = next_state(state, verdict(outcome, **more), now, asked=asked, interval=INTERVAL)
        state = taken.state
        now = taken.next_check_at or now
    assert taken is not None
    return taken


@pytest.mark.parametrize("outcome", sorted(STATUS_FOR_OUTCOME))
def test_a_first_look_that_decides_is_believed_at_once(outcome: Outcome) -> None:
    assert after(NEVER_SEEN, outcome).status is STATUS_FOR_OUTCOME[outcome]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PAUSED}))
@pytest.mark.parametrize("outcome", sorted(INCONCLUSIVE))
def test_a_look_in_vain_leaves_every_status_alone(status: Status, outcome: Outcome) -> None:
    taken = after(replace(WORKED, status=status), *[outcome] * 5)
    assert taken.status is status
    assert taken.notify is Notify.NOBODY
    assert taken.state.looks_in_vain == 5
    assert taken.state.could_not_look_since == NOON
    assert taken.state.could_not_look_why == outcome


@pytest.mark.parametrize("status", sorted(set(Status) - FINAL - {Status.PAUSED}))
@pytest.mark.parametrize(
    "outcome", sorted(set(STATUS_FOR_OUTCOME) - {Outcome.REJECTED, Outcome.WRONG_SERVER})
)
def test_what_decides_at_once_decides_from_every_status(status: Status, outcome: Outcome) -> None:
    assert after(replace(WORKED, status=status), outcome).status is STATUS_FOR_OUTCOME[outcome]


@pytest.mark.parametrize("outcome", sorted(Outcome))
def test_what_is_paused_stays_paused_whatever_a_late_look_shows(outcome: Outcome) -> None:
    taken = after(State(status=Status.PAUSED), outcome, asked=True)
    assert (taken.status, taken.next_check_at) == (Status.PAUSED, None)
    assert taken.notify is Notify.NOBODY


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.WRONG_SERVER])
def test_what_worked_is_refused_only_when_it_is_seen_twice(outcome: Outcome) -> None:
    first = after(WORKED, outcome)
    assert (first.status, first.notify) == (Status.VALID, Notify.NOBODY)
    assert first.next_check_at == NOON + 15 * MINUTES
    second = after(first.state, outcome)
    assert (second.status, second.notify) == (STATUS_FOR_OUTCOME[outcome], Notify.BAD)


def test_one_success_takes_a_rejection_back() -> None:
    back = after(WORKED, Outcome.REJECTED, Outcome.VALID)
    assert (back.state.rejections, back.state.rejected_since) == (0, None)
    assert after(back.state, Outcome.REJECTED).status is Status.VALID


def test_an_outage_between_two_rejections_takes_nothing_back() -> None:
    taken = after(WORKED, Outcome.REJECTED, Outcome.UNREACHABLE, Outcome.REJECTED)
    assert taken.status is Status.REFUSED


def test_an_outage_between_two_wrong_servers_starts_anew() -> None:
    taken = after(WORKED, Outcome.WRONG_SERVER, Outcome.UNREACHABLE, Outcome.WRONG_SERVER)
    assert taken.status is Status.VALID


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.WRONG_SERVER])
def test_a_person_who_asks_is_told_at_once(outcome: Outcome) -> None:
    taken = after(WORKED, outcome, asked=True)
    assert (taken.status, taken.notify) == (STATUS_FOR_OUTCOME[outcome], Notify.BAD)


def test_rejections_slow_down() -> None:
    state, now, delays = NEVER_SEEN, NOON, []
    for _ in range(5):
        taken = after(state, Outcome.REJECTED, now=now)
        assert taken.next_check_at is not None
        delays.append(taken.next_check_at - now)
        state, now = taken.state, taken.next_check_at
    hour = 60 * MINUTES
    assert delays == [15 * MINUTES, 6 * hour, 24 * hour, 24 * hour, 24 * hour]


def test_after_14_days_of_rejections_it_is_paused_and_told() -> None:
    state, now = WORKED, NOON
    for _ in range(20):
        taken = after(state, Outcome.REJECTED, now=now)
        if taken.next_check_at is None:
            break
        state, now = taken.state, taken.next_check_at
    assert timedelta(days=14) <= now - NOON < timedelta(days=15, hours=1)
    assert (taken.status, taken.notify) == (Status.PAUSED, Notify.BAD)


@pytest.mark.parametrize(
    ("early", "status"), [(timedelta(0), Status.PAUSED), (timedelta(seconds=1), Status.REFUSED)]
)
def test_the_14_days_end_to_the_second(early: timedelta, status: Status) -> None:
    since = NOON - timedelta(days=14) + early
    refused = State(status=Status.REFUSED, rejected_since=since, rejections=9)
    assert after(refused, Outcome.REJECTED).status is status


def test_a_person_may_ask_about_what_was_refused_for_long() -> None:
    long_refused = State(status=Status.REFUSED, rejected_since=NOON - timedelta(days=20))
    assert after(long_refused, Outcome.REJECTED, asked=True).status is Status.REFUSED


def test_looks_in_vain_slow_down_to_the_interval() -> None:
    state, delays = WORKED, []
    for _ in range(5):
        taken = after(state, Outcome.UNREACHABLE)
        assert taken.next_check_at is not None
        delays.append(taken.next_check_at - NOON)
        state = taken.state
    assert delays == [5 * MINUTES, 15 * MINUTES, 60 * MINUTES, INTERVAL, INTERVAL]


def test_a_short_interval_is_never_lengthened_by_looks_in_vain() -> None:
    short = timedelta(minutes=15)
    late = replace(WORKED, looks_in_vain=2)
    taken = next_state(late, verdict(Outcome.UNREACHABLE), NOON, asked=False, interval=short)
    assert taken.next_check_at == NOON + short


@pytest.mark.parametrize("outcome", sorted(A_PERSON_MUST_ACT))
def test_what_a_person_must_answer_is_shown_at_once(outcome: Outcome) -> None:
    assert after(WORKED, outcome).state.could_not_look_shown


def test_could_not_check_is_shown_after_three_looks_and_ends_with_an_answer() -> None:
    shown = [
        after(WORKED, *[Outcome.TLS_FAILED] * times).state.could_not_look_shown
        for times in (1, 2, 3)
    ]
    assert shown == [False, False, True]
    cleared = after(WORKED, *[Outcome.TLS_FAILED] * 3, Outcome.VALID).state
    assert cleared.could_not_look_shown is False
    assert (cleared.could_not_look_since, cleared.could_not_look_why) == (None, "")
    assert cleared.looks_in_vain == 0


def test_a_person_who_asks_sees_at_once_that_we_could_not_look() -> None:
    taken = after(WORKED, Outcome.UNREACHABLE, asked=True)
    assert taken.state.could_not_look_shown
    assert taken.status is Status.VALID


@pytest.mark.parametrize(
    "outcome", [Outcome.DISTRUSTED_REALM, Outcome.FORBIDDEN_ADDRESS, Outcome.SEALED_MISMATCH]
)
def test_what_only_a_person_can_change_is_not_tried_in_a_hurry(outcome: Outcome) -> None:
    assert after(WORKED, outcome).next_check_at == NOON + INTERVAL


def test_retry_after_is_obeyed_when_it_is_longer() -> None:
    hours = after(WORKED, Outcome.THROTTLED, retry_after_s=7200)
    assert hours.next_check_at == NOON + timedelta(hours=2)
    seconds = after(WORKED, Outcome.THROTTLED, retry_after_s=10)
    assert seconds.next_check_at == NOON + 5 * MINUTES


@pytest.mark.parametrize(("jitter", "hours"), [(0.9, 10.8), (1.0, 12), (1.1, 13.2)])
def test_jitter_spreads_the_interval(jitter: float, hours: float) -> None:
    taken = next_state(WORKED, verdict(), NOON, asked=False, interval=INTERVAL, jitter=jitter)
    assert taken.next_check_at == NOON + timedelta(hours=hours)


@pytest.mark.parametrize("outcome", [Outcome.EXPIRED, Outcome.REVOKED])
def test_what_has_ended_is_not_asked_about_again(outcome: Outcome) -> None:
    taken = after(WORKED, outcome)
    assert (taken.status, taken.notify) == (STATUS_FOR_OUTCOME[outcome], Notify.BAD)
    assert taken.next_check_at is None


@pytest.mark.parametrize("status", sorted(FINAL))
def test_a_later_rejection_does_not_blur_why_it_ended(status: Status) -> None:
    ended = State(status=status, ever_valid=True)
    taken = after(ended, Outcome.REJECTED, asked=True)
    assert (taken.status, taken.next_check_at) == (status, None)


@pytest.mark.parametrize("status", sorted(FINAL))
def test_what_works_after_all_is_valid_again(status: Status) -> None:
    ended = State(status=status, ever_valid=True, told_bad=True)
    taken = after(ended, Outcome.VALID, asked=True)
    assert (taken.status, taken.notify) == (Status.VALID, Notify.GOOD)
    assert not taken.state.told_bad


def test_a_rejection_after_the_known_end_means_expired() -> None:
    ends = replace(WORKED, expires_at=NOON, expires_source=ExpirySource.PROVIDER)
    assert after(ends, Outcome.REJECTED).status is Status.EXPIRED
    assert after(ends, Outcome.REJECTED, now=NOON - MINUTES).status is Status.VALID


def test_the_next_look_is_right_after_the_known_end() -> None:
    end = NOON + timedelta(hours=3)
    told = {"expires_at": end, "expires_source": ExpirySource.PROVIDER}
    taken = after(NEVER_SEEN, Outcome.VALID, **told)
    assert (taken.state.expires_at, taken.state.expires_source) == tuple(told.values())
    assert taken.next_check_at == end + MINUTES


def test_what_does_not_work_is_not_looked_at_for_its_end() -> None:
    told = {"expires_at": NOON + timedelta(hours=3), "expires_source": ExpirySource.PROVIDER}
    assert after(WORKED, Outcome.MISSING_SCOPE, **told).next_check_at == NOON + INTERVAL


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        pytest.param(None, NOON + INTERVAL, id="none"),
        pytest.param(NOON, NOON + INTERVAL, id="past"),
        pytest.param(NOON + MINUTES, NOON + 2 * MINUTES, id="before the next look"),
        pytest.param(NOON + INTERVAL, NOON + INTERVAL, id="as the next look is due"),
    ],
)
def test_the_next_look_is_right_after_a_typed_end(typed: datetime | None, due: datetime) -> None:
    taken = next_state(WORKED, verdict(), NOON, asked=False, interval=INTERVAL, typed_end=typed)
    assert taken.next_check_at == due


def test_an_end_that_the_registry_takes_back_is_forgotten() -> None:
    never = {"expires_at": None, "expires_source": ExpirySource.PROVIDER}
    state = after(replace(WORKED, **TOLD_END), Outcome.VALID, now=NOON - MINUTES, **never).state
    assert (state.expires_at, state.expires_source) == (None, ExpirySource.PROVIDER)


@pytest.mark.parametrize(
    ("before", "outcome", "worked"),
    [
        (NEVER_SEEN, Outcome.VALID, True),
        (NEVER_SEEN, Outcome.MISSING_SCOPE, False),
        (WORKED, Outcome.VALID, True),
        (WORKED, Outcome.MISSING_SCOPE, True),
    ],
)
def test_what_worked_once_has_worked(before: State, outcome: Outcome, worked: bool) -> None:
    assert after(before, outcome).state.ever_valid is worked


def test_a_typed_end_is_not_taken_for_what_the_registry_told() -> None:
    typed = {"expires_at": NOON + timedelta(hours=3), "expires_source": ExpirySource.TYPED}
    taken = after(NEVER_SEEN, Outcome.VALID, **typed)
    assert taken.state.expires_at is None
    assert taken.next_check_at == NOON + INTERVAL


def test_an_end_once_told_stays_known_when_a_look_cannot_see_it() -> None:
    ends = replace(WORKED, expires_at=NOON + timedelta(days=9), expires_source="provider")
    assert after(ends, Outcome.VALID).state.expires_at == ends.expires_at


TOLD_END = {"expires_at": NOON, "expires_source": ExpirySource.PROVIDER}
LATER = {"expires_at": NOON + timedelta(days=9), "expires_source": ExpirySource.SECRET}


@pytest.mark.parametrize(
    ("outcome", "at", "told", "known"),
    [
        pytest.param(Outcome.VALID, NOON + MINUTES, {}, None, id="it works after its end"),
        pytest.param(Outcome.VALID, NOON, {}, None, id="it works at its end"),
        pytest.param(Outcome.VALID, NOON - MINUTES, {}, NOON, id="it works before its end"),
        pytest.param(Outcome.REJECTED, NOON + MINUTES, {}, NOON, id="refused after its end"),
        pytest.param(Outcome.NO_ACCESS, NOON + MINUTES, {}, NOON, id="alive, but not proven here"),
        pytest.param(Outcome.UNREACHABLE, NOON + MINUTES, {}, NOON, id="nobody could look"),
        pytest.param(
            Outcome.VALID, NOON + MINUTES, LATER, LATER["expires_at"], id="a new end is told"
        ),
    ],
)
def test_an_end_that_it_outlived_is_forgotten(
    outcome: Outcome, at: datetime, told: dict[str, Any], known: datetime | None
) -> None:
    state = after(replace(WORKED, **TOLD_END), outcome, now=at, **told).state
    assert state.expires_at == known
    assert (state.expires_source is ExpirySource.UNKNOWN) is (known is None)


@pytest.mark.parametrize("outcome", sorted(o for o, s in STATUS_FOR_OUTCOME.items() if is_bad(s)))
def test_bad_news_is_told_once_and_good_news_after_it(outcome: Outcome) -> None:
    bad = after(WORKED, outcome, asked=True)
    assert bad.notify is Notify.BAD
    assert after(bad.state, outcome, asked=True).notify is Notify.NOBODY
    assert after(bad.state, Outcome.UNREACHABLE, Outcome.VALID).notify is Notify.GOOD
    assert after(bad.state, Outcome.VALID, Outcome.VALID).notify is Notify.NOBODY


def test_another_kind_of_bad_is_news() -> None:
    assert after(WORKED, Outcome.MISSING_SCOPE, Outcome.EXPIRED).notify is Notify.BAD


def test_a_first_success_is_no_news() -> None:
    assert after(NEVER_SEEN, Outcome.VALID).notify is Notify.NOBODY


def test_unproved_is_not_told_as_bad() -> None:
    assert after(WORKED, Outcome.UNPROVED).notify is Notify.NOBODY
