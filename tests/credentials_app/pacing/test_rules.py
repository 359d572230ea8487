"""Pauses, the circuit and which answers count as failed logins, as pure rules and as rows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from credentials_app.checks import check
from credentials_app.models import CheckRun, Credential, RegistryOrigin, SignInAttempt
from credentials_app.pacing import origins
from credentials_app.pacing.rules import (
    BAN,
    CIRCUIT_PAUSE,
    OriginState,
    after,
    batch_size,
    is_refused,
    probe_failed,
    stays_unanswered,
    wait_of_state,
)
from credentials_app.pacing.token_bucket import TokenBucket
from credentials_app.pacing.waits import WaitReason
from registry.addresses.origins import Origin
from registry.evidence import StepName
from registry.outcome import Outcome
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON, evidence, step, verdict

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def seen(state: OriginState, outcome: Outcome, *, host: str = "", **more: int) -> OriginState:
    return after(state, verdict(outcome, **more), NOON, host=host)


def wait_until(state: OriginState, now: datetime, *, asked: bool = False) -> datetime | None:
    wait = wait_of_state(state, now, asked=asked)
    return wait.until if wait else None


@pytest.mark.parametrize(
    ("outcome", "more", "host", "pause"),
    [
        (Outcome.THROTTLED, {"retry_after_s": 90}, "", timedelta(seconds=90)),
        (Outcome.THROTTLED, {}, "", MINUTE),
        (Outcome.THROTTLED, {"retry_after_s": 999999}, "", timedelta(hours=24)),
        (Outcome.BANNED, {}, "gitlab.example.org", BAN),
        (Outcome.BANNED, {}, "gitlab.com", 15 * MINUTE),
        (Outcome.BANNED, {}, "registry.gitlab.com", 15 * MINUTE),
        (Outcome.BANNED, {}, "evil-gitlab.com", BAN),
        (Outcome.BANNED, {"retry_after_s": 7200}, "gitlab.com", timedelta(hours=2)),
    ],
)
def test_a_pause_lasts_as_long_as_the_registry_says_or_is_known_for(
    outcome: Outcome, more: dict[str, int], host: str, pause: timedelta
) -> None:
    state = seen(OriginState(), outcome, host=host, **more)
    assert (state.paused_until, state.why) == (NOON + pause, outcome)
    assert wait_until(state, NOON + pause - SECOND) == NOON + pause
    assert wait_until(state, NOON + pause - SECOND, asked=True) == NOON + pause
    assert wait_until(state, NOON + pause) is None


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    banned = seen(OriginState(), Outcome.BANNED)
    assert seen(banned, Outcome.THROTTLED).paused_until == NOON + BAN


def test_the_circuit_opens_after_five_failed_connections_in_a_row() -> None:
    state = OriginState()
    for _ in range(4):
        state = seen(state, Outcome.UNREACHABLE)
    assert wait_until(state, NOON) is None
    state = seen(state, Outcome.UNREACHABLE)
    assert wait_until(state, NOON) == NOON + CIRCUIT_PAUSE
    assert wait_until(state, NOON, asked=True) is None
    assert wait_until(state, NOON + CIRCUIT_PAUSE) is None


def test_the_circuit_closes_after_two_successes_and_lets_one_through_every_five_minutes() -> None:
    state = OriginState(failures=5, circuit_until=NOON)
    state = seen(state, Outcome.REJECTED)
    assert state.is_tried_again
    assert wait_until(state, NOON) == NOON + CIRCUIT_PAUSE
    assert wait_until(state, NOON + CIRCUIT_PAUSE) is None
    closed = seen(state, Outcome.VALID)
    assert not closed.is_tried_again
    assert wait_until(closed, NOON) is None
    again = seen(seen(state, Outcome.UNREACHABLE), Outcome.VALID)
    assert again.is_tried_again, "two successes in a row"


@pytest.mark.parametrize(
    ("steps", "outcome", "counts"),
    [
        ([step(StepName.SIGN_IN, 401)], Outcome.REJECTED, True),
        ([step(StepName.ENTRY, 401)], Outcome.REJECTED, True),
        ([step(StepName.PING, 401), step(StepName.API, 401)], Outcome.REJECTED, False),
        ([step(StepName.OFFLINE, None)], Outcome.REJECTED, False),
        ([step(StepName.SIGN_IN, 401)], Outcome.EXPIRED, True),
        ([step(StepName.SIGN_IN, 401)], Outcome.BLOCKED, True),
        ([step(StepName.SIGN_IN, 200), step(StepName.PULL, 401)], Outcome.NO_ACCESS, False),
        ([step(StepName.SIGN_IN, 200)], Outcome.VALID, False),
        ([step(StepName.SIGN_IN, 403)], Outcome.BANNED, False),
    ],
)
def test_only_the_login_door_counts_failed_logins(
    steps: list[object], outcome: Outcome, counts: bool
) -> None:
    assert is_refused(evidence(*steps), verdict(outcome)) is counts  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("steps", "unanswered"),
    [
        ([step(StepName.PING, 401), step(StepName.SIGN_IN, None)], True),
        ([step(StepName.PING, None)], False),
        ([step(StepName.SIGN_IN, 200), step(StepName.ENTRY, None)], False),
        ([step(StepName.SIGN_IN, 200), step(StepName.PULL, None)], False),
        ([step(StepName.SIGN_IN, 500)], False),
    ],
)
def test_a_login_that_was_sent_and_got_no_answer_may_be_a_failed_one(
    steps: list[object], unanswered: bool
) -> None:
    assert stays_unanswered(evidence(*steps)) is unanswered  # type: ignore[arg-type]


def test_a_refused_made_up_login_counts_at_the_registry() -> None:
    assert probe_failed(evidence(step(StepName.MADE_UP, 401)))
    assert not probe_failed(evidence(step(StepName.MADE_UP, 200)))


@pytest.mark.parametrize(
    ("rate", "burst", "trying", "size"),
    [(2, 20, False, 25), (100, 1000, False, 50), (0.1, 1, False, 1), (2, 20, True, 1)],
)
def test_a_batch_is_no_larger_than_its_time(
    rate: float, burst: int, trying: bool, size: int
) -> None:
    assert batch_size(rate, burst, 40, trying_again=trying) == size


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def test_a_pace_keeps_its_rate_after_the_burst() -> None:
    clock = Clock()
    pace = TokenBucket(2, 5, clock=clock, sleep=clock.sleep)
    taken = []
    while pace.wait(deadline=10):
        taken.append(clock.at)
    assert taken[:5] == [0.0] * 5
    assert len(taken) == 5 + 2 * 10
    assert clock.at == pytest.approx(10)


def test_what_a_check_used_beside_its_first_request_is_paid_later() -> None:
    clock = Clock()
    pace = TokenBucket(2, 4, clock=clock, sleep=clock.sleep)
    assert pace.wait(deadline=99)
    pace.spend(5)
    assert pace.wait(deadline=99)
    assert clock.at == pytest.approx(1.5)


@pytest.mark.django_db
def test_a_ban_at_the_sign_in_host_pauses_both_doors() -> None:
    row = scenes.stored()
    seen_there = evidence(step(StepName.PING, 401), step(StepName.SIGN_IN, 403))
    scenes.checked(row, Outcome.BANNED, seen_there)
    paused = RegistryOrigin.objects.filter(paused_until__gt=timezone.now() + timedelta(minutes=50))
    assert {each.origin for each in paused} == {str(scenes.REGISTRY), str(scenes.SIGN_IN)}


@pytest.mark.django_db
def test_failed_logins_are_counted_at_the_sign_in_host_for_all_of_its_registries() -> None:
    refused = evidence(step(StepName.PING, 401), step(StepName.SIGN_IN, 401))
    for number in range(5):
        named = scenes.stored(f"deploy-{number}", username=f"robot-{number}")
        scenes.checked(named, Outcome.REJECTED, refused)
    assert set(SignInAttempt.objects.values_list("origin", flat=True)) == {str(scenes.SIGN_IN)}
    other = Origin.parse("https://other.example.org")
    last = scenes.stored("last", server=other)
    with scenes.registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, last.pk)
    last.refresh_from_db()
    assert registry.logins == [], "its sign-in is known only when it runs"
    assert CheckRun.objects.filter(credential=last).count() == 0
    assert last.next_check_at is not None
    assert last.next_check_at > timezone.now()
    assert last.wait_reason == WaitReason.REGISTRY


@pytest.mark.django_db
def test_a_hostile_registry_that_names_a_sign_in_says_nothing_about_it() -> None:
    """Only what the sign-in answers closes its circuit."""
    RegistryOrigin.objects.create(origin=str(scenes.SIGN_IN), failures=5, successes=1)
    there = replace(step(StepName.SIGN_IN, 200), to=str(scenes.SIGN_IN))
    origins.record_result(scenes.REGISTRY, evidence(), verdict(), timezone.now())
    assert RegistryOrigin.objects.get(origin=str(scenes.SIGN_IN)).failures == 5
    origins.record_result(scenes.REGISTRY, evidence(there), verdict(), timezone.now())
    assert RegistryOrigin.objects.get(origin=str(scenes.SIGN_IN)).failures == 0


@pytest.mark.django_db
def test_a_good_look_leaves_no_row_to_write() -> None:
    scenes.checked(scenes.stored(), Outcome.VALID)
    with scenes.registry_says(Outcome.VALID):
        origins.record_result(scenes.REGISTRY, evidence(), verdict(), timezone.now())
    row = RegistryOrigin.objects.get(origin=str(scenes.REGISTRY))
    assert (row.failures, row.paused_until) == (0, None)
    assert not SignInAttempt.objects.exists()


WAITS = {
    "throttled at the registry": (StepName.REPOSITORY, "throttled", {"registry"}, MINUTE),
    "throttled at the sign-in": (StepName.PULL, "throttled", {"registry", "sign-in"}, MINUTE),
    "banned at the sign-in": (StepName.PUSH, "locked_out", {"registry", "sign-in"}, BAN),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", WAITS)
def test_a_wait_that_the_registry_asks_for_counts_although_the_login_is_proved(case: str) -> None:
    name, rule, paused, length = WAITS[case]
    last = replace(step(name, 429), rule=rule)
    seen_there = evidence(step(StepName.SIGN_IN, 200), step(StepName.ENTRY, 200), last)
    now = timezone.now()
    origins.record_result(scenes.REGISTRY, seen_there, verdict(Outcome.VALID), now)
    named = {"registry": scenes.REGISTRY, "sign-in": scenes.SIGN_IN}
    rows = RegistryOrigin.objects.filter(paused_until=now + length)
    assert {row.origin for row in rows} == {str(named[one]) for one in paused}


@pytest.mark.django_db
def test_the_seconds_of_a_proved_check_are_obeyed() -> None:
    last = replace(step(StepName.REPOSITORY, 429), rule="throttled", retry_after_s=90)
    now = timezone.now()
    origins.record_result(scenes.REGISTRY, evidence(last), verdict(Outcome.VALID), now)
    assert RegistryOrigin.objects.get().paused_until == now + timedelta(seconds=90)
