"""The mails that arrived, read as a person reads them: when, for whom, about what."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

LINE = "-" * 40
FOOT = "\n--\n"


@dataclass(frozen=True)
class Letter:
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
        """What a person would tell of it."""
        return self.at, self.subject, self.news


MOST_IN_A_REPORT = 20


def says(news: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a mail names what it must, in any order; a report up to twenty of each section."""
    sections = {line.partition(": ")[0] for line in wanted if ": " in line}
    for section in sections if len(wanted) > MOST_IN_A_REPORT else ():
        must = [line for line in wanted if line.startswith(section)]
        told = [line for line in news if line.startswith(section)]
        if not set(told) <= set(must) or len(told) != min(len(must), MOST_IN_A_REPORT):
            return False
    return len(wanted) > MOST_IN_A_REPORT or sorted(news) == sorted(wanted)


def read(mail: EmailMessage, at: datetime) -> Letter:
    """Read a mail that arrived at this moment."""
    text = _part(mail, "plain")
    subject = " ".join(str(mail["Subject"]).split())
    return Letter(
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
    """The pieces of news of a mail, without its foot."""
    body = text.replace("\r\n", "\n").split(FOOT)[0].strip().removeprefix(subject + "\n")
    return [part.strip() for part in body.split(LINE)]


def _news(text: str, subject: str) -> tuple[str, ...]:
    return tuple(each.partition("\n")[0] for each in blocks(text, subject))


def reminders(letter: Letter) -> list[tuple[str, str]]:
    """What a mail says to end soon: its heading, and the moment as the reader's clock has it."""
    if letter.subject.startswith("Report of "):
        return []
    found = blocks(letter.text, letter.subject)
    return [
        (each.partition("\n")[0], fact(each, "Ends"))
        for each in found
        if " ends " in each.partition("\n")[0]
    ]


SECTION = re.compile(r"^([A-Z][A-Z ]+)(?:: \d+| SINCE .*)$")
BAD = re.compile(r"- ([\w-]+), (.+) since .*")
SOON = re.compile(r"- ([\w-]+), last day (\d+ \w+ \d{4}) \(UTC\), .*")
VAIN = re.compile(r"- ([\w-]+), since .*")
CHANGED = re.compile(r"- ([\w-]+): (.+?), \d+ \w+, \d\d:\d\d(?: \(.*\))?")


def _lines(text: str) -> tuple[str, ...]:
    """What a report names, each with the section that it stands in."""
    found, section = [], ""
    for line in text.replace("\r\n", "\n").split(FOOT)[0].split("\n"):
        if title := SECTION.fullmatch(line):
            section = "changed" if "SINCE" in line else title[1].lower()
        elif line.startswith("- "):
            kind = {"ends soon": SOON, "could not be checked": VAIN, "changed": CHANGED}
            match = kind.get(section, BAD).fullmatch(line)
            assert match, line
            found.append(": ".join((section, *match.groups())))
    return tuple(found)


def fact(text: str, name: str) -> str:
    """What stands behind a name in the list of facts."""
    found = re.search(rf"^{name}: (.*)$", text.replace("\r\n", "\n"), re.M)
    assert found, f"no line {name}: in {text}"
    return found[1]


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None, f"a mail without a {kind} part: {mail['Subject']}"
    return str(part.get_content())
