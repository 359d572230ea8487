"""The lines of a page of an audit log; what the checker opened in an hour is one line, and so are
the fetches of a secret by a token."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workspaces.audit_log.sentences import Piece, placeholders, sentence_of
from workspaces.models import AuditEvent
from workspaces.models.audit_event import OPENED_FOR_CHECKS

PAGE_SIZE = 50
SCANNED = 3000
"""A page reads so many events at most, however many of them fold into one line."""
CHUNK = 500
MOST_NAMES = 200
NOT_TOLD = frozenset(
    {"ids", "names", "digest", "gap", "held", "organization_id", "team_id", "until"}
)


@dataclass
class LogLine:
    """One line: an event, or the openings of the checker in one hour."""

    seq: int
    at: datetime
    code: str
    sentence: list[Piece] = field(default_factory=list)
    place: str = ""
    where: str = ""
    outcome: str = ""
    told: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    is_of_checker: bool = False
    credential: str = ""


@dataclass
class _Hour:
    """The openings of the checker in one hour."""

    line: LogLine
    begin: datetime
    count: int = 0
    names: dict[str, None] = field(default_factory=dict)
    unnamed: int = 0

    def add(self, event: AuditEvent) -> None:
        names = event.details.get("names", [])
        opened = int(event.details.get("count", 0))
        self.count += opened
        self.unnamed += opened - len(names)
        self.names |= dict.fromkeys(names)

    def close(self) -> None:
        """Write the sentence, once all events of the hour are added."""
        words = ngettext(
            "The checker opened %(count)s secret to check it",
            "The checker opened %(count)s secrets to check them",
            self.count,
        ) % {"count": self.count}
        hour = f"{self.begin:%H:%M} – {self.begin:%H}:59"
        self.line.sentence = [Piece(f"{words}, {hour}")]
        self.line.names = sorted(self.names)[:MOST_NAMES]
        more = len(self.names) - len(self.line.names)
        if more:
            self.line.told.append(_("%(count)s more names: see the export") % {"count": more})
        if self.unnamed:
            self.line.told.append(_("without a name: %(count)s") % {"count": self.unnamed})


@dataclass
class _Fetches:
    """The fetches of one secret by one token in one hour; the line is that of the newest."""

    line: LogLine
    begin: datetime
    count: int = 0
    addresses: set[str] = field(default_factory=set)

    def add(self, event: AuditEvent) -> None:
        self.count += 1
        self.addresses.add(event.address)

    def close(self) -> None:
        """Write how many they were, and from how many addresses."""
        if self.count == 1:
            return
        hour = f"{self.begin:%H:%M} – {self.begin:%H}:59"
        times = {"count": self.count, "hour": hour}
        self.line.told.append(_("%(count)s times, %(hour)s") % times)
        if len(self.addresses) > 1:
            self.line.where = _("from %(count)s addresses") % {"count": len(self.addresses)}


FoldKey = tuple[datetime, str, str]
"""The hour; of fetches, the credential and the token."""
Folds = dict[FoldKey, _Hour | _Fetches]


@dataclass(frozen=True)
class LogPage:
    """Some lines, and the number in the log before which the next page begins; None: the end."""

    lines: list[LogLine]
    older: int | None


def page_of_lines(events: QuerySet[AuditEvent], *, before: int | None) -> LogPage:
    """The newest lines of these events, or those before a number. One query."""
    rows = events.order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = rows[: SCANNED + 1].iterator(chunk_size=CHUNK)
    lines: list[LogLine] = []
    folds: Folds = {}
    read, last = 0, None
    for event in islice(found, SCANNED):
        if not _take(event, lines, folds):
            break
        read, last = read + 1, event.seq
    else:
        last = last if read == SCANNED and next(found, None) else None
    for fold in folds.values():
        fold.close()
    return LogPage(lines, last)


def _take(event: AuditEvent, lines: list[LogLine], folds: Folds) -> bool:
    """Add the event to the page; False if it needs a line and the page is full."""
    begin = timezone.localtime(event.at).replace(minute=0, second=0, microsecond=0)
    key = _fold_of(event, begin)
    if key is None or key not in folds:
        if len(lines) == PAGE_SIZE:
            return False
        if key is None:
            lines.append(_line(event))
            return True
        folds[key] = _new_fold(event, begin)
        lines.append(folds[key].line)
    folds[key].add(event)
    return True


def _fold_of(event: AuditEvent, begin: datetime) -> FoldKey | None:
    """Which events are one line with this one; None: it has a line of its own."""
    if _is_of_checker(event):
        return begin, "", ""
    token = str(event.details.get("token", ""))
    is_fetch = event.action == OPENED_FOR_CHECKS and event.details.get("reason") == "fetch"
    is_done = event.outcome == "done"
    return (begin, event.target_id, token) if is_fetch and token and is_done else None


def _new_fold(event: AuditEvent, begin: datetime) -> _Hour | _Fetches:
    if _is_of_checker(event):
        return _Hour(LogLine(event.seq, event.at, event.action, is_of_checker=True), begin)
    return _Fetches(_line(event), begin)


def _is_of_checker(event: AuditEvent) -> bool:
    return event.action == OPENED_FOR_CHECKS and event.actor_type == "system"


def _line(event: AuditEvent) -> LogLine:
    names = event.details.get("names", [])
    told_already = NOT_TOLD | placeholders(event)
    return LogLine(
        seq=event.seq,
        at=event.at,
        code=event.action,
        sentence=sentence_of(event),
        place=event.workspace_label,
        where=where_from(event),
        outcome="" if event.outcome == "done" else event.outcome,
        told=[line for key, line in told_of(event) if key not in told_already],
        names=list(names)[:MOST_NAMES],
        credential=event.target_id if event.target_type == "credential" else "",
    )


def told_of(event: AuditEvent) -> Iterator[tuple[str, str]]:
    """The details as lines for people, by key."""
    for key, value in event.details.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield key, f"{key.replace('_', ' ')}: {text}"


def where_from(event: AuditEvent) -> str:
    """Where the action came from."""
    if event.address:
        return _("from %(address)s") % {"address": event.address}
    return {"command": _("on the command line"), "web": ""}.get(event.via, "")
