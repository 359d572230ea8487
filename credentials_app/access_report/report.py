"""Puts an access report together: of one credential, or of a whole workspace."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.access_report.asked_time import AskedTime
from credentials_app.access_report.groups import (
    SEES,
    SHUT_OUT,
    USES,
    Names,
    PersonAccess,
    Told,
    grouped,
    known,
)
from credentials_app.access_report.tokens import TokenAccess, tokens_of
from credentials_app.models import Credential
from workspaces.access_history.facts import FactKind
from workspaces.access_history.people import AccessHistory
from workspaces.access_history.reading import KnownPerson, PastAccess, past_access, stays_of
from workspaces.access_history.timelines import NEVER, Timeline
from workspaces.models import Workspace

NOW, PAST = 0, 1
SHOWN = 500
HEADINGS: dict[str, tuple[str | Promise, str | Promise]] = {
    USES: (_("Can use the secret"), _("Could use the secret")),
    SEES: (_("Sees status and history only"), _("Saw status and history only")),
    SHUT_OUT: (
        _("Has a role, and cannot sign in"),
        _("Had a role, and could not sign in"),
    ),
}
"""The groups of a report, with their words for now and for a day."""


@dataclass(frozen=True)
class AccessGroup:
    """The people of one group."""

    key: str
    heading: str | Promise
    people: list[PersonAccess]

    @property
    def shown(self) -> list[PersonAccess]:
        """Those that a page shows; the table for spreadsheets has all."""
        return self.people[:SHOWN]

    @property
    def more(self) -> int:
        """How many the page leaves out."""
        return len(self.people) - len(self.shown)


@dataclass(frozen=True)
class AccessReport:
    """Who had access in the time that was asked about.

    ``exact_from``: the log tells all from then on; None: always. ``is_exact``: it tells all of the
    time that was asked about; ``tells_now_only``: rows of now have no events that made them.
    ``elsewhere``: for some of the time, the credential was in another workspace. ``was_here``: at
    some moment it was here.
    """

    asked: AskedTime
    groups: list[AccessGroup]
    keepers: list[KnownPerson]
    exact_from: datetime | None = None
    is_exact: bool = True
    tells_now_only: bool = False
    was_here: bool = True
    elsewhere: bool = False
    tokens: Sequence[TokenAccess] = ()

    @property
    def count_of_users(self) -> int:
        """How many people can use it."""
        return len(self.groups[0].people)


@dataclass(frozen=True)
class _Stay:
    """The credential was in this workspace; empty: in none, deleted or not added yet."""

    place: str
    begin: datetime
    end: datetime


def of_credential(credential: Credential, asked: AskedTime, *, everywhere: bool) -> AccessReport:
    """Who had access to this credential; ``everywhere``: in other workspaces, too, where it was."""
    here = str(credential.workspace_id)
    line, stays_exact = stays_of(
        credential.pk,
        now_in=None if credential.deleted_at else credential.workspace_id,
        since=credential.created_at,
    )
    stays = list(_stays(line, asked))
    others = {UUID(stay.place) for stay in stays if stay.place} - {credential.workspace_id}
    past = past_access(credential.workspace, others if everywhere else ())
    shown = [stay for stay in stays if stay.place == here or (stay.place and everywhere)]
    exact = max((at for at in (past.exact_from, stays_exact) if at), default=None)
    return _report(
        credential.workspace,
        past,
        asked,
        shown,
        exact,
        elsewhere=bool(others) and not everywhere,
        tokens=tokens_of(credential.workspace_id, asked, credential),
    )


def access_in_workspace(place: Workspace, asked: AskedTime) -> AccessReport:
    """Who had access to what is in this workspace."""
    past = past_access(place)
    stays = [_Stay(str(place.pk), asked.begin, asked.end)]
    tokens = tokens_of(place.pk, asked)
    return _report(place, past, asked, stays, past.exact_from, elsewhere=False, tokens=tokens)


def _stays(line: Timeline, asked: AskedTime) -> Iterator[_Stay]:
    begins = [asked.begin, *line.changes_within(asked.begin, asked.end)]
    for begin, end in zip(begins, [*begins[1:], asked.end], strict=True):
        yield _Stay(line.at(begin), begin, end)


def _report(
    home: Workspace,
    past: PastAccess,
    asked: AskedTime,
    stays: list[_Stay],
    exact_from: datetime | None,
    *,
    elsewhere: bool,
    tokens: Sequence[TokenAccess],
) -> AccessReport:
    history = past.now if asked.on is None else past.history
    names = Names(
        people=past.people,
        teams=past.teams,
        when=lambda stretch: asked.in_words(stretch.begin, stretch.end),
        needs_factor=_needs_factor(home) and asked.on is None,
    )
    people = grouped(_told(history, past, stays), names)
    tense = NOW if asked.on is None else PAST
    keepers = sorted(
        (known(key, names) for key in _keepers(history, asked)),
        key=lambda person: (person.name.casefold(), person.key),
    )
    is_exact = asked.on is None or exact_from is None or exact_from <= asked.begin
    return AccessReport(
        asked=asked,
        groups=[AccessGroup(key, HEADINGS[key][tense], people[key]) for key in HEADINGS],
        keepers=keepers,
        exact_from=None if exact_from == NEVER else exact_from,
        is_exact=is_exact,
        tells_now_only=exact_from == NEVER,
        was_here=bool(stays),
        elsewhere=elsewhere,
        tokens=tokens if stays else (),
    )


def _told(history: AccessHistory, past: PastAccess, stays: list[_Stay]) -> Iterator[Told]:
    for stay in stays:
        found = history.people(past.places[stay.place], stay.begin, stay.end)
        for person, stretches in found.items():
            for stretch in stretches:
                yield Told(person, stretch, _label(past, stay.place))


def _label(past: PastAccess, place: str) -> str:
    """The workspace of a stretch; empty where there is one only."""
    return past.labels.get(place, place) if len(past.places) > 1 else ""


def _keepers(history: AccessHistory, asked: AskedTime) -> set[str]:
    kinds = (FactKind.ADMINISTRATOR, FactKind.AUDITOR)
    return set().union(*(history.keepers(kind, asked.begin, asked.end) for kind in kinds))


def _needs_factor(place: Workspace) -> bool:
    return place.organization is not None and place.organization.requires_factor
