"""One scenario: credentials are due, checks run, something is killed, and killed again."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any, Self

from tests.config.installation import Installation
from tests.crash.action_process import ActionProcess
from tests.crash.figures import Figures, count
from tests.crash.product import running
from tests.crash.registries import Registries, registries

ENQUEUE_EVERY_S = 3.0
LOCKED = "database is locked"
Progress = dict[str, int]


@dataclass
class Scenario:
    """A running product with credentials of some registries, and the events so far."""

    installation: Installation
    good: int
    refused: int
    big: int = 1
    began: float = field(default_factory=time.monotonic)
    events: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    claims_of_the_dead: int = 0
    rounds: int = 0

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self.registries: Registries = opened.enter_context(
                registries(good=self.good, refused=self.refused, big=self.big)
            )
            self.product: Any = opened.enter_context(self._product())
            log = self.installation.folder / "actions.log"
            self.actions: ActionProcess = opened.enter_context(
                ActionProcess(self.product.environment(), log)
            )
            self.product.guests.add(self.actions.pid)
            logins = self._logins()
            stored = self.actions.do("fill", servers=self.registries.servers, logins=logins)
            assert stored == len(logins)
            self.mark("filled")
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    def _product(self) -> AbstractContextManager[Any]:
        return running(self.installation)

    def _logins(self) -> list[dict[str, str]]:
        return self.registries.logins()

    @property
    def seconds(self) -> int:
        return round(time.monotonic() - self.began)

    @property
    def total(self) -> int:
        return self.good + self.refused

    def make_due(self, start: str = "", **more: int) -> int:
        """Make credentials with this prefix due; no sweep is enqueued yet."""
        return int(self.actions.do("make_due", start=start, **more))

    def until(
        self, holds: Callable[[Progress], bool], *, limit_s: float = 100, enqueues: bool = True
    ) -> Progress:
        """Enqueue tasks like beat, but more often and twice at once, until ``holds`` is true."""
        end, next_enqueue = time.monotonic() + limit_s, 0.0
        while not holds(now := self.actions.do("progress")):
            assert time.monotonic() < end, (
                f"{now}, {self.actions.do('waits')} after {self.events}\n{self.product.words()}"
            )
            if enqueues and time.monotonic() >= next_enqueue:
                self.rounds += self.actions.do("enqueue")
                next_enqueue = time.monotonic() + ENQUEUE_EVERY_S
            time.sleep(0.1)
        return dict(now)

    def mark(self, what: str) -> None:
        """Add an event."""
        self.events.append(f"{self.seconds} s {what}")

    def kill(self, name: str, *, helped: bool = True) -> None:
        """Kill a process during checks; ``helped``: expire its claims at once."""
        before = self.actions.do("progress")
        assert before["due"] > 0, f"all was done before {name} was killed: {before}"
        if name == "supervisor":
            died_at, left = self.product.kill_supervisor()
            self.left += left
        else:
            died_at = self.product.kill(name)
        claims = self.actions.do("progress")["claimed"]
        self.mark(f"{name} killed, {before['recorded']} recorded, {claims} claimed")
        if name in {"worker", "supervisor"}:
            self.claims_of_the_dead += claims
            if helped:
                self.actions.do("end_claims_of_the_dead", died_at=died_at)
        if name == "supervisor":
            self.product.start()
            self.mark("started again")

    def kill_all(self, plan: list[tuple[str, float]]) -> None:
        """Kill these, each as soon as that fraction of the checks is recorded."""
        for name, part in plan:
            self.until(lambda now, part=part: now["recorded"] >= part * self.total)
            self.kill(name)

    def figures(self, *, times: dict[str, int] | None = None) -> Figures:
        """Count; ``times``: how often the credentials with a prefix were due."""
        due = {"good": 1, "refused": 1, **(times or {})}
        names = [login["name"] for login in self.registries.logins()]
        found: dict[str, Any] = self.actions.do("found")
        return count(
            found,
            times={name: due[name.partition("-")[0]] for name in names},
            outcomes={"valid": self.good * due["good"], "rejected": self.refused * due["refused"]},
            refused=[name for name in names if name.startswith("refused")],
            sign_ins=self.registries.sign_ins(),
            mails=self.installation.data / "mails",
            claims_of_the_dead=self.claims_of_the_dead,
            also={
                "requests": self.registries.requests(),
                "sweeps": f"{self.rounds} times two at once",
                "mails tried twice": sum(mail["attempts"] > 1 for mail in found["mails"]),
                "left by kill": self.left,
                "integrity": self.actions.do("integrity"),
                "found it locked": self.product.said(LOCKED),
                "seconds": self.seconds,
                "events": "".join(f"\n    {event}" for event in self.events),
            },
        )

    def told(self, figures: Figures, **also: object) -> str:
        """The figures as lines, with the events since they were counted."""
        since = [event for event in self.events if event not in str(figures)]
        more = [f"  {name:18} {value}" for name, value in also.items()]
        return "\n".join([str(figures), *(f"    {event}" for event in since), *more])
