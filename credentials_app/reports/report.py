"""A report as a value, made from rows and counts without queries. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from credentials_app.presentation.audit_filters import OF_LEAVERS, SECRET
from credentials_app.presentation.credential import CredentialView
from credentials_app.presentation.last_use import LastUseView, is_unused, last_use_view
from credentials_app.presentation.list_conditions import ATTENTION, FILTERS, UNUSED
from credentials_app.presentation.messages import text_of
from credentials_app.presentation.view_query import ViewWords
from credentials_app.status import (
    COULD_NOT_CHECK,
    EXPIRING,
    STATUS_LABELS,
    Status,
    StatusLabel,
    Tone,
)

MOST_LINES = 50
NEVER_PROVED = frozenset({Status.UNVERIFIED, Status.UNPROVED})


class Section(StrEnum):
    """Why a credential is in the report; it may be in several sections."""

    BAD = "bad"
    VAIN = "vain"
    SOON = "soon"
    KNOWN = "known"
    UNVERIFIED = "unverified"
    PAUSED = "paused"
    UNUSED = "unused"


HEADINGS: dict[Section, tuple[str | Promise, Tone, str]] = {
    Section.BAD: (_("Bad"), Tone.BAD, "circle-x"),
    Section.VAIN: (_("Could not be checked"), Tone.WAIT, COULD_NOT_CHECK.icon),
    Section.SOON: (_("Ends soon"), Tone.WARN, EXPIRING.icon),
    Section.KNOWN: (_("Known to people who left"), Tone.WARN, "user-minus"),
    Section.UNVERIFIED: (_("Unverified"), Tone.QUIET, STATUS_LABELS[Status.UNVERIFIED].icon),
    Section.PAUSED: (_("Paused"), Tone.QUIET, STATUS_LABELS[Status.PAUSED].icon),
    Section.UNUSED: (FILTERS[UNUSED], Tone.QUIET, "hourglass"),
}
LISTED_AS: dict[Section, str] = {
    Section.BAD: f"status={ATTENTION}",
    Section.VAIN: f"status={COULD_NOT_CHECK.key}",
    Section.SOON: f"status={EXPIRING.key}",
    Section.KNOWN: f"{SECRET}={OF_LEAVERS}",
    Section.UNVERIFIED: f"status={Status.UNVERIFIED}",
    Section.PAUSED: f"status={Status.PAUSED}",
    Section.UNUSED: f"status={UNUSED}",
}
NEEDS_ATTENTION = (
    Section.BAD, Section.VAIN, Section.SOON, Section.KNOWN, Section.UNVERIFIED,
)  # fmt: skip


@dataclass(frozen=True)
class ReportLine:
    """One credential. ``link`` is a path, ``place`` the workspace in a report about several.

    ``has_ended``: its end is past, as the registry, its secret or a person says.
    """

    shown: CredentialView
    link: str
    place: str = ""
    has_ended: bool = False

    @property
    def name(self) -> str:
        """The name of the credential."""
        return self.shown.row.name

    @property
    def since(self) -> datetime:
        """Since when it has the status that the report shows."""
        row, end = self.shown.row, self.shown.expiry.at
        ended_by_itself = self.has_ended and row.status == Status.VALID
        return end if end is not None and ended_by_itself else row.status_since

    @property
    def why_in_vain(self) -> str:
        """The cause of its inconclusive check, as a sentence; empty if the check was conclusive."""
        verdict = self.shown.verdict
        is_inconclusive = verdict is not None and not verdict.outcome.is_conclusive
        return text_of(verdict.message) if verdict and is_inconclusive else ""

    @property
    def known_to(self) -> str:
        """Who left last of those who know its secret; empty if nobody is on the list of leavers."""
        return str(getattr(self.shown.row, "known_to", None) or "")

    @property
    def lacks_owner(self) -> bool:
        """True if the owner left, and nobody has taken it over."""
        return bool(getattr(self.shown.row, "lacks_owner", False))

    @property
    def last_use(self) -> LastUseView:
        """When it was last used by others, without addresses: they are not for every reader."""
        return last_use_view(self.shown.row, self.shown.now)

    @property
    def sections(self) -> frozenset[Section]:
        """The sections that it belongs to."""
        label, row = self.shown.badge.label, self.shown.row
        holds = {
            Section.BAD: label.tone is Tone.BAD,
            Section.VAIN: row.could_not_look_shown,
            Section.SOON: label is EXPIRING,
            Section.UNVERIFIED: row.status in NEVER_PROVED,
            Section.KNOWN: bool(self.known_to),
            Section.PAUSED: row.status == Status.PAUSED,
            Section.UNUSED: is_unused(row, self.shown.now),
        }
        return frozenset(section for section, is_in in holds.items() if is_in)


@dataclass(frozen=True)
class StatusTransition:
    """The changes of one credential since the last report: from its first status to its last.

    ``remark`` is beside the last one.
    """

    name: str
    link: str
    old: StatusLabel
    new: StatusLabel
    at: datetime
    times: int = 1
    place: str = ""
    remark: StatusLabel | None = None

    @property
    def is_back(self) -> bool:
        """True if it has its first status again."""
        return self.old is self.new


@dataclass(frozen=True)
class Part:
    """One section: the lines that are shown, and the number of all."""

    section: Section
    lines: tuple[ReportLine, ...]
    count: int

    @property
    def heading(self) -> str | Promise:
        return HEADINGS[self.section][0]

    @property
    def tone(self) -> Tone:
        """How bad it is."""
        return HEADINGS[self.section][1]

    @property
    def icon(self) -> str:
        """The name of a Lucide icon."""
        return HEADINGS[self.section][2]

    @property
    def unnamed(self) -> int:
        """The number of lines that are not shown."""
        return self.count - len(self.lines)

    @property
    def list_query(self) -> str:
        """The filter of the list and of the admin audit that shows all of them."""
        return LISTED_AS[self.section]


@dataclass(frozen=True)
class Counts:
    """Numbers of credentials, in all and by section. ``overdue``: not checked for too long.

    ``push_not_proved``: of the valid ones. ``hidden``: our own checks hide whether others use it.
    """

    total: int
    valid: int = 0
    push_not_proved: int = 0
    added: int = 0
    overdue: int = 0
    hidden: int = 0
    of: Mapping[Section, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """The state ``at`` a moment, and the changes since another.

    ``unnamed_shifts`` is the number of changes that are not shown. ``about``: the saved view whose
    credentials it tells; None: all.
    """

    at: datetime
    since: datetime
    counts: Counts
    parts: tuple[Part, ...] = ()
    shifts: tuple[StatusTransition, ...] = ()
    unnamed_shifts: int = 0
    about: ViewWords | None = None

    @property
    def is_empty(self) -> bool:
        """True if there are no credentials."""
        return self.counts.total == 0

    @property
    def is_all_well(self) -> bool:
        """True if every checked credential works, and none ends soon."""
        trouble = [self.counts.of.get(section, 0) for section in NEEDS_ATTENTION]
        return not self.is_empty and not any(trouble) and not self.counts.overdue

    @property
    def tone(self) -> Tone:
        """The worst tone of its sections."""
        if self.is_all_well:
            return Tone.GOOD
        tones = [part.tone for part in self.parts if part.section in NEEDS_ATTENTION]
        return next((t for t in (Tone.BAD, Tone.WARN, Tone.WAIT) if t in tones), Tone.QUIET)

    @property
    def headline(self) -> str:
        """Such as *all well*, or *2 bad, 1 ends soon*."""
        if self.is_empty:
            return str(_("no credentials"))
        if self.is_all_well:
            return str(_("all well"))
        counted = [_counted(each, self.counts.of.get(each, 0)) for each in NEEDS_ATTENTION]
        if self.counts.overdue:
            counted.append(str(_("%(count)s overdue")) % {"count": self.counts.overdue})
        return ", ".join(text for text in counted if text)


def report_of(
    lines: Iterable[ReportLine],
    counts: Counts,
    shifts: Iterable[StatusTransition],
    *,
    since: datetime,
    at: datetime,
) -> Report:
    """Sort the lines into sections; a credential is in every section that it belongs to."""
    of_section: dict[Section, list[ReportLine]] = defaultdict(list)
    for line in lines:
        for section in line.sections:
            of_section[section].append(line)
    parts = tuple(
        Part(section, tuple(_sorted(section, of_section[section])[:MOST_LINES]), count)
        for section in Section
        if (count := counts.of.get(section, 0))
    )
    newest = sorted(shifts, key=lambda shift: shift.at, reverse=True)
    return Report(at, since, counts, parts, tuple(newest[:MOST_LINES]), len(newest[MOST_LINES:]))


def _sorted(section: Section, lines: list[ReportLine]) -> list[ReportLine]:
    """By the nearest end, the oldest use or the newest status; then by name."""
    lines = sorted(lines, key=lambda line: line.name.lower())
    if section is Section.SOON:
        return sorted(lines, key=lambda line: line.shown.expiry.at or line.since)
    if section is Section.UNUSED:
        return sorted(lines, key=lambda line: line.last_use.at or line.shown.row.created_at)
    return sorted(lines, key=lambda line: line.since, reverse=True)


def transitions_of(changes: Iterable[tuple[UUID, StatusTransition]]) -> list[StatusTransition]:
    """One for each credential. ``changes`` are single changes with its key, the oldest first."""
    found: dict[UUID, StatusTransition] = {}
    for pk, change in changes:
        first = found.get(pk, change)
        found[pk] = replace(change, old=first.old, times=first.times + (pk in found))
    return list(found.values())


def _counted(section: Section, count: int) -> str:
    if not count:
        return ""
    texts = {
        Section.BAD: str(_("%(count)s bad")),
        Section.VAIN: str(_("%(count)s could not be checked")),
        Section.SOON: ngettext("%(count)s ends soon", "%(count)s end soon", count),
        Section.KNOWN: str(_("%(count)s to replace")),
        Section.UNVERIFIED: str(_("%(count)s unverified")),
    }
    return texts[section] % {"count": count}
