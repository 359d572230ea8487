"""A product whose days pass in seconds: a clock, a queue and the real timetable, in one thread."""

import random
import sys
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from celery.app.task import Task
from celery.schedules import crontab
from django.db.models import Min
from django.utils import timezone

from common import mail_pause
from common.models import OutgoingMail
from config.celery import app
from config.runtime.queue import TIMETABLE
from credentials_app.checks import batch
from credentials_app.models import Credential, Notice, ReportSubscription
from credentials_app.monitoring import heartbeat
from credentials_app.pacing.token_bucket import TokenBucket

QUARTER = timedelta(minutes=15)
BEAT = timedelta(seconds=30)
SOON = timedelta(minutes=1)
OURS = ("common.", "workspaces.", "credentials_app.", "config.")
A_MOMENT_S = 1
"""Between a deed and what answers it."""


Ring = tuple[str, tuple[Any, ...]]
Span = tuple[datetime, datetime]


def within(at: datetime, span: Span | None) -> bool:
    """Whether a moment belongs to a span of time; its end does not."""
    return span is not None and span[0] <= at < span[1]


class Clock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.start = self.now = start

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - self.start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class InTurn(Executor):
    """A pool of threads that has none: who comes first is no matter of chance."""

    def __init__(self, *_: Any) -> None:
        super().__init__()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def in_turn(futures: Iterable[Future[Any]], **_: Any) -> tuple[list[Future[Any]], set[Any]]:
    """As ``concurrent.futures.wait`` where all have ended, in the order in which they began."""
    return list(futures), set()


@dataclass
class Days:
    """Rings what the timetable says at its interval, and whatever is rung for besides.

    ``deeds`` are what people do, at their time; ``before`` and ``after`` are called around every
    step. A step is taken whenever something is due, with checks waiting for the next multiple of
    ``checks_on``, and at least once in every ``at_least``.
    """

    clock: Clock
    deeds: list[tuple[datetime, Callable[[], None]]]
    before: Callable[[], None]
    after: Callable[[], None]
    rung: deque[Ring]
    at_least: timedelta = QUARTER
    checks_on: timedelta = BEAT
    watched: Span | None = None
    stopped: Span | None = None
    rang_at: dict[str, datetime] = field(default_factory=dict)
    rings: Counter[str] = field(default_factory=Counter)
    steps: int = 0

    def live_until(self, end: datetime) -> None:
        """Let the time pass, one step after another."""
        self.deeds.sort(key=lambda each: each[0])
        while self.clock() < end:
            self._step()
            self.clock.now = min(max(self._next(), self.clock()), end)

    def _step(self) -> None:
        self.steps += 1
        self.before()
        while self.deeds and self.deeds[0][0] <= self.clock():
            self.deeds.pop(0)[1]()
            self.clock.sleep(A_MOMENT_S)
            self._answer_rings()
        if not within(self.clock(), self.stopped):
            for entry in TIMETABLE.values():
                self._ring_when_due(entry["task"], entry["schedule"])
        if within(self.clock(), self.watched):
            heartbeat.watch_once()
        self.after()

    def _ring_when_due(self, name: str, every: float | crontab) -> None:
        last = self.rang_at.get(name)
        if last is None or self._is_over(every, last):
            self.rang_at[name] = self.clock()
            self._run(name, ())
            self._answer_rings()

    def _is_over(self, every: float | crontab, last: datetime) -> bool:
        """Whether it is time to ring again."""
        if isinstance(every, crontab):
            every.nowfun = self.clock
            return bool(every.is_due(last).is_due)
        return self.clock() - last >= timedelta(seconds=every)

    def _answer_rings(self) -> None:
        while self.rung and not within(self.clock(), self.stopped):
            self._run(*self.rung.popleft())

    def _run(self, name: str, args: tuple[Any, ...]) -> None:
        self.rings[name] += 1
        app.tasks[name](*args)

    def _next(self) -> datetime:
        """The next moment at which something is due."""
        now = self.clock()
        if within(now, self.watched):
            return self._up_to(now + SOON, BEAT)
        moments = [self._up_to(now + BEAT, self.at_least), *(at for at, _ in self.deeds[:1])]
        due = Credential.objects.aggregate(at=Min("next_check_at"))["at"]
        moments += [self._up_to(max(due, now + BEAT), self.checks_on)] if due else []
        news = Notice.objects.filter(mailed_at__isnull=True).aggregate(at=Min("due_at"))["at"]
        mail = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
        unsent = mail.aggregate(at=Min("not_before"))["at"]
        report = ReportSubscription.objects.aggregate(at=Min("next_at"))["at"]
        moments += [max(at, now + SOON) for at in (news, unsent, report) if at]
        moments += [self.watched[0]] if self.watched and self.watched[0] > now else []
        return self._up_to(min(moments), BEAT)

    def _up_to(self, at: datetime, step: timedelta) -> datetime:
        """The next multiple of a step."""
        return self.clock.start - (self.clock.start - at) // step * step


@contextmanager
def passing(clock: Clock, rung: "deque[Ring]", seed: int) -> Iterator[None]:
    """For the length of the block everybody reads this clock, and chance comes from the seed."""
    chance = random.Random(seed)
    app.loader.import_default_modules()

    def ring(task: Task, args: Any = None, *_: Any, **__: Any) -> None:
        rung.append((task.name, tuple(args or ())))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", clock)
        for module in [*sys.modules.values()]:
            if module.__name__.startswith(OURS) and hasattr(module, "database_now"):
                patch.setattr(module, "database_now", clock)
        uptime = SimpleNamespace(monotonic=clock.monotonic)
        for module in (batch, batch, mail_pause, heartbeat):
            patch.setattr(module, "time", uptime)
        patch.setattr(batch, "Pace", partial(TokenBucket, clock=clock.monotonic, sleep=clock.sleep))
        patch.setattr(batch, "ThreadPoolExecutor", InTurn)
        patch.setattr(batch, "wait", in_turn)
        patch.setattr(batch, "connections", SimpleNamespace(close_all=lambda: None))
        patch.setattr(uuid, "os", SimpleNamespace(urandom=chance.randbytes))
        patch.setattr(Task, "apply_async", ring)
        state = random.getstate()
        random.seed(seed)
        yield
        random.setstate(state)
