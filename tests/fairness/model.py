"""A model of one origin: a registry that locks accounts and bans addresses, and the shares."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from credentials_app.pacing.account_shares import Granted, judge
from credentials_app.pacing.history import TODAY, Attempt, CountedSignIn, History, Share
from credentials_app.pacing.sign_in_outage import PAUSE, tenants_in_outage
from credentials_app.pacing.waits import Wait
from tests.credentials_app.scenes import NOON

MINUTE = timedelta(minutes=1)
LOCKS = {(5, 15 * MINUTE), (7, 30 * MINUTE), (10, 60 * MINUTE)}
BANS = {(10, MINUTE), (30, 3 * MINUTE)}
"""So many failures in so long a time lock an account, or ban our address, at common registries."""
Rule = Callable[[Attempt, History, datetime], Granted | Wait]


def no_rule(_attempt: Attempt, _history: History, _now: datetime) -> Granted | Wait:
    """The control: every attempt goes at once."""
    return Granted(Share.OTHERS)


@dataclass
class ModelRegistry:
    """Notes every account that it would have locked and every ban, and goes on answering."""

    right: set[tuple[str, str]] = field(default_factory=set)
    failed: dict[str, list[datetime]] = field(default_factory=dict)
    locked: set[tuple[str, int]] = field(default_factory=set)
    bans: int = 0
    longest_run: int = 0
    _run: dict[str, int] = field(default_factory=dict)

    def answers(self, account: str, secret: str, now: datetime) -> bool:
        if (account, secret) in self.right:
            self._run[account] = 0
            return True
        mine = self.failed.setdefault(account, [])
        quiet = not mine or mine[-1] <= now - 15 * MINUTE
        self._run[account] = 1 if quiet else self._run.get(account, 0) + 1
        self.longest_run = max(self.longest_run, self._run[account])
        mine.append(now)
        for most, window in LOCKS:
            if sum(at > now - window for at in mine) >= most:
                self.locked.add((account, most))
        everybody = [at for times in self.failed.values() for at in times]
        self.bans += any(sum(at > now - window for at in everybody) >= n for n, window in BANS)
        return False


@dataclass
class ModelLogin:
    """A login of one tenant. ``good_at``: it is trusted, and was good then."""

    tenant: str
    account: str
    secret: str
    asked: bool = True
    good_at: datetime | None = None
    due: datetime = NOON
    answered: Callable[[bool], None] | None = None

    def attempt(self) -> Attempt:
        return Attempt(
            self.tenant, self.account, self.asked, bool(self.good_at), self.good_at, self.due
        )


class Model:
    """Runs logins against the registry by a rule, with the semantics of the product: a sign-in
    counts when it is sent, and no longer when it is good."""

    def __init__(self, rule: Rule = judge, *, per_account: int = 4, takes_s: float = 1) -> None:
        self.rule, self.per_account, self.takes = rule, per_account, timedelta(seconds=takes_s)
        self.now, self.registry = NOON, ModelRegistry()
        self.counted: list[CountedSignIn] = []
        self.good: dict[str, dict[str, datetime]] = {}
        self.outages: dict[str, datetime] = {}
        self.waiting: list[ModelLogin] = []
        self.sent: list[tuple[datetime, ModelLogin]] = []
        self.kill_next = False
        self._later: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def at(self, when: datetime, then: Callable[[], None]) -> None:
        heapq.heappush(self._later, (max(when, self.now), next(self._order), then))

    def knows(self, tenant: str, account: str, secret: str) -> ModelLogin:
        """A trusted login that was good an hour ago."""
        self.registry.right.add((account, secret))
        good_at = self.now - 60 * MINUTE
        self.good.setdefault(account, {})[tenant] = good_at
        return ModelLogin(tenant, account, secret, asked=False, good_at=good_at)

    def submit(self, login: ModelLogin) -> None:
        """The login is due now."""
        login.due = self.now
        if login not in self.waiting:
            self.waiting.append(login)
        self._try(login)

    def run(self, length: timedelta) -> None:
        end = self.now + length
        while self._later and self._later[0][0] <= end:
            self.now, _, then = heapq.heappop(self._later)
            then()
        self.now = end

    def history(self, but: ModelLogin) -> History:
        self.counted = [each for each in self.counted if each.at > self.now - TODAY]
        rivals = tuple(login.attempt() for login in self.waiting if login is not but)
        counted = tuple(sorted(self.counted, key=lambda each: each.at))
        return History(counted, self.good, rivals, self.outages, self.per_account)

    def _try(self, login: ModelLogin) -> None:
        if login not in self.waiting:
            return
        judged = self.rule(login.attempt(), self.history(login), self.now)
        if isinstance(judged, Wait):
            assert judged.until > self.now, "a wait ends later"
            self.at(judged.until, lambda: self._try(login))
            return
        self.waiting.remove(login)
        self.sent.append((self.now, login))
        sign_in = CountedSignIn(
            self.now,
            login.tenant,
            judged.share,
            login.account,
            in_flight=True,
            worked=login.good_at is not None,
            login=str(id(login)),
        )
        self.counted.append(sign_in)
        killed, self.kill_next = self.kill_next, False
        self.at(self.now + self.takes, lambda: self._answer(login, sign_in, killed))

    def _answer(self, login: ModelLogin, sign_in: CountedSignIn, killed: bool) -> None:
        good = self.registry.answers(login.account, login.secret, self.now)
        self.counted.remove(sign_in)
        if killed or not good:
            at = sign_in.at if killed else self.now
            self.counted.append(replace(sign_in, at=at, in_flight=False))
        if killed:
            return
        if good:
            login.good_at = self.now
            self.good.setdefault(login.account, {})[login.tenant] = self.now
            self.outages.pop(login.tenant, None)
        else:
            self._refused(login)
        if login.answered:
            login.answered(good)

    def _refused(self, login: ModelLogin) -> None:
        found = tenants_in_outage(self.history(login), self.now)
        if login.tenant in self.outages or found:
            for tenant in {*found, login.tenant}:
                self.outages[tenant] = self.now + PAUSE
        elif login.good_at is not None:
            login.good_at = None
