"""Computes which reports must come, when, and their content."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.journeys.sixty_days.beliefs import Belief
from tests.journeys.sixty_days.oracle import DAY, Expected, morning
from tests.journeys.sixty_days.people import Reader
from tests.journeys.sixty_days.stories import Action

EVERYWHERE = "everywhere"
BAD = ("expired", "revoked", "refused", "missing scope", "no access", "blocked")
SPANS = {"daily": DAY, "weekly": 7 * DAY, "monthly": 31 * DAY}


@dataclass
class Subscription:
    """The frequency, and the time of the last report."""

    often: str
    next_at: datetime | None
    last_at: datetime | None = None


def next_report(often: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next 08:00 of the reader on a day of that frequency."""
    comes_on = {
        "daily": lambda day: True,
        "weekly": lambda day: day.isoweekday() == 1,
        "monthly": lambda day: day.day == 1,
        "never": lambda day: False,
    }[often]
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in range(40))
    return next((m for day in days if comes_on(day) and (m := morning(day, zone)) > now), None)


@dataclass
class ReportOracle:
    """Keeps the subscriptions; owners and admins get one by default, once a credential exists."""

    people: dict[str, Reader]
    labels: dict[str, str]
    beliefs: dict[str, Belief]
    mails: list[Expected] = field(default_factory=list)
    kept: dict[tuple[str, str], Subscription] = field(default_factory=dict)
    left: set[tuple[str, str]] = field(default_factory=set)

    def step(self, now: datetime, actions: Iterable[Action]) -> None:
        """Apply the choices of people and new default subscriptions, then compute due reports."""
        for action in actions:
            if action.verb in ("report", "stop_report"):
                self._choose(action)
            if action.verb == "leave":
                self.left.add((action.who, action.what))
        for who, place in self._by_default():
            usual = Subscription("weekly", next_report("weekly", now, self.people[who].zone))
            self.kept.setdefault((who, place), usual)
        for (who, place), kept in sorted(self.kept.items()):
            if kept.next_at is not None and kept.next_at <= now:
                self._send(who, place, kept, now)

    def _choose(self, action: Action) -> None:
        often = action.value or "never"
        known = self.kept.get((action.who, action.what))
        coming = next_report(often, action.at, self.people[action.who].zone)
        last_at = known.last_at if known else None
        self.kept[action.who, action.what] = Subscription(often, coming, last_at)

    def _by_default(self) -> Iterable[tuple[str, str]]:
        used = {it.story.place for it in self.beliefs.values() if not it.deleted}
        for who, reader in self.people.items():
            for place, role in reader.roles.items():
                if place in used and role in ("owner", "admin"):
                    yield who, place
            if reader.administrator:
                yield who, EVERYWHERE

    def _send(self, who: str, place: str, kept: Subscription, now: datetime) -> None:
        since = kept.last_at or now - SPANS[kept.often]
        kept.next_at = next_report(kept.often, now, self.people[who].zone)
        kept.last_at = now
        rows = [
            it
            for it in self.beliefs.values()
            if not it.deleted and place in (EVERYWHERE, it.story.place)
        ]
        if rows:
            label = "all workspaces" if place == EVERYWHERE else self.labels[place]
            known = [it for it in rows if (it.story.owner, it.story.place) in self.left]
            subject, lines = contents(rows, known, since, now)
            email = self.people[who].email
            told = Expected(now, email, f"Report of {label}: {subject}", lines, ("report",))
            self.mails.append(told)


def contents(
    rows: list[Belief], known: list[Belief], since: datetime, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The headline, and a line for each entry of the report. ``known``: of an owner who left;
    nobody replaces one of these."""
    bad = [it for it in rows if it.status in BAD]
    vain = [it for it in rows if it.is_shown_away]
    soon = [it for it in rows if _ends_soon(it, now)]
    unverified = [it for it in rows if it.status == "unverified"]
    paused = [it for it in rows if it.status == "paused"]
    told = [
        f"{len(bad)} bad" if bad else "",
        f"{len(vain)} could not be checked" if vain else "",
        f"{len(soon)} end{'' if len(soon) > 1 else 's'} soon" if soon else "",
        f"{len(known)} to replace" if known else "",
        f"{len(unverified)} unverified" if unverified else "",
    ]
    lines = [f"bad: {it.name}: {it.status}" for it in bad]
    lines += [f"could not be checked: {it.name}" for it in vain]
    lines += [f"ends soon: {it.name}: {_day(it)}" for it in soon]
    lines += [f"known to people who left: {it.name}: {str(it.story.owner).title()}" for it in known]
    lines += [f"unverified: {it.name}: unverified" for it in unverified]
    lines += [f"paused: {it.name}: paused" for it in paused]
    lines += [line for it in rows for line in _change(it, since)]
    return ", ".join(each for each in told if each) or "all well", tuple(lines)


def _ends_soon(it: Belief, now: datetime) -> bool:
    if it.status != "valid" or it.ends_at is None:
        return False
    return now < it.ends_at <= now + 30 * DAY


def _day(it: Belief) -> str:
    assert it.last_day
    return f"{it.last_day.day} {it.last_day:%b %Y}"


def _change(it: Belief, since: datetime) -> Iterable[str]:
    """The change from the first to the last status of the period."""
    recent = [each for each in it.changes if each[0] > since]
    if not recent:
        return
    old, new = recent[0][1], recent[-1][2]
    if old == new:
        yield f"changed: {it.name}: {new} again, after {len(recent)} changes"
    else:
        yield f"changed: {it.name}: {old} -> {new}"
