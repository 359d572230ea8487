"""Days that pass in seconds: a fake clock, a queue without a broker, and a GitLab that bans."""

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from credentials_app import tasks
from credentials_app.checks import batch, check, leases, permits
from credentials_app.pacing.token_bucket import TokenBucket
from registry.evidence import Evidence, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app.scenes import NOON, evidence, step, verdict
from tests.stand_ins.gitlab import GITLAB_COM_BAN, SELF_MANAGED_BAN, Ban
from tests.stand_ins.gitlab.bans import Bans

RULES = {"10 in 60 s": Ban(), "30 in 3 min": SELF_MANAGED_BAN, "300 in 1 min": GITLAB_COM_BAN}
"""Three of GitLab's rules: the default of its setting, the documented one, that of GitLab.com."""
OUR_ADDRESS = "192.0.2.1"
LETS_IN = evidence(step(StepName.PING, 401), step(StepName.SIGN_IN, 200))
REFUSES = evidence(step(StepName.PING, 401), step(StepName.SIGN_IN, 401))
SHUTS_OUT = evidence(step(StepName.PING, 401), step(StepName.SIGN_IN, 403))
TAKES_S = 0.3


class Clock:
    """Its time changes only by :meth:`sleep` and by setting ``now``."""

    def __init__(self) -> None:
        self.now = NOON
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - NOON).total_seconds()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += timedelta(seconds=seconds)


@dataclass
class BanningGitLab:
    """Decides by user name, and applies all three rules at once: one ban refuses everybody.

    It is stricter than the real GitLab, where a login that works resets the count.
    """

    clock: Clock
    good: Callable[[str], bool]
    bans: dict[str, Bans] = field(default_factory=lambda: {name: Bans() for name in RULES})
    failed: list[datetime] = field(default_factory=list)
    failed_by_name: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    let_in: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    shut_out: Counter[str] = field(default_factory=Counter)

    def answer(self, login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        self.clock.sleep(TAKES_S)
        now = self.clock()
        banning = [name for name, bans in self.bans.items() if bans.is_banned(OUR_ADDRESS, now)]
        if banning:
            self.shut_out.update(banning)
            return SHUTS_OUT, verdict(Outcome.BANNED)
        if self.good(login.username):
            self.let_in[login.username].append(now)
            return LETS_IN, verdict()
        self.failed.append(now)
        self.failed_by_name[login.username].append(now)
        for name, bans in self.bans.items():
            bans.fail(OUR_ADDRESS, now, RULES[name])
        return REFUSES, verdict(Outcome.REJECTED)


def most_within(times: list[datetime], window: timedelta) -> int:
    """The largest number of these times within one window."""
    ordered, most, first = sorted(times), 0, 0
    for last, at in enumerate(ordered):
        while ordered[first] <= at - window:
            first += 1
        most = max(most, last - first + 1)
    return most


@contextmanager
def fast(clock: Clock) -> Iterator[Callable[[timedelta], None]]:
    """Yields a function that lets so much time pass, with one sweep per minute."""
    queue: deque[tuple[str, Any]] = deque()
    with pytest.MonkeyPatch.context() as patch:
        for module in (batch, check, leases, permits, tasks):
            patch.setattr(module, "database_now", clock)
        patch.setattr(batch, "time", SimpleNamespace(monotonic=clock.monotonic))
        paced = partial(TokenBucket, clock=clock.monotonic, sleep=clock.sleep)
        patch.setattr(batch, "TokenBucket", paced)
        for name in ("check_credential", "check_trial", "check_batch", "announce_change"):
            patch.setattr(getattr(tasks, name), "delay", partial(_enqueue, queue, name))
        yield lambda length: _pass(clock, length, queue)


def _enqueue(queue: deque[tuple[str, Any]], name: str, argument: Any) -> None:
    queue.append((name, argument))


def _pass(clock: Clock, length: timedelta, queue: deque[tuple[str, Any]]) -> None:
    end, sweep_at = clock() + length, clock()
    while sweep_at < end:
        clock.now = max(clock.now, sweep_at)
        tasks.sweep_due_checks()
        while queue:
            name, argument = queue.popleft()
            if name != "announce_change":
                getattr(tasks, name)(argument)
        sweep_at = max(sweep_at, clock()) + timedelta(minutes=1)
