"""Decides what follows from a verdict: status, time of the next check, notification. Pure.

The rules: an inconclusive check never changes the status. If the credential worked before, the
first rejection or wrong server of a scheduled check does not change the status; the second does.
What the provider calls expired or revoked is final. With each rejection the time to the next
check grows, and after 14 days of them the credential is paused.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from credentials_app.expiry import TOLD, on_a_calendar
from credentials_app.status import STATUS_FOR_OUTCOME, Notify, Status, is_bad
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict

CONFIRM_AFTER = timedelta(minutes=15)
AFTER_REJECTION = (CONFIRM_AFTER, timedelta(hours=6), timedelta(hours=24))
AFTER_INCONCLUSIVE = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
PAUSE_AFTER = timedelta(days=14)
SHOWN_AFTER_LOOKS = 3
AFTER_THE_END = timedelta(minutes=1)
FINAL = frozenset({Status.EXPIRED, Status.REVOKED})
A_PERSON_MUST_ACT = frozenset(
    {Outcome.DISTRUSTED_REALM, Outcome.FORBIDDEN_ADDRESS, Outcome.SEALED_MISMATCH}
)


@dataclass(frozen=True)
class State:
    """The columns of a credential that checks write and that decide what a verdict means.

    ``told_bad``: people are notified that it turned bad. ``looks_in_vain``: the number of
    inconclusive checks in a row. ``push_not_proved``: of the last check that found it valid.
    """

    status: Status = Status.UNVERIFIED
    told_bad: bool = False
    last_outcome: str = ""
    could_not_look_since: datetime | None = None
    could_not_look_why: str = ""
    could_not_look_shown: bool = False
    looks_in_vain: int = 0
    rejected_since: datetime | None = None
    rejections: int = 0
    ever_valid: bool = False
    expires_at: datetime | None = None
    expires_source: ExpirySource = ExpirySource.UNKNOWN
    push_not_proved: bool = False


@dataclass(frozen=True)
class NextState:
    """The state after a check, when the next one is due, and the notification.

    ``next_check_at`` None: the credential is not checked again until a person acts.
    """

    state: State
    next_check_at: datetime | None
    notify: Notify

    @property
    def status(self) -> Status:
        return self.state.status


def next_state(
    state: State,
    verdict: Verdict,
    now: datetime,
    *,
    asked: bool,
    interval: timedelta,
    jitter: float = 1.0,
    typed_end: datetime | None = None,
) -> NextState:
    """The state that ``verdict`` leads to. ``asked``: a person waits for this check.

    ``jitter`` is a factor (0.9 to 1.1) on every delay. A working credential is checked again just
    after its end, if that comes first, whether the registry named the end or a person typed it.
    """
    if verdict.outcome.is_conclusive:
        known = _update_expiry(_conclusive(state), verdict, now)
        after = _decide(known, verdict.outcome, now, asked)
        if verdict.outcome is Outcome.VALID:
            after = replace(after, push_not_proved=verdict.push_not_proved)
    else:
        after = _inconclusive(state, verdict.outcome, now, asked)
    after = replace(after, last_outcome=verdict.outcome.value)
    if state.status is Status.PAUSED:
        after = replace(after, status=Status.PAUSED)
    notify = _notification(state, after)
    after = replace(
        after, told_bad=notify is Notify.BAD or (after.told_bad and notify is not Notify.GOOD)
    )
    due = _next_check(after, verdict, now, interval, jitter)
    if due is not None and after.status is Status.VALID:
        due = _not_after_end(due, now, after.expires_at, typed_end)
    return NextState(after, due, notify)


def _conclusive(state: State) -> State:
    return replace(
        state,
        could_not_look_since=None,
        could_not_look_why="",
        could_not_look_shown=False,
        looks_in_vain=0,
    )


def _inconclusive(state: State, outcome: Outcome, now: datetime, asked: bool) -> State:
    inconclusive_checks = state.looks_in_vain + 1
    shown = (
        state.could_not_look_shown
        or asked
        or outcome in A_PERSON_MUST_ACT
        or inconclusive_checks >= SHOWN_AFTER_LOOKS
    )
    return replace(
        state,
        looks_in_vain=inconclusive_checks,
        could_not_look_since=state.could_not_look_since or now,
        could_not_look_why=outcome.value,
        could_not_look_shown=shown,
    )


def _update_expiry(state: State, verdict: Verdict, now: datetime) -> State:
    """Take the end that this check found. Without one the known end stays, unless the
    credential works after it."""
    if verdict.expires_source not in TOLD:
        outlived = state.expires_at is not None and state.expires_at <= now
        if outlived and verdict.outcome is Outcome.VALID:
            return replace(state, expires_at=None, expires_source=ExpirySource.UNKNOWN)
        return state
    end = on_a_calendar(verdict.expires_at) if verdict.expires_at else None
    return replace(state, expires_at=end, expires_source=ExpirySource(verdict.expires_source))


def _decide(state: State, outcome: Outcome, now: datetime, asked: bool) -> State:
    """Apply a conclusive outcome."""
    if outcome is Outcome.REJECTED:
        return _reject(state, now, asked)
    cleared = replace(state, rejections=0, rejected_since=None)
    if outcome is Outcome.WRONG_SERVER and not _counts_at_once(state, outcome, asked):
        return cleared
    worked = state.ever_valid or outcome is Outcome.VALID
    return replace(cleared, status=STATUS_FOR_OUTCOME[outcome], ever_valid=worked)


def _reject(state: State, now: datetime, asked: bool) -> State:
    counted = replace(
        state,
        rejections=state.rejections + 1,
        rejected_since=state.rejected_since or now,
    )
    if state.status in FINAL:
        return counted
    if state.expires_at is not None and state.expires_at <= now:
        return replace(counted, status=Status.EXPIRED)
    if not asked and now - (counted.rejected_since or now) >= PAUSE_AFTER:
        return replace(counted, status=Status.PAUSED)
    if _counts_at_once(state, Outcome.REJECTED, asked):
        return replace(counted, status=Status.REFUSED)
    return counted


def _counts_at_once(state: State, outcome: Outcome, asked: bool) -> bool:
    """True if this rejection or wrong server changes the status without a second check."""
    if asked or not state.ever_valid or state.status is STATUS_FOR_OUTCOME[outcome]:
        return True
    if outcome is Outcome.REJECTED:
        return state.rejections > 0
    return state.last_outcome == outcome.value


def _notification(before: State, after: State) -> Notify:
    if after.status is Status.VALID:
        return Notify.GOOD if before.told_bad else Notify.NOBODY
    if after.status is before.status:
        return Notify.NOBODY
    paused = after.status is Status.PAUSED
    return Notify.BAD if is_bad(after.status) or paused else Notify.NOBODY


def _next_check(
    after: State, verdict: Verdict, now: datetime, interval: timedelta, jitter: float
) -> datetime | None:
    if after.status in FINAL or after.status is Status.PAUSED:
        return None
    delay = _delay(after, verdict, interval) * jitter
    if verdict.retry_after_s and not verdict.outcome.is_conclusive:
        delay = max(delay, timedelta(seconds=verdict.retry_after_s))
    return now + delay


def _not_after_end(due: datetime, now: datetime, *ends: datetime | None) -> datetime:
    """``due``, but at the latest :data:`AFTER_THE_END` after the next of these ends."""
    return min([due, *(end + AFTER_THE_END for end in ends if end is not None and end > now)])


def _delay(after: State, verdict: Verdict, interval: timedelta) -> timedelta:
    if verdict.outcome is Outcome.REJECTED:
        return AFTER_REJECTION[min(after.rejections, len(AFTER_REJECTION)) - 1]
    if verdict.outcome is Outcome.WRONG_SERVER and after.status is not Status.WRONG_SERVER:
        return CONFIRM_AFTER
    if verdict.outcome.is_conclusive or verdict.outcome in A_PERSON_MUST_ACT:
        return interval
    tries = after.looks_in_vain
    if tries > len(AFTER_INCONCLUSIVE):
        return interval
    return min(AFTER_INCONCLUSIVE[tries - 1], interval)
