"""Runs the product with a simulated clock, its real timetable and a queue, in one thread."""

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
"""The time between an action and the tasks that it enqueues."""


EnqueuedTask = tuple[str, tuple[Any, ...]]
Span = tuple[datetime, datetime]


def within(at: datetime, span: Span | None) -> bool:
    """True if a time is in a span; the end of the span is not."""
    return span is not None and span[0] <= at < span[1]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.start = self.now = start

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - self.start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class InTurn(Executor):
    """An executor without threads, so that the order of calls is fixed."""

    def __init__(self, *_: Any) -> None:
        super().__init__()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # the caller of result() gets it
            done.set_exception(error)
        return done


def in_turn(futures: Iterable[Future[Any]], **_: Any) -> tuple[list[Future[Any]], set[Any]]:
    """Like ``concurrent.futures.wait``: all have ended, in the order in which they began."""
    return list(futures), set()


@dataclass
class Days:
    """Runs the tasks of the timetable at their intervals, and the tasks that are enqueued.

    ``actions`` are the actions of people, with their times; ``before`` and ``after`` are called
    around every step. There is a step whenever something is due, and at least once in every
    ``at_least``; checks wait for the next multiple of ``checks_on``.
    """

    clock: Clock
    actions: list[tuple[datetime, Callable[[], None]]]
    before: Callable[[], None]
    after: Callable[[], None]
    enqueued: deque[EnqueuedTask]
    at_least: timedelta = QUARTER
    checks_on: timedelta = BEAT
    watched: Span | None = None
    stopped: Span | None = None
    last_run_at: dict[str, datetime] = field(default_factory=dict)
    task_runs: Counter[str] = field(default_factory=Counter)
    steps: int = 0

    def run_until(self, end: datetime) -> None:
        """Move the clock to ``end``, step by step."""
        self.actions.sort(key=lambda each: each[0])
        while self.clock() < end:
            self._step()
            self.clock.now = min(max(self._next(), self.clock()), end)

    def _step(self) -> None:
        self.steps += 1
        self.before()
        while self.actions and self.actions[0][0] <= self.clock():
            self.actions.pop(0)[1]()
            self.clock.sleep(A_MOMENT_S)
            self._run_enqueued()
        if not within(self.clock(), self.stopped):
            for entry in TIMETABLE.values():
                self._run_when_due(entry["task"], entry["schedule"])
        if within(self.clock(), self.watched):
            heartbeat.watch_once()
        self.after()

    def _run_when_due(self, name: str, every: float | crontab) -> None:
        last = self.last_run_at.get(name)
        if last is None or self._is_over(every, last):
            self.last_run_at[name] = self.clock()
            self._run(name, ())
            self._run_enqueued()

    def _is_over(self, every: float | crontab, last: datetime) -> bool:
        """True if the interval since the last run is over."""
        if isinstance(every, crontab):
            every.nowfun = self.clock
            return bool(every.is_due(last).is_due)
        return self.clock() - last >= timedelta(seconds=every)

    def _run_enqueued(self) -> None:
        while self.enqueued and not within(self.clock(), self.stopped):
            self._run(*self.enqueued.popleft())

    def _run(self, name: str, args: tuple[Any, ...]) -> None:
        self.task_runs[name] += 1
        app.tasks[name](*args)

    def _next(self) -> datetime:
        """The next time at which something is due."""
        now = self.clock()
        if within(now, self.watched):
            return self._up_to(now + SOON, BEAT)
        moments = [self._up_to(now + BEAT, self.at_least), *(at for at, _ in self.actions[:1])]
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
def passing(clock: Clock, enqueued: "deque[EnqueuedTask]", seed: int) -> Iterator[None]:
    """Patch all clocks, the queue and the random numbers while the block runs."""
    chance = random.Random(seed)
    app.loader.import_default_modules()

    def enqueue(task: Task, args: Any = None, *_: Any, **__: Any) -> None:
        enqueued.append((task.name, tuple(args or ())))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", clock)
        for module in [*sys.modules.values()]:
            if module.__name__.startswith(OURS) and hasattr(module, "database_now"):
                patch.setattr(module, "database_now", clock)
        uptime = SimpleNamespace(monotonic=clock.monotonic)
        for module in (batch, mail_pause, heartbeat):
            patch.setattr(module, "time", uptime)
        patch.setattr(
            batch, "TokenBucket", partial(TokenBucket, clock=clock.monotonic, sleep=clock.sleep)
        )
        patch.setattr(batch, "ASKING", InTurn())
        patch.setattr(batch, "wait", in_turn)
        patch.setattr(batch, "connections", SimpleNamespace(close_all=lambda: None))
        patch.setattr(uuid, "os", SimpleNamespace(urandom=chance.randbytes))
        patch.setattr(Task, "apply_async", enqueue)
        state = random.getstate()
        random.seed(seed)
        yield
        random.setstate(state)
