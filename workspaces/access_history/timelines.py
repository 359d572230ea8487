"""When each fact had which value: from the events, compared with the rows of now. Pure."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from workspaces.access_history.facts import NO, Fact, FactChange, FactKind

EVER = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


class Held(NamedTuple):
    """What a row says now, and since when it is there; None: the row does not say."""

    value: str
    since: datetime | None = None


@dataclass(frozen=True)
class Timeline:
    """The values of one fact: ``values[n]`` holds from ``times[n]`` on. The first is ``EVER``."""

    times: tuple[datetime, ...]
    values: tuple[str, ...]

    def at(self, moment: datetime) -> str:
        """The value at this moment."""
        return self.values[bisect_right(self.times, moment) - 1]

    def changes_within(self, begin: datetime, end: datetime) -> tuple[datetime, ...]:
        """When the value changed after ``begin`` and before ``end``."""
        return self.times[bisect_right(self.times, begin) : bisect_left(self.times, end)]


ALWAYS_NO = Timeline((EVER,), (NO,))


@dataclass(frozen=True)
class Replay:
    """All facts over time. ``exact_from``: before it, the log cannot tell all; None: it can."""

    timelines: Mapping[Fact, Timeline]
    exact_from: datetime | None


def replay(
    changes: Iterable[FactChange],
    held: Mapping[Fact, Held],
    *,
    begins: datetime | None = None,
    vague: datetime | None = None,
    unread: frozenset[str] = frozenset(),
) -> Replay:
    """The facts over time.

    ``changes``: in the order of the log; ``held``: the rows of now, those that are set.
    ``begins``: older events were removed. ``vague``: the last event that does not say what it
    changed. ``unread``: keys of people, teams and places whose rows are gone or were not read.
    """
    by_fact: dict[Fact, list[FactChange]] = defaultdict(list)
    for change in changes:
        by_fact[change.fact].append(change)
    timelines: dict[Fact, Timeline] = {}
    doubts = [moment for moment in (begins, vague) if moment]
    gone = unread | {fact.of for fact in by_fact if fact.kind is FactKind.TEAM_GONE}
    for fact in by_fact.keys() | held.keys():
        now = held.get(fact, Held(NO))
        is_read = fact.kind is not FactKind.TEAM_GONE and gone.isdisjoint((fact.of, fact.who))
        line = _Line(by_fact[fact], now if is_read else None, begins, vague)
        timelines[fact] = line.timeline
        doubts += line.doubts
    return Replay(timelines, max(doubts, default=None))


class _Line:
    """Builds the timeline of one fact; ``doubts``: before these moments it may be wrong."""

    def __init__(
        self,
        changes: list[FactChange],
        now: Held | None,
        begins: datetime | None,
        vague: datetime | None,
    ) -> None:
        self.times, self.values = [EVER], [NO]
        self.doubts: list[datetime] = []
        self.vague = vague
        if changes:
            self.values = [changes[0].old or NO]
            for change in changes:
                self._expect(change.old, change.at)
                self._add(change.at, change.value)
            if now is not None:
                self._expect(now.value, NEVER)
        elif now is not None:
            self._without_events(now, begins)

    @property
    def timeline(self) -> Timeline:
        return Timeline(tuple(self.times), tuple(self.values))

    def _add(self, at: datetime, value: str) -> None:
        """The clock of the log may stand still, and never goes back here."""
        if value == self.values[-1]:
            return
        self.times.append(max(at, self.times[-1]))
        self.values.append(value)

    def _expect(self, value: str | None, at: datetime) -> None:
        """Before ``at`` it is known to be this; if it is not, no event says since when."""
        if value is None or value == self.values[-1]:
            return
        if self.vague is not None and self.times[-1] <= self.vague < at:
            self._add(self.vague, value)
        else:
            self.doubts.append(at)

    def _without_events(self, now: Held, begins: datetime | None) -> None:
        """The row is there and no event made it: it is older than the log, or nobody wrote it
        down."""
        since = now.since or EVER
        self._add(since, now.value)
        known_until = max(moment for moment in (begins, self.vague, EVER) if moment)
        if since > known_until:
            self.doubts.append(since)
        elif now.since is None and known_until == EVER:
            self.doubts.append(NEVER)
