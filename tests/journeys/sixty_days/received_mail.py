"""Parses received mails as a person reads them: time, recipient, content."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

LINE = "-" * 40
FOOT = "\n--\n"


@dataclass(frozen=True)
class ReceivedMail:
    """One mail. ``news`` are its headings; a digest has several, or one."""

    at: datetime
    to: str
    subject: str
    news: tuple[str, ...]
    text: str
    html: str
    message_id: str
    headers: dict[str, str]

    @property
    def told(self) -> tuple[datetime, str, tuple[str, ...]]:
        """Time, subject and news, for messages of failed tests."""
        return self.at, self.subject, self.news


MOST_IN_A_REPORT = 20


def says(news: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """True if a mail has the expected news in any order; a report up to twenty of each section."""
    sections = {line.partition(": ")[0] for line in wanted if ": " in line}
    for section in sections if len(wanted) > MOST_IN_A_REPORT else ():
        must = [line for line in wanted if line.startswith(section)]
        told = [line for line in news if line.startswith(section)]
        if not set(told) <= set(must) or len(told) != min(len(must), MOST_IN_A_REPORT):
            return False
    return len(wanted) > MOST_IN_A_REPORT or sorted(news) == sorted(wanted)


def read(mail: EmailMessage, at: datetime) -> ReceivedMail:
    """Parse a mail that arrived at this time."""
    text = _part(mail, "plain")
    subject = " ".join(str(mail["Subject"]).split())
    return ReceivedMail(
        at=at,
        to=str(mail["To"]),
        subject=subject,
        news=_lines(text) if subject.startswith("Report of ") else _news(text, subject),
        text=text,
        html=_part(mail, "html"),
        message_id=str(mail["Message-ID"]),
        headers={name: str(value).strip() for name, value in mail.items()},
    )


def blocks(text: str, subject: str) -> list[str]:
    """The news items of a mail, without the list of them at its top, and without its foot."""
    body = text.replace("\r\n", "\n").split(FOOT)[0].strip().removeprefix(subject + "\n")
    parts = [part.strip() for part in body.split(LINE)]
    return [part for part in parts if not part.startswith("In this mail:\n")]


def _news(text: str, subject: str) -> tuple[str, ...]:
    return tuple(each.partition("\n")[0] for each in blocks(text, subject))


def reminders(mail: ReceivedMail) -> list[tuple[str, str]]:
    """The reminders of a mail: heading, and the end in the reader's time zone."""
    if mail.subject.startswith("Report of "):
        return []
    found = blocks(mail.text, mail.subject)
    return [
        (each.partition("\n")[0], fact(each, "Ends"))
        for each in found
        if " ends " in each.partition("\n")[0]
    ]


SECTION = re.compile(r"^([A-Z][A-Z ]+)(?:: \d+| SINCE .*)$")
BAD = re.compile(r"- ([\w-]+), (.+) since .*")
SOON = re.compile(r"- ([\w-]+), last day (\d+ \w+ \d{4}) \(UTC\), .*")
VAIN = re.compile(r"- ([\w-]+), since .*")
KNOWN = re.compile(r"- ([\w-]+), (\w+) left and may know .*: replace it, and choose an owner")
CHANGED = re.compile(r"- ([\w-]+): (.+?), \d+ \w+, \d\d:\d\d(?: \(.*\))?")


def _lines(text: str) -> tuple[str, ...]:
    """The lines of a report, each with its section."""
    found, section = [], ""
    for line in text.replace("\r\n", "\n").split(FOOT)[0].split("\n"):
        if title := SECTION.fullmatch(line):
            section = "changed" if "SINCE" in line else title[1].lower()
        elif line.startswith("- "):
            kind = {"ends soon": SOON, "could not be checked": VAIN, "changed": CHANGED}
            kind["known to people who left"] = KNOWN
            match = kind.get(section, BAD).fullmatch(line)
            assert match, line
            found.append(": ".join((section, *match.groups())))
    return tuple(found)


def fact(text: str, name: str) -> str:
    """The value of a name in the list of facts."""
    found = re.search(rf"^{name}: (.*)$", text.replace("\r\n", "\n"), re.M)
    assert found, f"no line {name}: in {text}"
    return found[1]


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None, f"a mail without a {kind} part: {mail['Subject']}"
    return str(part.get_content())
