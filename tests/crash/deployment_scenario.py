"""A scenario of a deployment: credentials due by name, visitors, and a count of the results."""

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from tests.crash.deployment import Deployment, deployment
from tests.crash.scenario import Scenario
from tests.crash.visitors import CHECKS_EVERY, Visitors


@dataclass
class Tally:
    """Counts of expected, done and superfluous checks and mails."""

    due: int
    once: int
    more: int
    lost: int
    wrong: int
    sign_ins: int
    extra: int
    mails_expected: int
    mails_once: int
    mails_more: int
    mails_missing: int

    def __str__(self) -> str:
        part = 100 * self.extra / max(1, self.sign_ins)
        return (
            f"  checks: {self.due} credentials, {self.once} recorded as often as due, "
            f"{self.more} more, {self.lost} lost, {self.wrong} with a wrong outcome; "
            f"{self.sign_ins} sign-ins, "
            f"{self.extra} extra ({part:.1f} %)\n"
            f"  mails: {self.mails_expected} expected, {self.mails_once} came once, "
            f"{self.mails_more} more, {self.mails_missing} missing"
        )

    def expect_once(self) -> None:
        """Assert that nothing is lost and nothing was done twice."""
        told = str(self)
        assert self.once == self.due, told
        assert (self.more, self.lost, self.wrong) == (0, 0, 0), told
        assert self.mails_once == self.mails_expected, told
        assert (self.mails_more, self.mails_missing) == (0, 0), told


@dataclass
class DeploymentScenario(Scenario):
    """The test starts the parts, and makes credentials due by name."""

    big: int = 4
    due: Counter[str] = field(default_factory=Counter)
    crowds: list[Visitors] = field(default_factory=list)
    handed_out: int = 0
    product: Deployment = field(init=False)

    def _product(self) -> AbstractContextManager[Deployment]:
        return deployment(self.installation)

    def _logins(self) -> list[dict[str, str]]:
        return self.registries.logins() + self.registries.asked()

    def fresh(self, count: int) -> list[str]:
        """Names of valid credentials that have not been due yet."""
        names = [f"good-{n}" for n in range(self.handed_out, self.handed_out + count)]
        self.handed_out += count
        assert self.handed_out <= self.good
        return names

    def refused_names(self) -> list[str]:
        return [f"refused-{number}" for number in range(self.refused)]

    def let_be_due(self, names: Iterable[str]) -> None:
        """Make these due; each was recorded as often as it was due before."""
        wanted = list(names)
        assert self.actions.do("make_names_due", names=wanted) == len(wanted)
        self.due.update(wanted)

    def catch_up(self, *, limit_s: float, enqueues: bool) -> float:
        """Wait until all due and all saved credentials are recorded; returns the seconds."""
        wanted = {**self.due, **dict.fromkeys(self.saved(), 1)}
        began, next_enqueue = time.monotonic(), 0.0
        while left := self.actions.do("behind", runs=wanted):
            waited = time.monotonic() - began
            assert waited < limit_s, f"{len(left)} of {len(wanted)}: {left[:5]}\n{self.words()}"
            if enqueues and waited >= next_enqueue:
                self.actions.do("enqueue", times=1)
                next_enqueue = waited + 2.0
            time.sleep(0.2)
        return time.monotonic() - began

    def wait_for_mails(self, *, limit_s: float, enqueues: bool) -> None:
        """Wait until a mail was sent about each refused credential."""
        self.until(
            lambda now: now["mailed"] >= len(self._refused_due()),
            enqueues=enqueues,
            limit_s=limit_s,
        )

    def _refused_due(self) -> set[str]:
        return {name for name in self.due if name.startswith("refused")}

    def visitors(self, per_second: float) -> Visitors:
        """Visitors who are signed in. Names that earlier ones saved are not used again."""
        urls = [each.url for each in self.registries.big]
        first = sum(len(crowd.visits) for crowd in self.crowds)
        first += -first % CHECKS_EVERY
        site = self.actions.do("people")
        self.crowds.append(Visitors(self.product.ports, per_second, site, urls, first))
        return self.crowds[-1]

    def saved(self) -> list[str]:
        """The names that were stored according to the pages."""
        return [name for crowd in self.crowds for name in crowd.saved()]

    def words(self) -> str:
        return self.product.words()

    def tally(self) -> Tally:
        """Count once nothing is claimed; a saved credential is due once."""
        self.until(lambda now: now["claimed"] == 0, enqueues=False)
        found: dict[str, Any] = self.actions.do("found")
        due = {**self.due, **dict.fromkeys(self.saved(), 1)}
        runs = {name: found["runs"].get(name, 0) - times for name, times in due.items()}
        to = Counter(str(mail["To"]) for mail in self.product.mailbox.mails)
        expected = {f"{name}@example.org" for name in self._refused_due()}
        sign_ins = self.registries.sign_ins()
        return Tally(
            due=len(due),
            once=sum(more == 0 for more in runs.values()),
            more=sum(more for more in runs.values() if more > 0),
            wrong=sum(n for told, outcome, n in found["outcomes"] if told not in ("", outcome)),
            lost=-sum(more for more in runs.values() if more < 0),
            sign_ins=sign_ins,
            extra=sign_ins - found["sign_ins"],
            mails_expected=len(expected),
            mails_once=sum(to[one] == 1 for one in expected),
            mails_more=sum(times - 1 for times in to.values() if times > 1)
            + sum(times for one, times in to.items() if one not in expected),
            mails_missing=len(expected - to.keys()),
        )
