"""Compares received with expected mails, person by person, and counts them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.journeys.sixty_days.days import Span
from tests.journeys.sixty_days.oracle import Expected
from tests.journeys.sixty_days.received_mail import ReceivedMail, says
from tests.journeys.sixty_days.simulation import Result
from tests.journeys.sixty_days.stories import smtp_troubles

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Comparison:
    """The mails, the missing and the superfluous mails of one person."""

    who: str
    mails: list[ReceivedMail]
    missing: list[Expected]
    surplus: list[ReceivedMail]
    kinds: Counter[str]

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        return f"{self.who}: {len(self.mails)} mails ({kinds})"

    @property
    def complaints(self) -> list[str]:
        """One line for each difference, in the order of time."""
        found = [(each.at, "missing", each.subject, each.news) for each in self.missing]
        found += [(each.at, "unexpected", each.subject, each.news) for each in self.surplus]
        return [
            f"{self.who}: {word} {at:%d %b %H:%M:%S} {subject!r} {news}"
            for at, word, subject, news in sorted(found)
        ]


def compare(result: Result, who: str) -> Comparison:
    """Match each expected mail with the first mail of the same content that came in time."""
    mails = [each for each in result.mails if each.to == who]
    left, kinds = list(mails), Counter[str]()
    missing: list[Expected] = []
    for wanted in [each for each in result.expected if each.to == who]:
        found = next((each for each in left if _is(each, wanted)), None)
        if found is None:
            missing.append(wanted)
        else:
            left.remove(found)
            kinds[wanted.kinds[0] if len(wanted.news) == 1 else _kind(wanted)] += 1
    return Comparison(who, mails, missing, left, kinds)


def _kind(wanted: Expected) -> str:
    return wanted.kinds[0] if wanted.kinds == ("report",) else "digest"


def _is(mail: ReceivedMail, wanted: Expected) -> bool:
    earliest, latest = arrives(wanted.at)
    in_time = earliest <= mail.at <= latest
    return in_time and mail.subject == wanted.subject and says(mail.news, wanted.news)


def arrives(made_at: datetime) -> Span:
    """When a mail must come: within a minute, or later after a failure of the mail server."""
    for since, until in smtp_troubles():
        if since <= made_at < until:
            return until, until + (until - made_at) + 2 * MINUTE
    return made_at, made_at + MINUTE
