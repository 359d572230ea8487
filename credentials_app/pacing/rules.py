"""Rate limits of an origin: pauses, the circuit, and how long a check must wait. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from credentials_app.pacing.waits import Wait, WaitReason, longest
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
MAX_BATCH = 50
SIGNING_IN = frozenset({StepName.SIGN_IN, StepName.ENTRY, StepName.PULL, StepName.PUSH})
AT_THE_SIGN_IN = SIGNING_IN - {StepName.ENTRY} | {StepName.API, StepName.CANARY}
AT_THE_SIGN_IN |= {StepName.MEMBERSHIPS}
REFUSED = frozenset({Outcome.REJECTED, Outcome.EXPIRED, Outcome.REVOKED, Outcome.BLOCKED})
REASONS = {"throttled": WaitReason.THROTTLED, "banned": WaitReason.BANNED}


@dataclass(frozen=True)
class OriginState:
    """The state of one origin. ``failures``: failed connections in a row. ``successes``: checks
    that reached it since the circuit opened.
    """

    paused_until: datetime | None = None
    why: str = ""
    failures: int = 0
    successes: int = 0
    circuit_until: datetime | None = None

    @property
    def is_tried_again(self) -> bool:
        """True if the circuit is open: then one check at a time tries to reach the origin."""
        return self.failures >= CIRCUIT_OPENS_AFTER


def wait_of_state(state: OriginState, now: datetime, *, asked: bool = False) -> Wait | None:
    """The wait for a pause or the open circuit of an origin; None: the check may go.

    An open circuit does not stop a check that a person asked for.
    """
    pause = circuit = None
    if state.paused_until and state.paused_until > now:
        pause = Wait(REASONS.get(state.why, WaitReason.THROTTLED), state.paused_until)
    if state.circuit_until and state.circuit_until > now and not asked:
        circuit = Wait(WaitReason.UNREACHABLE, state.circuit_until)
    return longest(pause, circuit)


def after(state: OriginState, verdict: Verdict, now: datetime, *, host: str) -> OriginState:
    """The state after a check of this origin."""
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
    asked = timedelta(seconds=verdict.retry_after_s) if verdict.retry_after_s else None
    length = min(asked or usual, LONGEST_PAUSE)
    until = max(now + length, state.paused_until or now)
    return replace(state, paused_until=until, why=verdict.outcome.value)


def is_refused(evidence: Evidence, verdict: Verdict) -> bool:
    """True if the registry counts a failed login for the stored login.

    A refusal by the provider's API counts nowhere.
    """
    return verdict.outcome in REFUSED and any(
        step.name in SIGNING_IN and step.status == 401 for step in evidence.steps
    )


def stays_unanswered(evidence: Evidence) -> bool:
    """True if the login was sent, and no answer shows what became of it."""
    sent = [step for step in evidence.steps if step.name in SIGNING_IN - {StepName.ENTRY}]
    return bool(sent) and all(step.status is None for step in sent)


def probe_failed(evidence: Evidence) -> bool:
    """True if the registry refused our accept-all probe, which it counts as a failed login."""
    return any(step.name is StepName.MADE_UP and step.status == 401 for step in evidence.steps)


def is_about_the_sign_in(evidence: Evidence) -> bool:
    """True if the last answer came from the sign-in host and not from the registry."""
    return bool(evidence.steps) and evidence.steps[-1].name in AT_THE_SIGN_IN


def batch_size(rate_per_s: float, burst: int, seconds: float, *, trying_again: bool) -> int:
    """How many checks the rate allows in so many seconds; one while the circuit is open."""
    fitting = int((burst + rate_per_s * seconds) / REQUESTS_PER_CHECK)
    return 1 if trying_again else max(1, min(MAX_BATCH, fitting))
