"""Counts of what a scenario did."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figures:
    """Expected, actual and superfluous checks and mails of one due time."""

    credentials: int
    recorded_once: int
    recorded_more: int
    lost: int
    other_outcomes: int
    sign_ins: int
    sign_ins_extra: int
    claims_of_the_dead: int
    mails_expected: int
    mails_once: int
    mails_more: int
    mails_missing: int
    mails_unsent: int
    files_more: int
    files_missing: int
    claims_left: int
    also: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """One line for each figure."""
        named = {name: value for name, value in vars(self).items() if name != "also"}
        return "\n".join(f"  {name:18} {value}" for name, value in {**named, **self.also}.items())


def count(
    found: Mapping[str, Any],
    *,
    times: Mapping[str, int],
    outcomes: Mapping[str, int],
    refused: Iterable[str],
    sign_ins: int,
    claims_of_the_dead: int,
    mails: Path,
    also: Mapping[str, Any],
) -> Figures:
    """Compare the tables, the registries' memory and the files with what should be.

    ``times``: how often each credential was due. ``outcomes``: how many checks should have each
    outcome. ``refused``: the credentials that a mail is expected about.
    """
    runs = {name: found["runs"].get(name, 0) - due for name, due in times.items()}
    shown = {(told, outcome): number for told, outcome, number in found["outcomes"]}
    right = {(outcome, outcome): number for outcome, number in outcomes.items()}
    about = Counter(mail["about"] for mail in found["mails"] if mail["about"])
    expected = set(refused)
    sent = Counter(mail["message_id"] for mail in found["mails"] if mail["sent"])
    files = Counter(message_ids(mails))
    return Figures(
        credentials=len(found["runs"]),
        recorded_once=sum(more == 0 for more in runs.values()),
        recorded_more=sum(more > 0 for more in runs.values()),
        lost=sum(more < 0 for more in runs.values()),
        other_outcomes=sum((Counter(shown) - Counter(right)).values()),
        sign_ins=sign_ins,
        sign_ins_extra=sign_ins - found["sign_ins"],
        claims_of_the_dead=claims_of_the_dead,
        mails_expected=len(expected),
        mails_once=sum(about[name] == 1 for name in expected),
        mails_more=sum((about - Counter(expected)).values()),
        mails_missing=len(expected - about.keys()),
        mails_unsent=sum(not mail["sent"] for mail in found["mails"]),
        files_more=sum((files - sent).values()),
        files_missing=sum((sent - files).values()),
        claims_left=found["claims"],
        also=also,
    )


def message_ids(folder: Path) -> list[str]:
    """The Message-ID of every finished mail file."""
    files = [file for file in folder.glob("*.eml") if not file.name.startswith(".")]
    reader = BytesParser(policy=policy.default)
    return [str(reader.parsebytes(file.read_bytes())["Message-ID"]) for file in files]
