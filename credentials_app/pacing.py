"""How politely an origin is asked: pauses, circuit, budget of failed logins. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from registry.evidence import Evidence, StepName
from registry.outcome import Outcome
from registry.verdict import Verdict

BAN = timedelta(hours=1)
SHORTER_BANS = {"gitlab.com": timedelta(minutes=15), "registry.gitlab.com": timedelta(minutes=15)}
THROTTLE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=24)
CIRCUIT_OPENS_AFTER = 5
REQUESTS_PER_CHECK = 4
MOST_IN_A_BATCH = 50
SOON = timedelta(seconds=10)
CIRCUIT_PAUSE = timedelta(minutes=5)
FAILED_LOGINS = ((5, timedelta(minutes=3)), (30, timedelta(hours=1)))
"""At most so many failed logins in so long a time; the longest one last."""
SIGNING_IN = frozenset({StepName.SIGN_IN, StepName.ENTRY, StepName.PULL, StepName.PUSH})
AT_THE_SIGN_IN = SIGNING_IN - {StepName.ENTRY} | {StepName.API, StepName.CANARY}
AT_THE_SIGN_IN |= {StepName.MEMBERSHIPS}


@dataclass(frozen=True)
class OriginState:
    """What is remembered of one origin."""

    paused_until: datetime | None = None
    why: str = ""
    failures: int = 0
    circuit_until: datetime | None = None
    failed_logins: tuple[datetime, ...] = ()


def may_go(
    state: OriginState, now: datetime, *, asked: bool = False, in_flight: int = 0
) -> datetime | None:
    """None: go. Otherwise the time to wait for. An open circuit does not stop a person's check.

    ``in_flight`` are logins whose end is not known yet: any of them may fail.
    """
    waits = [until for until in (state.paused_until,) if until and until > now]
    if state.circuit_until and state.circuit_until > now and not asked:
        waits.append(state.circuit_until)
    for most, window in FAILED_LOGINS:
        recent = [at for at in state.failed_logins if at > now - window]
        if len(recent) + in_flight >= most:
            waits.append(recent[max(0, len(recent) - most)] + window if recent else now + SOON)
    return max(waits, default=None)


def after(
    state: OriginState, verdict: Verdict, now: datetime, *, host: str, failed_login: bool
) -> OriginState:
    """The state after a look at this origin."""
    state = replace(state, failed_logins=_remembered(state, now, failed_login))
    if verdict.outcome in (Outcome.THROTTLED, Outcome.BANNED):
        return _pause(state, verdict, now, host)
    if verdict.outcome is Outcome.UNREACHABLE:
        failures = state.failures + 1
        opens = failures >= CIRCUIT_OPENS_AFTER
        until = now + CIRCUIT_PAUSE if opens else state.circuit_until
        return replace(state, failures=failures, circuit_until=until)
    return replace(state, failures=0, circuit_until=None)


def _remembered(state: OriginState, now: datetime, failed: bool) -> tuple[datetime, ...]:
    longest = FAILED_LOGINS[-1][1]
    recent = tuple(at for at in state.failed_logins if at > now - longest)
    return (*recent, now) if failed else recent


def _pause(state: OriginState, verdict: Verdict, now: datetime, host: str) -> OriginState:
    usual = SHORTER_BANS.get(host, BAN) if verdict.outcome is Outcome.BANNED else THROTTLE
    told = timedelta(seconds=verdict.retry_after_s) if verdict.retry_after_s else None
    length = min(told or usual, LONGEST_PAUSE)
    until = max(now + length, state.paused_until or now)
    return replace(state, paused_until=until, why=verdict.outcome.value)


def is_failed_login(evidence: Evidence, verdict: Verdict) -> bool:
    """Whether the registry counts this look as a failed login; its API door does not."""
    if any(step.name is StepName.MADE_UP and step.status == 401 for step in evidence.steps):
        return True
    if verdict.outcome is not Outcome.REJECTED:
        return False
    return any(step.name in SIGNING_IN and step.status == 401 for step in evidence.steps)


def is_about_the_sign_in(evidence: Evidence) -> bool:
    """Whether the last answer came from the sign-in host and not from the registry."""
    return bool(evidence.steps) and evidence.steps[-1].name in AT_THE_SIGN_IN


def batch_size(rate_per_s: float, burst: int, seconds: float, *, trying_again: bool) -> int:
    """How many checks fit into the time; one, when the circuit has just closed again."""
    fitting = int((burst + rate_per_s * seconds) / REQUESTS_PER_CHECK)
    return 1 if trying_again else max(1, min(MOST_IN_A_BATCH, fitting))
