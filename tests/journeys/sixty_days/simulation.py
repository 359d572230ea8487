"""Runs the product and the oracle through the same days, and returns both results."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import override_settings

from credentials_app.checks import check
from credentials_app.monitoring import heartbeat
from tests.journeys.sixty_days.actions import ActionRunner
from tests.journeys.sixty_days.days import Clock, Days, EnqueuedTask, passing, within
from tests.journeys.sixty_days.oracle import Expected, Oracle
from tests.journeys.sixty_days.people import Reader, everybody_there, settle
from tests.journeys.sixty_days.received_mail import ReceivedMail, read
from tests.journeys.sixty_days.registry import Registries
from tests.journeys.sixty_days.report_oracle import ReportOracle
from tests.journeys.sixty_days.stories import START, Action, Plan, smtp_troubles, stop
from tests.servers.process import free_port
from tests.servers.smtp import Mailbox

SMTP = "django.core.mail.backends.smtp.EmailBackend"
LATER = "451 4.3.0 Ask again later"


@dataclass(frozen=True)
class Pace:
    """The maximum length of a step; checks are at multiples of it."""

    at_least: timedelta = timedelta(minutes=15)
    checks_on: timedelta = timedelta(seconds=30)


FINE = Pace()
COARSE = Pace(timedelta(hours=2), timedelta(hours=2))


@dataclass(frozen=True)
class Result:
    """The received and the expected mails, the people, and counts of the run."""

    mails: list[ReceivedMail]
    expected: list[Expected]
    people: dict[str, Reader]
    plan: Plan
    steps: int
    looks: int
    task_runs: Counter[str]

    def figures(self) -> str:
        """One line for the end of a run."""
        return (
            f"{len(self.mails)} mails of {len(self.plan.stories)} credentials, "
            f"{self.looks} checks in {self.steps} steps, seed {self.plan.seed}"
        )


class Simulation:
    """One run of the days."""

    def __init__(self, mailbox: Mailbox, seed: int) -> None:
        self.mailbox, self.clock, self.plan = mailbox, Clock(START), Plan(seed)
        self.mails: list[ReceivedMail] = []
        mailbox.refuse, mailbox.refuse_times = "", 1_000_000
        self.arrived = len(mailbox.mails)
        self.undone: list[Action] = list(self.plan.actions)
        self.enqueued: deque[EnqueuedTask] = deque()
        self.nobody_listens, self.looks = free_port(), 0

    def set_up(self, patch: pytest.MonkeyPatch) -> None:
        """Set up workspaces, people, registries and the oracle."""
        people, stories = everybody_there(), self.plan.stories
        places = settle(people)
        labels = {name: place.label for name, place in places.items()}
        named = {story.name: story for story in stories}
        self.runner = ActionRunner(self.clock, named, places, people, self.mails)
        lives = {(s.name, s.secret(n)): each for s in stories for n, each in enumerate(s.lives)}
        self.registries = Registries(self.clock, lives, self.plan.troubles)
        patch.setattr(check, "check", self.registries.check)
        readers = everybody_there()
        self.oracle = Oracle(self.plan, readers, labels)
        self.reports = ReportOracle(readers, labels, self.oracle.beliefs)

    def before(self) -> None:
        """Set the state of the mail server for this step."""
        away, later = smtp_troubles()
        is_away = within(self.clock(), away)
        settings.EMAIL_PORT = self.nobody_listens if is_away else self.mailbox.port
        self.mailbox.refuse = LATER if within(self.clock(), later) else ""

    def after(self) -> None:
        """Read the mails of this step, and let the oracle take the same step."""
        new = self.mailbox.mails[self.arrived :]
        self.arrived += len(new)
        self.mails += [read(mail, self.clock()) for mail in new]
        done: list[Action] = []
        while self.undone and self.undone[0].at <= self.clock():
            done.append(self.undone.pop(0))
        self.looks += len(self.registries.log)
        self.oracle.step(self.clock(), done, self.registries.log)
        self.reports.step(self.clock(), done)
        self.registries.log.clear()

    def days(self, pace: Pace) -> Days:
        """The days, before they run."""
        since, until = stop()
        around = timedelta(minutes=15)
        return Days(
            self.clock,
            [(action.at, self.runner.call_for(action)) for action in self.plan.actions],
            self.before,
            self.after,
            self.enqueued,
            at_least=pace.at_least,
            checks_on=pace.checks_on,
            watched=(since - around, until + around),
            stopped=(since, until),
        )


def simulate(mailbox: Mailbox, seed: int, *, days: int, pace: Pace) -> Result:
    """Simulate so many days, starting with an empty database."""
    cache.clear()
    call_command("flush", interactive=False, verbosity=0)
    simulation = Simulation(mailbox, seed)
    with (
        _mail_goes_to(mailbox),
        passing(simulation.clock, simulation.enqueued, seed),
        pytest.MonkeyPatch.context() as patch,
    ):
        simulation.set_up(patch)
        days_of_run = simulation.days(pace)
        days_of_run.run_until(_after(days))
    stop_mails = told_of_the_stop(_after(days))
    expected = [*simulation.oracle.mails, *simulation.reports.mails, *stop_mails]
    expected.sort(key=lambda each: (each.at, each.to, each.subject))
    return Result(
        simulation.mails,
        expected,
        simulation.oracle.people,
        simulation.plan,
        days_of_run.steps,
        simulation.looks,
        days_of_run.task_runs,
    )


def told_of_the_stop(until: datetime) -> list[Expected]:
    """The mails to administrators about a stop of ten minutes, and about its end."""
    since, over = stop()
    told = {
        since + timedelta(minutes=9): "Lockkeeper has stopped checking",
        over: "Lockkeeper checks again",
    }
    return [
        Expected(at, reader.email, subject, (f"{subject}.",), ("checker",))
        for reader in everybody_there().values()
        for at, subject in told.items()
        if reader.administrator and at < until
    ]


def _after(days: int) -> datetime:
    return START + timedelta(days=days)


@contextmanager
def _mail_goes_to(mailbox: Mailbox) -> Iterator[None]:
    heartbeat.LastSeen.forget()
    with override_settings(
        EMAIL_BACKEND=SMTP, EMAIL_HOST=mailbox.host, EMAIL_PORT=mailbox.port, EMAIL_TIMEOUT=5
    ):
        yield
    heartbeat.LastSeen.forget()
