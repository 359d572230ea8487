"""Compares what arrived with what the oracle says, person by person, and counts it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.journeys.sixty_days.days import Span
from tests.journeys.sixty_days.letterbox import Letter, says
from tests.journeys.sixty_days.living import Lived
from tests.journeys.sixty_days.oracle import Expected
from tests.journeys.sixty_days.stories import smtp_troubles

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Comparison:
    """For one person: what came, what is missing, what came too much."""

    who: str
    letters: list[Letter]
    missing: list[Expected]
    surplus: list[Letter]
    kinds: Counter[str]

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        return f"{self.who}: {len(self.letters)} mails ({kinds})"

    @property
    def complaints(self) -> list[str]:
        """In words, in the order of time."""
        found = [(each.at, "missing", each.subject, each.news) for each in self.missing]
        found += [(each.at, "unexpected", each.subject, each.news) for each in self.surplus]
        return [
            f"{self.who}: {word} {at:%d %b %H:%M:%S} {subject!r} {news}"
            for at, word, subject, news in sorted(found)
        ]


def compare(lived: Lived, who: str) -> Comparison:
    """Each expected mail takes the first that says the same and came when it had to."""
    letters = [each for each in lived.letters if each.to == who]
    left, kinds = list(letters), Counter[str]()
    missing: list[Expected] = []
    for wanted in [each for each in lived.expected if each.to == who]:
        found = next((each for each in left if _is(each, wanted)), None)
        if found is None:
            missing.append(wanted)
        else:
            left.remove(found)
            kinds[wanted.kinds[0] if len(wanted.news) == 1 else _kind(wanted)] += 1
    return Comparison(who, letters, missing, left, kinds)


def _kind(wanted: Expected) -> str:
    return wanted.kinds[0] if wanted.kinds == ("report",) else "digest"


def _is(letter: Letter, wanted: Expected) -> bool:
    earliest, latest = arrives(wanted.at)
    in_time = earliest <= letter.at <= latest
    return in_time and letter.subject == wanted.subject and says(letter.news, wanted.news)


def arrives(made_at: datetime) -> Span:
    """Within a minute; after a trouble of the mail server it waits no longer than it did before."""
    for since, until in smtp_troubles():
        if since <= made_at < until:
            return until, until + (until - made_at) + 2 * MINUTE
    return made_at, made_at + MINUTE
