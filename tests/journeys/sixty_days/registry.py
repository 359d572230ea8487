"""Registries that answer according to the story of each credential, and log every check."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from registry.addresses.origins import Origin
from registry.evidence import Evidence, ExpirySource, Follow, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.providers import GENERIC
from registry.providers.provider import Provider
from registry.verdicts.verdict import Verdict
from tests.credentials_app.scenes import evidence, step, verdict
from tests.journeys.sixty_days.days import Clock

NO_END = (None, ExpirySource.UNKNOWN)
REFUSING = frozenset({Outcome.REJECTED, Outcome.EXPIRED, Outcome.REVOKED, Outcome.BLOCKED})
AWAY = frozenset({Outcome.UNREACHABLE})
TOLD = frozenset({ExpirySource.PROVIDER, ExpirySource.SECRET, ExpirySource.BY_DESIGN})


@dataclass(frozen=True)
class Answer:
    """The answer to a login, and the end that it has, with its source."""

    outcome: Outcome = Outcome.VALID
    ends_at: datetime | None = None
    source: ExpirySource = ExpirySource.UNKNOWN
    retry_after_s: int | None = None


@dataclass(frozen=True)
class Look:
    """One line of the log."""

    at: datetime
    username: str
    answer: Answer


@dataclass
class Life:
    """The answers for one secret, each from its time on; ``once`` is for one check only."""

    answers: list[tuple[datetime, Answer]]
    once: list[tuple[datetime, Answer]] = field(default_factory=list)

    def answer(self, now: datetime) -> Answer:
        if self.once and self.once[0][0] <= now:
            return self.once.pop(0)[1]
        found = self.answers[bisect_right([at for at, _ in self.answers], now) - 1][1]
        if found.outcome is Outcome.VALID and found.ends_at and found.ends_at <= now:
            return Answer(Outcome.EXPIRED, found.ends_at, found.source)
        return found


@dataclass(frozen=True)
class Trouble:
    """A time in which a server gives this answer to everybody."""

    server: str
    since: datetime
    until: datetime
    answer: Answer


@dataclass
class Registries:
    """Replaces ``registry.check.check`` for all servers. ``lives`` are by user name and secret."""

    clock: Clock
    lives: Mapping[tuple[str, str], Life]
    troubles: list[Trouble]
    log: list[Look] = field(default_factory=list)

    def check(
        self,
        login: Login,
        _need: Need,
        _network: Any,
        *,
        now: datetime,
        may_sign_in: Callable[[Origin, Provider], None],
        follow: Follow,
    ) -> tuple[Evidence, Verdict]:
        """The signature of the real function."""
        assert now == self.clock()
        answer = self._answer(login)
        if answer.outcome not in AWAY:
            may_sign_in(login.server, GENERIC)
        self.log.append(Look(now, login.username, answer))
        return _seen(answer), verdict(
            answer.outcome,
            expires_at=answer.ends_at,
            expires_source=answer.source,
            retry_after_s=answer.retry_after_s,
        )

    def _answer(self, login: Login) -> Answer:
        for trouble in self.troubles:
            if (
                trouble.server == str(login.server)
                and trouble.since <= self.clock() < trouble.until
            ):
                return trouble.answer
        return self.lives[login.username, login.secret.reveal()].answer(self.clock())


def _seen(answer: Answer) -> Evidence:
    """Evidence for the answer, without a separate sign-in host."""
    if answer.outcome in AWAY:
        return evidence(step(StepName.PING, None), realm=None)
    status = 401 if answer.outcome in REFUSING else 200
    return evidence(step(StepName.PING, 401), step(StepName.SIGN_IN, status), realm=None)
