"""Lets the product and the oracle live through the same days, and hands over what came of it."""

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
from tests.journeys.sixty_days.days import Clock, Days, Ring, passing, within
from tests.journeys.sixty_days.deeds import Doers
from tests.journeys.sixty_days.letterbox import Letter, read
from tests.journeys.sixty_days.oracle import Expected, Oracle
from tests.journeys.sixty_days.people import Reader, everybody_there, settle
from tests.journeys.sixty_days.registry import Registries
from tests.journeys.sixty_days.report_oracle import ReportOracle
from tests.journeys.sixty_days.stories import START, Deed, Plan, smtp_troubles, stop
from tests.servers.process import free_port
from tests.servers.smtp import Mailbox

SMTP = "django.core.mail.backends.smtp.EmailBackend"
LATER = "451 4.3.0 Ask again later"


@dataclass(frozen=True)
class Pace:
    """How finely the days are cut: a step at least so often, checks on multiples of that."""

    at_least: timedelta = timedelta(minutes=15)
    checks_on: timedelta = timedelta(seconds=30)


FINE = Pace()
COARSE = Pace(timedelta(hours=2), timedelta(hours=2))


@dataclass(frozen=True)
class Lived:
    """What arrived, what had to be made, who they all are, and how many steps it took."""

    letters: list[Letter]
    expected: list[Expected]
    people: dict[str, Reader]
    plan: Plan
    steps: int
    looks: int
    rings: Counter[str]

    def figures(self) -> str:
        """One line for the end of a run."""
        return (
            f"{len(self.letters)} mails of {len(self.plan.stories)} credentials, "
            f"{self.looks} checks in {self.steps} steps, seed {self.plan.seed}"
        )


class Life:
    """One run of the days."""

    def __init__(self, mailbox: Mailbox, seed: int) -> None:
        self.mailbox, self.clock, self.plan = mailbox, Clock(START), Plan(seed)
        self.letters: list[Letter] = []
        mailbox.refuse, mailbox.refuse_times = "", 1_000_000
        self.arrived = len(mailbox.mails)
        self.undone: list[Deed] = list(self.plan.deeds)
        self.rung: deque[Ring] = deque()
        self.nobody_listens, self.looks = free_port(), 0

    def set_up(self, patch: pytest.MonkeyPatch) -> None:
        """The places, the people, the registries, the oracle."""
        people, stories = everybody_there(), self.plan.stories
        places = settle(people)
        labels = {name: place.label for name, place in places.items()}
        named = {story.name: story for story in stories}
        self.doers = Doers(self.clock, named, places, people, self.letters)
        lives = {(s.name, s.secret(n)): each for s in stories for n, each in enumerate(s.lives)}
        self.registries = Registries(self.clock, lives, self.plan.troubles)
        patch.setattr(check, "check", self.registries.check)
        readers = everybody_there()
        self.oracle = Oracle(self.plan, readers, labels)
        self.reports = ReportOracle(readers, labels, self.oracle.beliefs)

    def before(self) -> None:
        """The mail server is as it is in this step."""
        away, later = smtp_troubles()
        is_away = within(self.clock(), away)
        settings.EMAIL_PORT = self.nobody_listens if is_away else self.mailbox.port
        self.mailbox.refuse = LATER if within(self.clock(), later) else ""

    def after(self) -> None:
        """Read what arrived in this step; let the oracle take the same step."""
        new = self.mailbox.mails[self.arrived :]
        self.arrived += len(new)
        self.letters += [read(mail, self.clock()) for mail in new]
        done: list[Deed] = []
        while self.undone and self.undone[0].at <= self.clock():
            done.append(self.undone.pop(0))
        self.looks += len(self.registries.log)
        self.oracle.step(self.clock(), done, self.registries.log)
        self.reports.step(self.clock(), done)
        self.registries.log.clear()

    def days(self, pace: Pace) -> Days:
        """The days, not lived yet."""
        since, until = stop()
        around = timedelta(minutes=15)
        return Days(
            self.clock,
            [(deed.at, self.doers.does(deed)) for deed in self.plan.deeds],
            self.before,
            self.after,
            self.rung,
            at_least=pace.at_least,
            checks_on=pace.checks_on,
            watched=(since - around, until + around),
            stopped=(since, until),
        )


def live(mailbox: Mailbox, seed: int, *, days: int, pace: Pace) -> Lived:
    """Let so many days pass, from an empty database on."""
    cache.clear()
    call_command("flush", interactive=False, verbosity=0)
    life = Life(mailbox, seed)
    with (
        _mail_goes_to(mailbox),
        passing(life.clock, life.rung, seed),
        pytest.MonkeyPatch.context() as patch,
    ):
        life.set_up(patch)
        lived = life.days(pace)
        lived.live_until(_after(days))
    expected = [*life.oracle.letters, *life.reports.letters, *told_of_the_stop(_after(days))]
    expected.sort(key=lambda each: (each.at, each.to, each.subject))
    return Lived(
        life.letters,
        expected,
        life.oracle.people,
        life.plan,
        lived.steps,
        life.looks,
        lived.rings,
    )


def told_of_the_stop(until: datetime) -> list[Expected]:
    """Administrators hear of a silence of ten minutes, and when it is over."""
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
