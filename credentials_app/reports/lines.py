"""What a report tells of one credential: how it is, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from credentials_app.shown import Shown
from credentials_app.status import EXPIRING, Sign, Status, Tone
from credentials_app.words import words

NEVER_PROVED = frozenset({Status.UNVERIFIED, Status.UNPROVED})


class Section(StrEnum):
    """What a credential is in the report for; one may be in it for several reasons."""

    BAD = "bad"
    VAIN = "vain"
    SOON = "soon"
    UNVERIFIED = "unverified"
    PAUSED = "paused"


@dataclass(frozen=True)
class Line:
    """One credential; ``link`` is a path, ``place`` the workspace where the report has several.

    ``has_ended``: its end is past, as somebody said or a person typed.
    """

    shown: Shown
    link: str
    place: str = ""
    has_ended: bool = False

    @property
    def name(self) -> str:
        """What people call it."""
        return self.shown.row.name

    @property
    def since(self) -> datetime:
        """Since when it is what it is shown as."""
        row, end = self.shown.row, self.shown.expiry.at
        ended_by_itself = self.has_ended and row.status == Status.VALID
        return end if end is not None and ended_by_itself else row.status_since

    @property
    def why_in_vain(self) -> str:
        """Why it could not be looked at, in a sentence."""
        verdict = self.shown.verdict
        known = verdict is not None and not verdict.outcome.is_conclusive
        return words(verdict.message) if verdict and known else ""

    @property
    def sections(self) -> frozenset[Section]:
        """What it is in the report for."""
        sign, row = self.shown.badge.sign, self.shown.row
        holds = {
            Section.BAD: sign.tone is Tone.BAD,
            Section.VAIN: row.could_not_look_shown,
            Section.SOON: sign is EXPIRING,
            Section.UNVERIFIED: row.status in NEVER_PROVED,
            Section.PAUSED: row.status == Status.PAUSED,
        }
        return frozenset(section for section, does in holds.items() if does)


@dataclass(frozen=True)
class Shift:
    """What became of one credential since the last report: from its first status to its last."""

    name: str
    link: str
    old: Sign
    new: Sign
    at: datetime
    times: int = 1
    place: str = ""

    @property
    def is_back(self) -> bool:
        """Whether it is again what it was."""
        return self.old is self.new


def shifts_of(changes: Iterable[tuple[UUID, Shift]]) -> list[Shift]:
    """One for each credential; ``changes`` are its single changes, the oldest first."""
    found: dict[UUID, Shift] = {}
    for pk, change in changes:
        first = found.get(pk, change)
        times = first.times + 1 if pk in found else 1
        found[pk] = Shift(
            change.name, change.link, first.old, change.new, change.at, times, change.place
        )
    return list(found.values())
