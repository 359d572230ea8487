"""The expected state of each credential, computed from the checks and the actions alone.

It uses no code of the product, so that the journey can compare the two.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from registry.outcome import Outcome
from tests.journeys.sixty_days.registry import TOLD, Look
from tests.journeys.sixty_days.stories import Action, Story

BAD = {
    Outcome.EXPIRED: "expired",
    Outcome.REVOKED: "revoked",
    Outcome.REJECTED: "refused",
    Outcome.MISSING_SCOPE: "missing scope",
    Outcome.NO_ACCESS: "no access",
    Outcome.BLOCKED: "blocked",
}
IN_VAIN = frozenset({Outcome.UNREACHABLE, Outcome.THROTTLED, Outcome.BANNED})
OVER = frozenset({"expired", "revoked", "refused", "paused"})
FINAL = frozenset({"expired", "revoked"})
MOMENT = timedelta(microseconds=1)


@dataclass
class Belief:
    """The state of one credential, as the oracle believes it."""

    story: Story
    status: str = "unverified"
    since: datetime | None = None
    worked: bool = False
    was_told_bad: bool = False
    asked: bool = False
    refusals: int = 0
    refused_since: datetime | None = None
    told_end: tuple[datetime | None] | None = None
    quiet_until: datetime | None = None
    settled: tuple[datetime, datetime | None] | None = None
    away_since: datetime | None = None
    looks_in_vain: int = 0
    last_look: datetime | None = None
    last_seen: datetime | None = None
    is_shown_away: bool = False
    changes: list[tuple[datetime, str, str]] = field(default_factory=list)
    news_at: list[datetime] = field(default_factory=list)
    deleted: bool = False

    @property
    def name(self) -> str:
        return self.story.name

    @property
    def ends_at(self) -> datetime | None:
        """The end that the registry reported, else the midnight of the day that a person typed."""
        if self.told_end is not None:
            return self.told_end[0]
        return datetime.combine(self.story.typed, time(), UTC) if self.story.typed else None

    @property
    def last_day(self) -> date | None:
        return (self.ends_at - MOMENT).date() if self.ends_at else None

    @property
    def is_settled(self) -> bool:
        """True if a person acknowledged the current status and end."""
        if self.settled is None or (self.since and self.settled[0] < self.since):
            return False
        return self.settled[1] == self.ends_at

    def is_quiet(self, now: datetime) -> bool:
        snoozed = self.quiet_until is not None and self.quiet_until > now
        return snoozed or self.status == "paused" or self.is_settled

    def becomes(self, status: str, now: datetime) -> None:
        if status != self.status:
            self.changes.append((now, self.status, status))
            self.status, self.since = status, now

    def is_seen_again(self) -> None:
        self.away_since, self.looks_in_vain, self.is_shown_away = None, 0, False


def look(it: Belief, seen: Look) -> str:
    """Believe what was seen; gives the news: a bad word, "works again", or nothing."""
    before, asked, it.asked = it.status, it.asked, False
    outcome, it.last_look = seen.answer.outcome, seen.at
    if outcome in IN_VAIN:
        it.away_since, it.looks_in_vain = it.away_since or seen.at, it.looks_in_vain + 1
        it.is_shown_away = it.is_shown_away or asked or it.looks_in_vain >= 3
        return ""
    it.is_seen_again()
    it.last_seen = seen.at
    if seen.answer.source in TOLD:
        it.told_end = (seen.answer.ends_at,)
    if outcome is Outcome.REJECTED:
        _refuse(it, seen.at, asked)
    else:
        it.refusals, it.refused_since = 0, None
        it.worked = it.worked or outcome is Outcome.VALID
        it.becomes("valid" if outcome is Outcome.VALID else BAD[outcome], seen.at)
    return _news(it, before, seen.at)


def _refuse(it: Belief, now: datetime, asked: bool) -> None:
    it.refusals += 1
    it.refused_since = it.refused_since or now
    if it.status in FINAL:
        return
    if now - it.refused_since >= timedelta(days=14) and not asked:
        it.becomes("paused", now)
    elif asked or not it.worked or it.refusals > 1:
        it.becomes("refused", now)


def _news(it: Belief, before: str, now: datetime) -> str:
    told = it.was_told_bad
    if it.status == "valid":
        it.was_told_bad = False
        news = "works again" if told else ""
    else:
        changed = it.status != before
        it.was_told_bad = told or changed
        news = it.status if changed else ""
    if news:
        it.news_at.append(now)
    return news


def obey(it: Belief, action: Action) -> None:
    """Apply an action."""
    if action.verb in ("add", "replace", "resume"):
        it.asked = True
    if action.verb == "replace":
        it.becomes("unverified", action.at)
        it.worked, it.refusals, it.refused_since, it.told_end = False, 0, None, None
        it.is_seen_again()
    elif action.verb in ("pause", "resume"):
        it.becomes("paused" if action.verb == "pause" else "unverified", action.at)
    elif action.verb == "snooze":
        it.quiet_until = action.at + timedelta(days=action.value)
    elif action.verb == "acknowledge":
        it.settled = (action.at, it.ends_at)
    elif action.verb == "delete":
        it.deleted = True
