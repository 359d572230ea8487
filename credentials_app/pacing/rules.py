"""How politely an origin is asked: pauses, circuit, whose turn it is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from credentials_app.pacing.failed_logins import (
    Attempt,
    remembered,
    remembered_by_account,
    waits_for_budget,
)
from registry.evidence import Evidence, StepName
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict

BAN = timedelta(hours=1)
SHORTER_BANS = {"gitlab.com": timedelta(minutes=15), "registry.gitlab.com": timedelta(minutes=15)}
THROTTLE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=24)
CIRCUIT_OPENS_AFTER = 5
CIRCUIT_CLOSES_AFTER = 2
CIRCUIT_PAUSE = timedelta(minutes=5)
REQUESTS_PER_CHECK = 4
MOST_IN_A_BATCH = 50
SIGNING_IN = frozenset({StepName.SIGN_IN, StepName.ENTRY, StepName.PULL, StepName.PUSH})
AT_THE_SIGN_IN = SIGNING_IN - {StepName.ENTRY} | {StepName.API, StepName.CANARY}
AT_THE_SIGN_IN |= {StepName.MEMBERSHIPS}
REFUSED = frozenset({Outcome.REJECTED, Outcome.EXPIRED, Outcome.REVOKED, Outcome.BLOCKED})
ANYBODY = Attempt()


@dataclass(frozen=True)
class OriginState:
    """What is remembered of one origin. ``failures`` are failed connections in a row, and
    ``successes`` what went well since the circuit opened; ``accounts`` has the failed logins of
    each account under a mark that does not tell its name.
    """

    paused_until: datetime | None = None
    why: str = ""
    failures: int = 0
    successes: int = 0
    circuit_until: datetime | None = None
    failed_logins: tuple[datetime, ...] = ()
    accounts: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)

    @property
    def is_tried_again(self) -> bool:
        """Whether the circuit is open: then one check at a time tries whether it may close."""
        return self.failures >= CIRCUIT_OPENS_AFTER


def wait_until(state: OriginState, now: datetime, attempt: Attempt = ANYBODY) -> datetime | None:
    """None: go. Otherwise the time to wait for. An open circuit does not stop a person's check."""
    waits = [until for until in (state.paused_until,) if until and until > now]
    if state.circuit_until and state.circuit_until > now and not attempt.asked:
        waits.append(state.circuit_until)
    waits += waits_for_budget(
        attempt, state.failed_logins, state.accounts.get(attempt.account, ()), now
    )
    return max(waits, default=None)


def after(
    state: OriginState,
    verdict: Verdict,
    now: datetime,
    *,
    host: str,
    failed: bool,
    account: str = "",
) -> OriginState:
    """The state after a look at this origin. ``failed``: the registry counts a failed login;
    ``account``: the mark of the account that it counts against, if any."""
    state = replace(
        state,
        failed_logins=remembered(state.failed_logins, now, failed),
        accounts=remembered_by_account(state.accounts, now, account if failed else ""),
    )
    if verdict.outcome in (Outcome.THROTTLED, Outcome.BANNED):
        return _pause(state, verdict, now, host)
    if verdict.outcome is Outcome.UNREACHABLE:
        state = replace(state, failures=state.failures + 1, successes=0)
        return replace(state, circuit_until=now + CIRCUIT_PAUSE) if state.is_tried_again else state
    return _reached(state, now)


def _reached(state: OriginState, now: datetime) -> OriginState:
    successes = state.successes + 1
    if state.is_tried_again and successes < CIRCUIT_CLOSES_AFTER:
        return replace(state, successes=successes, circuit_until=now + CIRCUIT_PAUSE)
    return replace(state, failures=0, successes=0, circuit_until=None)


def _pause(state: OriginState, verdict: Verdict, now: datetime, host: str) -> OriginState:
    usual = SHORTER_BANS.get(host, BAN) if verdict.outcome is Outcome.BANNED else THROTTLE
    told = timedelta(seconds=verdict.retry_after_s) if verdict.retry_after_s else None
    length = min(told or usual, LONGEST_PAUSE)
    until = max(now + length, state.paused_until or now)
    return replace(state, paused_until=until, why=verdict.outcome.value)


def is_failed_login(evidence: Evidence, verdict: Verdict) -> bool:
    """Whether the registry counts this look as a failed login; its API door does not."""
    return _made_up_failed(evidence) or is_refused_at_the_door(evidence, verdict)


def is_refused_at_the_door(evidence: Evidence, verdict: Verdict) -> bool:
    """Whether it was the stored login that failed, and not one that we made up."""
    if verdict.outcome not in REFUSED:
        return False
    return any(step.name in SIGNING_IN and step.status == 401 for step in evidence.steps)


def _made_up_failed(evidence: Evidence) -> bool:
    return any(step.name is StepName.MADE_UP and step.status == 401 for step in evidence.steps)


def is_about_the_sign_in(evidence: Evidence) -> bool:
    """Whether the last answer came from the sign-in host and not from the registry."""
    return bool(evidence.steps) and evidence.steps[-1].name in AT_THE_SIGN_IN


def batch_size(rate_per_s: float, burst: int, seconds: float, *, trying_again: bool) -> int:
    """How many checks fit into the time; one, while the circuit is open."""
    fitting = int((burst + rate_per_s * seconds) / REQUESTS_PER_CHECK)
    return 1 if trying_again else max(1, min(MOST_IN_A_BATCH, fitting))
