"""The plan: forty credentials with their stories, failures of servers, actions of people.

A seed moves each time that is not a date of a story by some hours.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from registry.evidence import ExpirySource
from registry.outcome import Outcome
from tests.journeys.sixty_days.days import Span
from tests.journeys.sixty_days.people import DATA, OPS, WEB
from tests.journeys.sixty_days.registry import Answer, Life, Trouble

START = datetime(2026, 9, 7, tzinfo=UTC)
"""A Monday; clocks change in Auckland on day 19, in Berlin on day 48, in Los Angeles on day 55."""
LENGTH = 60
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VALID = Answer()
MAIN, GITLAB, HARBOR, WEST = (
    f"https://{host}"
    for host in (
        "registry.example.org",
        "gitlab.example.net:5050",
        "harbor.example.com",
        "west.example.org",
    )
)
SHORT_AWAY, LONG_AWAY, THROTTLING, BANNING, NOWHERE = (
    f"https://{host}.example.org" for host in ("short", "long", "throttling", "banning", "nowhere")
)


def midnight(day: int) -> datetime:
    """The UTC midnight on which this day of the plan begins."""
    return START + DAY * day


@dataclass
class Story:
    """One credential. ``lives`` has an entry for each of its secrets, in order."""

    name: str
    place: str
    server: str
    lives: list[Life]
    owner: str = ""
    typed: date | None = None
    check_every: timedelta | None = None
    remind_before: list[int] | None = None
    added_at: datetime = START

    def ends_told_in(self, zone: ZoneInfo) -> set[str]:
        """Each end that it ever has, in a time zone."""
        ends = [answer.ends_at for life in self.lives for _, answer in life.answers]
        here = [end.astimezone(zone) for end in ends if end]
        return {f"{at.day} {at:%b %Y, %H:%M %Z}" for at in here} | self._typed_in(zone)

    def _typed_in(self, zone: ZoneInfo) -> set[str]:
        if self.typed is None:
            return set()
        at = datetime.combine(self.typed, time(), UTC).astimezone(zone)
        return {f"{at.day} {at:%b %Y, %H:%M %Z}"}

    def secret(self, number: int) -> str:
        """A made-up secret; tests search for it in mails."""
        return f"canary-{self.name}-{number}"


@dataclass(frozen=True)
class Action:
    """An action of a person on a credential or a workspace."""

    at: datetime
    verb: str
    who: str
    what: str
    value: Any = None


@dataclass
class Plan:
    """Everything that happens, computed from one seed."""

    seed: int
    stories: list[Story] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"plan {self.seed}")
        tell_web(self)
        tell_ops(self)
        tell_data(self)
        tell_personal(self)
        tell_servers(self)
        tell_people(self)
        tell_storm(self)
        self.actions += [Action(each.added_at, "add", "", each.name) for each in self.stories]
        self.actions.sort(key=lambda action: action.at)

    def about(self, day: float, spread_h: float = 6) -> datetime:
        """A random minute in the hours after this day of the plan."""
        quarters = self.chance.randrange(round(spread_h * 4))
        return START + DAY * day + timedelta(minutes=15 * quarters)

    def add(self, name: str, place: str, server: str, *lives: Life, **more: Any) -> None:
        """Add a credential."""
        self.stories.append(Story(name, place, server, list(lives), **more))

    def act(self, at: datetime, verb: str, who: str, what: str, value: Any = None) -> None:
        """Add an action."""
        self.actions.append(Action(at, verb, who, what, value))

    def often(self, who: str, name: str, at: datetime, days: int, every: timedelta) -> None:
        """Check a credential more often for some days."""
        self.act(at, "every", who, name, every)
        self.act(at + DAY * days, "every", who, name, None)


def good(*answers: tuple[datetime, Answer], once: Answer | None = None, at: Any = None) -> Life:
    """Valid from the start, then the given answers."""
    return Life([(START, VALID), *answers], [(at, once)] if once else [])


def ending(at: datetime | None, source: ExpirySource = ExpirySource.PROVIDER) -> Answer:
    """Valid until then; ``source`` reports the end."""
    return Answer(Outcome.VALID, at, source)


def told(at: datetime | None, source: ExpirySource = ExpirySource.PROVIDER) -> Life:
    """An end that is known from the first check on."""
    return Life([(START, ending(at, source))])


def typed(day: int) -> dict[str, Any]:
    """The end that a person types, where the registry reports none."""
    return {"typed": midnight(day).date()}


def for_a_while(plan: Plan, day: float, days: float, outcome: Outcome) -> Life:
    """Valid, then another outcome for some days."""
    since = plan.about(day)
    return good((since, Answer(outcome)), (since + DAY * days, VALID))


def tell_web(plan: Plan) -> None:
    """Checked once a day; default reminders."""
    plan.act(START, "rule", "olga", WEB, (DAY, None))
    secret = ExpirySource.SECRET
    plan.add("healthy", WEB, MAIN, good())
    plan.add("told-by-provider", WEB, GITLAB, told(midnight(40)), owner="mara")
    noon = datetime.combine(midnight(35).date(), time(13, 37), UTC)
    plan.add("told-by-token", WEB, GITLAB, told(noon, secret), good(), owner="ulf")
    plan.act(plan.about(37), "replace", "olga", "told-by-token", 1)
    plan.add(
        "typed-in", WEB, MAIN, told(midnight(33), ExpirySource.TYPED), owner="ulf", **typed(33)
    )
    plan.add("replaced-in-time", WEB, GITLAB, told(midnight(45)), told(midnight(135)))
    plan.act(plan.about(35), "replace", "olga", "replaced-in-time", 1)
    rotated = Life([(START, ending(midnight(30))), (plan.about(8), ending(midnight(50)))])
    plan.add("end-moves-by-rotation", WEB, GITLAB, rotated, owner="hugo")
    plan.add("revoked", WEB, GITLAB, good((plan.about(9), Answer(Outcome.REVOKED))), owner="hugo")
    plan.act(plan.about(15), "delete", "olga", "revoked")
    plan.add(
        "refused-for-days", WEB, MAIN, for_a_while(plan, 11, 2, Outcome.REJECTED), owner="mara"
    )
    slip = Answer(Outcome.REJECTED)
    plan.add("refused-once", WEB, MAIN, good(once=slip, at=plan.about(12)))
    plan.add("refused-for-good", WEB, MAIN, good((plan.about(5), slip)), owner="hugo")
    flaps = [
        (midnight(22) + 4 * HOUR * n, Answer(Outcome.MISSING_SCOPE) if n % 2 == 0 else VALID)
        for n in range(12)
    ]
    plan.add("flapping", WEB, HARBOR, good(*flaps), owner="mara")
    plan.often("olga", "flapping", midnight(22) - HOUR, 3, 4 * HOUR)
    plan.add("scope-missing", WEB, GITLAB, for_a_while(plan, 14, 2, Outcome.MISSING_SCOPE))
    plan.add("no-access", WEB, GITLAB, for_a_while(plan, 17, 1.5, Outcome.NO_ACCESS), owner="mara")
    plan.add("blocked", WEB, HARBOR, for_a_while(plan, 28, 1.5, Outcome.BLOCKED), owner="hugo")


def tell_ops(plan: Plan) -> None:
    """Checked once a day; reminders 60, 21 and 5 days before the end."""
    plan.act(START, "rule", "olga", OPS, (DAY, [60, 21, 5]))
    plan.add("ops-told", OPS, HARBOR, told(midnight(44)), owner="hugo")
    plan.add("own-thresholds", OPS, HARBOR, told(midnight(50)), remind_before=[10, 2])
    quick = for_a_while(plan, 30, 0.25, Outcome.MISSING_SCOPE)
    plan.add("quick", OPS, WEST, quick)
    plan.often("olga", "quick", midnight(30) - HOUR, 1, timedelta(minutes=15))
    plan.add("slow", OPS, WEST, told(midnight(55)), check_every=DAY * 30)
    plan.add("snoozed", OPS, WEST, told(midnight(29)), remind_before=[14, 3])
    plan.act(plan.about(14.5), "snooze", "olga", "snoozed", 3)
    moves = Life([(START, ending(midnight(38))), (plan.about(26), ending(midnight(58)))])
    plan.add("acknowledged", OPS, WEST, moves, remind_before=[30, 14, 10, 7, 3])
    plan.act(plan.about(18), "acknowledge", "dora", "acknowledged")
    plan.add("paused-for-a-while", OPS, WEST, told(midnight(30)), remind_before=[25, 14, 10, 3])
    plan.act(plan.about(10), "pause", "olga", "paused-for-a-while")
    plan.act(plan.about(24), "resume", "olga", "paused-for-a-while")
    plan.add("paused-for-good", OPS, WEST, told(midnight(35)))
    plan.act(plan.about(2), "pause", "dora", "paused-for-good")
    plan.add("never-ends", OPS, GITLAB, told(None), owner="dora")
    plan.add("told-against-typed", OPS, GITLAB, told(midnight(41)), **typed(26))
    plan.add("deleted", OPS, WEST, told(midnight(9)), remind_before=[8, 2])
    plan.act(plan.about(6), "delete", "olga", "deleted")


def tell_data(plan: Plan) -> None:
    """Another organization; checked once a day."""
    plan.act(START, "rule", "bert", DATA, (DAY, None))
    plan.add("data-healthy", DATA, MAIN, good())
    leaver = for_a_while(plan, 33, 2, Outcome.NO_ACCESS)
    plan.add("owner-leaves", DATA, GITLAB, leaver, owner="leon")
    plan.act(plan.about(31), "leave", "leon", DATA)
    ends = told(midnight(36), ExpirySource.TYPED)
    plan.add("owner-leaves-typed", DATA, MAIN, ends, owner="leon", **typed(36))
    plan.add(
        "nobody-listens", DATA, GITLAB, for_a_while(plan, 21, 3, Outcome.BLOCKED), owner="nils"
    )
    day = plan.about(3).replace(second=0)
    password = told(day + 12 * HOUR, ExpirySource.SECRET)
    plan.add("ecr-password", DATA, WEST, password, owner="leon", added_at=day)
    job = Life(
        [(START, ending(None, ExpirySource.BY_DESIGN)), (day + HOUR, Answer(Outcome.EXPIRED))]
    )
    plan.add("job-token", DATA, GITLAB, job, owner="leon", added_at=day)


def tell_personal(plan: Plan) -> None:
    """The personal workspaces of two people."""
    plan.add("kiri-token", "kiri", GITLAB, told(midnight(27)), good())
    plan.act(plan.about(29), "replace", "kiri", "kiri-token", 1)
    plan.add("asha-typed", "asha", MAIN, told(midnight(52), ExpirySource.TYPED), **typed(52))
    plan.add("asha-healthy", "asha", WEST, good(), check_every=DAY)


def tell_servers(plan: Plan) -> None:
    """Registries that are unreachable, throttle or ban for a time."""
    away, hour = Answer(Outcome.UNREACHABLE), 3600
    for server, day, hours, answer in (
        (SHORT_AWAY, 12, 2, away),
        (LONG_AWAY, 20, 30, away),
        (THROTTLING, 18, 2, Answer(Outcome.THROTTLED, retry_after_s=600)),
        (BANNING, 19, 2.5, Answer(Outcome.BANNED, retry_after_s=hour)),
        (NOWHERE, 0, 80, away),
    ):
        since = plan.about(day) if day else START
        plan.troubles.append(Trouble(server, since, since + HOUR * hours, answer))
    half = {"check_every": 12 * HOUR}
    plan.add("short-away", WEB, SHORT_AWAY, good(), owner="mara")
    plan.add("long-away-web", WEB, LONG_AWAY, good(), owner="mara", **half)
    plan.add("long-away-data", DATA, LONG_AWAY, good(), **half)
    plan.add("throttled", DATA, THROTTLING, good())
    plan.add("banned", DATA, BANNING, good())
    plan.add("unverified", OPS, NOWHERE, good())
    plan.often("olga", "short-away", midnight(12), 1, HOUR)
    for name, day in (("throttled", 18), ("banned", 19)):
        plan.often("bert", name, midnight(day), 1, HOUR)


def tell_people(plan: Plan) -> None:
    """Changes of notice settings."""
    plan.act(plan.about(24), "unsubscribe", "hugo", WEB)
    plan.act(plan.about(40), "prefer", "adam", WEB, ("daily", ""))
    plan.act(plan.about(46), "prefer", "nils", DATA, ("at_once", ""))
    plan.act(plan.about(10), "report", "mara", WEB, "daily")
    plan.act(plan.about(16), "report", "mara", WEB, "never")
    plan.act(plan.about(5), "report", "bert", DATA, "monthly")
    plan.act(plan.about(23), "stop_report", "adam", WEB)


def tell_storm(plan: Plan) -> None:
    """A server refuses everybody for hours, and all are checked: many notices at once."""
    since = plan.about(43)
    everything = Answer(Outcome.MISSING_SCOPE)
    for server in (MAIN, GITLAB, HARBOR):
        plan.troubles.append(Trouble(server, since, since + HOUR * 3, everything))
    plan.act(since, "check_all", "olga", WEB)
    plan.act(since + HOUR * 3, "check_all", "olga", WEB)


def smtp_troubles() -> tuple[Span, Span]:
    """The times when the mail server is unreachable, and when it defers mails: Monday mornings."""
    away, later = midnight(14) + HOUR * 5.5, midnight(28) + HOUR * 14.5
    return (away, away + HOUR), (later, later + HOUR)


def stop() -> Span:
    """The time in which worker and timetable are stopped."""
    return midnight(39) + HOUR * 10, midnight(39) + HOUR * 10 + timedelta(minutes=40)
