"""Computes who must get which mail when, from checks, actions and people, without the product."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from registry.outcome import Outcome
from tests.journeys.sixty_days.beliefs import MOMENT, OVER, Belief, look, obey
from tests.journeys.sixty_days.people import Reader
from tests.journeys.sixty_days.registry import Look
from tests.journeys.sixty_days.stories import START, Action, Plan

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EVERY = timedelta(minutes=15)
"""The interval of the search for logins that end soon."""
OUTAGE = timedelta(hours=3)
HELD_BACK, OTHERS = timedelta(minutes=5), 2
USUAL_DAYS = (30, 14, 7, 3, 1, 0)
ORDER = ("bad", "ends", "away", "good", "back")
SUMMARY = {
    "bad": "turned bad",
    "good": "good again",
    "ends": "ends soon",
    "away": "could not check",
    "back": "can be checked again",
}


def _counted(kind: str, count: int) -> str:
    return f"{count} end soon" if kind == "ends" and count > 1 else f"{count} {SUMMARY[kind]}"


@dataclass
class News:
    """One news item of a person. ``word`` is the status that it is about."""

    kind: str
    about: str
    place: str
    due: datetime
    word: str = ""
    end: datetime | None = None
    times: int = 1


@dataclass
class Outage:
    """A server with only inconclusive checks, and the people who were notified."""

    since: datetime
    told: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """One mail that must come: time, recipient and content."""

    at: datetime
    to: str
    subject: str
    news: tuple[str, ...]
    kinds: tuple[str, ...]


def morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(8), zone)


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    return morning(today, zone) if now < morning(today, zone) else morning(today + DAY, zone)


@dataclass
class Oracle:
    """Takes the same steps as the product, and computes the mails."""

    plan: Plan
    people: dict[str, Reader]
    labels: dict[str, str]
    mails: list[Expected] = field(default_factory=list)
    beliefs: dict[str, Belief] = field(default_factory=dict)
    rules: dict[str, list[int] | None] = field(default_factory=dict)
    waiting: dict[str, list[News]] = field(default_factory=lambda: defaultdict(list))
    sent: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    outages: dict[str, Outage] = field(default_factory=dict)
    held: dict[str, Look] = field(default_factory=dict)
    last_step: datetime = START - DAY
    reminded: set[tuple[str, str, date | None, int]] = field(default_factory=set)

    def step(self, now: datetime, actions: Iterable[Action], looks: Iterable[Look]) -> None:
        """Apply the actions and checks of a step in their order; then compute what is due."""
        for action in actions:
            self._obey(action)
        for name in [name for name, seen in self.held.items() if seen.at + HELD_BACK <= now]:
            self._look(replace(self.held.pop(name), at=now), now)
        for seen in looks:
            if self._is_held_back(seen):
                self.held[seen.username] = seen
            else:
                self._look(seen, now)
        self._mail_all(now)
        if (now - START) // EVERY > (self.last_step - START) // EVERY:
            self._remind(now)
            self._mail_all(now)
            self._note_outages(now)
            self._mail_all(now)
        self.last_step = now

    def _mail_all(self, now: datetime) -> None:
        for who in sorted(self.waiting):
            self._mail(who, now)

    def _obey(self, action: Action) -> None:
        if action.verb == "add":
            story = next(each for each in self.plan.stories if each.name == action.what)
            self.beliefs[action.what] = Belief(story, since=action.at)
        self.held.pop(action.what, None)
        if action.what in self.beliefs:
            obey(self.beliefs[action.what], action)
        elif action.verb == "rule":
            self.rules[action.what] = action.value[1]
        elif action.verb == "leave":
            del self.people[action.who].roles[action.what]
        elif action.verb in ("prefer", "unsubscribe"):
            self._choose(action)
        for who, news in self.waiting.items():
            self.waiting[who] = [each for each in news if not self._is_deleted(each.about)]

    def _choose(self, action: Action) -> None:
        """Apply a new delivery setting; news that waits for a morning is rescheduled."""
        reader = self.people[action.who]
        before = reader.wants.get(action.what, ("at_once", ""))
        wants = ("nothing", before[1]) if action.verb == "unsubscribe" else action.value
        reader.wants[action.what] = wants
        soonest = next_morning(action.at, reader.zone) if wants[0] == "daily" else action.at
        for each in self.waiting[action.who]:
            if each.place == action.what:
                each.due = min(each.due, soonest)

    def _is_deleted(self, about: str) -> bool:
        return about in self.beliefs and self.beliefs[about].deleted

    def _is_held_back(self, seen: Look) -> bool:
        """A second refusal is believed after two other logins there were checked, if there are."""
        it = self.beliefs[seen.username]
        if seen.answer.outcome is not Outcome.REJECTED or it.asked or not it.worked:
            return False
        others = [
            each
            for each in self.beliefs.values()
            if each is not it and not each.deleted and each.story.server == it.story.server
            if each.story.place == it.story.place and each.worked and not each.refusals
            if each.status not in OVER
        ]
        return it.refusals == 1 and it.status not in OVER and len(others) >= OTHERS

    def _look(self, seen: Look, now: datetime) -> None:
        it = self.beliefs[seen.username]
        word = look(it, seen)
        if not word:
            return
        recent = [at for at in it.news_at if at > now - DAY]
        kind = "good" if word == "works again" else "bad"
        for who in self._hearing(it):
            reader, pace = self.people[who], self._pace(who, it.story.place)
            if pace in ("nothing", "expiry"):
                continue
            later = pace == "daily" or len(recent) >= 4
            due = next_morning(now, reader.zone) if later else now
            self.waiting[who].append(News(kind, it.name, it.story.place, due, word))
            if due <= now:
                self._mail(who, now)

    def _pace(self, who: str, place: str) -> str:
        return self.people[who].wants.get(place, ("at_once", ""))[0]

    def _hearing(self, it: Belief) -> list[str]:
        """The recipients: owners and admins, people who chose all, and the credential's owner."""
        place = it.story.place
        here = {name: who.roles[place] for name, who in self.people.items() if place in who.roles}
        own = {it.story.owner} & here.keys() or {n for n, role in here.items() if role == "owner"}
        found = []
        for name, role in here.items():
            reach = self.people[name].wants.get(place, ("", ""))[1]
            hears_all = reach == "all" or (reach == "" and role in ("owner", "admin"))
            if hears_all or name in own:
                found.append(name)
        return sorted(found)

    def _remind(self, now: datetime) -> None:
        for it in self.beliefs.values():
            if it.deleted or it.status in OVER or it.ends_at is None or it.ends_at <= now:
                continue
            if it.ends_at - now > 70 * DAY or it.is_quiet(now):
                continue
            for who in self._hearing(it):
                if self._pace(who, it.story.place) != "nothing":
                    self._remind_one(it, who, it.ends_at, now)

    def _remind_one(self, it: Belief, who: str, end: datetime, now: datetime) -> None:
        """Count the days in mornings of the reader on which the login still works."""
        zone = self.people[who].zone
        today, last = now.astimezone(zone).date(), (end - MOMENT).astimezone(zone)
        last_morning = last.date() if last.time() >= time(8) else last.date() - DAY
        left = (last_morning - today).days
        days = min((each for each in self._days(it) if each >= left), default=None)
        if left < 0 or days is None or (who, it.name, it.last_day, days) in self.reminded:
            return
        self.reminded.add((who, it.name, it.last_day, days))
        due = max(morning(today, zone), now)
        if due > morning(today, zone) and self._pace(who, it.story.place) == "daily":
            tomorrow = morning(today + DAY, zone)
            due = tomorrow if tomorrow < end else now
        self.waiting[who].append(News("ends", it.name, it.story.place, due, end=end))

    def _days(self, it: Belief) -> Iterable[int]:
        for says in (it.story.remind_before, self.rules.get(it.story.place)):
            if says is not None:
                return says
        return USUAL_DAYS

    def _note_outages(self, now: datetime) -> None:
        """One outage for each server and person, after three hours without a conclusive check."""
        by_server: dict[str, list[Belief]] = defaultdict(list)
        for it in self.beliefs.values():
            if not it.deleted and it.status != "paused":
                by_server[it.story.server].append(it)
        for server, here in by_server.items():
            away = [it for it in here if it.away_since]
            failed_at = max((it.last_look for it in away if it.last_look), default=None)
            seen_at = max((it.last_seen for it in here if it.last_seen), default=None)
            is_away = failed_at is not None and (seen_at is None or seen_at < failed_at)
            if not is_away and server in self.outages:
                self._tell_back(server, now)
            elif is_away:
                self._tell_away(server, away, here, now)

    def _tell_away(
        self, server: str, away: list[Belief], here: list[Belief], now: datetime
    ) -> None:
        since = min(it.away_since for it in away if it.away_since)
        looks = sum(it.looks_in_vain for it in away)
        if looks < 3 or now - since < OUTAGE:
            return
        outage = self.outages.setdefault(server, Outage(since))
        for it in here:
            for who in [] if it.is_quiet(now) else self._hearing(it):
                pace = self._pace(who, it.story.place)
                if who not in outage.told and pace not in ("nothing", "expiry"):
                    outage.told[who] = it.story.place
                    self._push("away", server, who, it.story.place, now)

    def _tell_back(self, server: str, now: datetime) -> None:
        for who, place in self.outages.pop(server).told.items():
            if place in self.people[who].roles and self._pace(who, place) not in (
                "nothing",
                "expiry",
            ):
                self._push("back", server, who, place, now)

    def _push(self, kind: str, server: str, who: str, place: str, now: datetime) -> None:
        daily = self._pace(who, place) == "daily"
        due = next_morning(now, self.people[who].zone) if daily else now
        self.waiting[who].append(News(kind, server, place, due))

    def _mail(self, who: str, now: datetime) -> None:
        due = [each for each in self.waiting[who] if each.due <= now]
        for each in due:
            at = self._wanted(each, who, now)
            if at is None:
                self.waiting[who].remove(each)
            else:
                each.due = max(each.due, at)
        due = [each for each in due if each in self.waiting[who] and each.due <= now]
        recent = [at for at in self.sent[who] if at > now - HOUR]
        may = len(recent) < 5 or (len(recent) < 20 and now - max(recent) >= timedelta(minutes=5))
        if due and may:
            self.waiting[who] = [each for each in self.waiting[who] if each not in due]
            self.sent[who].append(now)
            self.mails.append(self._expected_mail(who, due, now))

    def _wanted(self, news: News, who: str, now: datetime) -> datetime | None:
        """When the news must be mailed: now, when the snooze ends, or never."""
        it, pace = self.beliefs.get(news.about), self._pace(who, news.place)
        reminder = news.kind == "ends"
        if news.place not in self.people[who].roles or pace == "nothing":
            return None
        if pace == "expiry" and not reminder:
            return None
        if it is None:
            return now
        if who not in self._hearing(it) or (it.status == "paused" and news.word != "paused"):
            return None
        if reminder and not self._still_ends(it, news, now):
            return None
        if news.kind != "good" and it.is_settled:
            return None
        return it.quiet_until if it.quiet_until and it.quiet_until > now else now

    def _still_ends(self, it: Belief, news: News, now: datetime) -> bool:
        if it.ends_at is None or it.ends_at <= now or it.status in OVER or news.end is None:
            return False
        return (news.end - MOMENT).date() == it.last_day

    def _expected_mail(self, who: str, due: list[News], now: datetime) -> Expected:
        """The mail with the latest news about each credential."""
        latest: dict[tuple[str, bool], News] = {}
        for each in due:
            about = (each.about, each.kind == "ends")
            each.times = latest[about].times + 1 if about in latest else 1
            latest[about] = each
        told = sorted(latest.values(), key=lambda each: ORDER.index(each.kind))
        headings = tuple(self._heading(each, self.people[who].zone, now) for each in told)
        places = {self.labels[each.place] for each in told}
        where = places.pop() if len(places) == 1 else "several workspaces"
        counts = Counter(each.kind for each in told)
        summary = ", ".join(_counted(kind, counts[kind]) for kind in ORDER if counts[kind])
        subject = f"{headings[0] if len(told) == 1 else summary} ({where})"
        kinds = tuple(each.kind for each in told)
        return Expected(now, self.people[who].email, subject, headings, kinds)

    def _heading(self, news: News, zone: ZoneInfo, now: datetime) -> str:
        if news.kind == "good":
            return f"{news.about} works again"
        if news.kind == "bad":
            return f"{news.about}: {news.word}"
        if news.kind in ("away", "back"):
            word = "could not be checked" if news.kind == "away" else "can be checked again"
            return f"{news.about.removeprefix('https://')} {word}"
        end = self.beliefs[news.about].ends_at
        assert news.kind == "ends"
        assert end
        last = end - MOMENT
        if last.astimezone(zone).date() == now.astimezone(zone).date():
            return f"{news.about} ends today"
        days = (last - now) // DAY
        if days < 1:
            return f"{news.about} ends in less than a day"
        return f"{news.about} ends in {days} day{'s' if days > 1 else ''}"
