"""The product with a simulated clock, tenants of their own, and a registry that knows passwords."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from credentials_app.checks import check
from credentials_app.models import Credential
from credentials_app.pacing import sign_ins
from credentials_app.pacing.account_shares import Granted
from credentials_app.pacing.history import Attempt, History, Share
from credentials_app.pacing.waits import Wait, WaitReason
from credentials_app.services import actions, credentials, replacement, trials
from credentials_app.services.replacement import NewSecret
from credentials_app.status import Status
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.fast_days import LETS_IN, REFUSES, Clock, fast
from workspaces.rights.seat import Seat

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LOCKS_AT, LOCKED_WITHIN = 5, timedelta(minutes=15)


@dataclass
class PasswordRegistry:
    """Knows the right passwords of each user name, and notes every failure. ``down``: the sign-in
    refuses everybody."""

    clock: Clock
    right: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    good: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    down: bool = False

    def answer(self, login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        self.clock.sleep(0.3)
        if not self.down and login.secret.reveal() in self.right[login.username]:
            self.good[login.username].append(self.clock())
            return LETS_IN, scenes.verdict()
        self.failed[login.username].append(self.clock())
        return REFUSES, scenes.verdict(Outcome.REJECTED)

    @property
    def failures(self) -> list[datetime]:
        return sorted(at for times in self.failed.values() for at in times)


@dataclass
class World:
    """What a scenario works with."""

    clock: Clock
    registry: PasswordRegistry
    sweeps_for: Callable[[timedelta], None]

    def let_pass(self, length: timedelta) -> None:
        """So much time passes, with a sweep every minute."""
        end = self.clock() + length
        self.sweeps_for(length)
        self.clock.now = max(self.clock.now, end)

    def stores(self, by: Seat, secret: str, *, name: str = "", user: str = "robot") -> Credential:
        """A person adds this login and waits for its check."""
        name = name or f"n{Credential.objects.count()}"
        row = scenes.stored(name, by=by, username=user, secret=Secret(secret))
        Credential.objects.filter(pk=row.pk).update(
            next_check_at=self.clock(), asked_at=self.clock(), created_at=self.clock()
        )
        check.check_one(Credential, row.pk)
        row.refresh_from_db()
        return row

    def knows(self, by: Seat, secret: str, *, name: str = "", user: str = "robot") -> Credential:
        """A login that works, and was checked just now."""
        self.registry.right[user].add(secret)
        row = self.stores(by, secret, name=name, user=user)
        assert row.status == Status.VALID, row.wait_reason
        return row

    def asks(self, by: Seat, row: Credential, *, again: bool = False) -> Credential:
        """A person presses *Check now*."""
        actions.check_now(by, row, again=again)
        Credential.objects.filter(pk=row.pk).update(
            next_check_at=self.clock(), asked_at=self.clock()
        )
        check.check_one(Credential, row.pk)
        row.refresh_from_db()
        return row

    def replaces(self, by: Seat, row: Credential, secret: str) -> Credential:
        """A person brings a new secret."""
        changed = replacement.replace_secret(by, row, NewSecret(Secret(secret)))
        Credential.objects.filter(pk=row.pk).update(
            next_check_at=self.clock(), asked_at=self.clock()
        )
        check.check_one(Credential, changed.pk)
        row.refresh_from_db()
        return row


def tenant(number: int) -> Seat:
    """A person in a personal workspace: a tenant of its own."""
    who = cast.person(f"tenant-{number}@example.org")
    return cast.seat(cast.personal(who), who)


@contextmanager
def world() -> Iterator[World]:
    """The product and its registry; people may ask as often as they like."""
    clock = Clock()
    registry = PasswordRegistry(clock)
    with (
        fast(clock) as sweeps_for,
        scenes.registry_says(registry.answer),
        pytest.MonkeyPatch.context() as patch,
    ):
        for module in (actions, trials):
            patch.setattr(module, "count_request", lambda *_: None)
        patch.setattr(credentials, "may_ask_now", lambda _seat: True)
        yield World(clock, registry, sweeps_for)


def everybody_goes(_attempt: Attempt, _history: History, _now: datetime) -> Granted:
    """The control: no shares."""
    return Granted(Share.OTHERS)


@contextmanager
def without_shares() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_ins, "judge", everybody_goes)
        yield


@contextmanager
def all_failures_are_one() -> Iterator[None]:
    """The control: the rule as it was. Two failures of an account in an hour stop everybody."""

    def judge(attempt: Attempt, history: History, now: datetime) -> Granted | Wait:
        recent = [
            each.at
            for each in history.of_account(attempt.account)
            if not each.in_flight and each.at > now - HOUR
        ]
        if len(recent) >= 2:
            return Wait(WaitReason.ACCOUNT, recent[-2] + HOUR)
        return Granted(Share.OTHERS)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_ins, "judge", judge)
        yield


def is_locked(times: list[datetime]) -> bool:
    """True if a registry that locks at 5 failures in 15 minutes would have locked the account."""
    return any(
        sum(each > at - LOCKED_WITHIN and each <= at for each in times) >= LOCKS_AT for at in times
    )
