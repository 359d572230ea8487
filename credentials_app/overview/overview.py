"""The overview as a value: made of four statements, ready for its template."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise

from credentials_app.expiry import expiry_of
from credentials_app.models import Credential, StatusChange
from credentials_app.overview.cards import Card, cards_of
from credentials_app.overview.figures import Answer, Tally, largest
from credentials_app.overview.queries import (
    MOST_CARDS,
    MOST_REGISTRIES,
    answers_of,
    changes_of,
    figures_of,
    rows_of,
)
from credentials_app.overview.registries import RegistryInUse, registry_in_use
from credentials_app.overview.scope import OverviewScope
from credentials_app.overview.sentences import happened
from credentials_app.overview.strip import DAYS_AHEAD, Ending, Strip, strip_of
from credentials_app.presentation.list_conditions import BAD
from credentials_app.presentation.provider_marks import provider_mark
from credentials_app.status import STATUS_LABELS, Status, StatusLabel

MOST_OWNERS = 6


@dataclass(frozen=True)
class ChangeLine:
    """A status change as a sentence: ``name`` and ``words``."""

    name: str
    url: str
    words: str | Promise
    label: StatusLabel
    at: datetime
    place_label: str


@dataclass(frozen=True)
class OwnerShare:
    """What one person owns; ``name`` is empty for what nobody owns."""

    name: str
    total: int
    broken: int
    url: str


@dataclass(frozen=True)
class Overview:
    """All that the page shows, but not what the reader may do. ``next_at``: the next check."""

    whole: Tally
    by_workspace: dict[UUID, Tally]
    cards: tuple[Card, ...]
    strip: Strip
    changes: tuple[ChangeLine, ...]
    registries: tuple[RegistryInUse, ...]
    more_registries: int
    owners: tuple[OwnerShare, ...]
    more_owners: int
    next_at: datetime | None

    @property
    def is_all_well(self) -> bool:
        """True if all that is not paused works, and nothing is to be done."""
        return self.whole.is_all_well and not self.cards


def read_overview(scope: OverviewScope, now: datetime) -> Overview:
    """The overview now, in four statements."""
    figures, rows = figures_of(scope, now), rows_of(scope, now)
    servers = largest(figures.by_server, MOST_REGISTRIES)
    answers = answers_of(scope, [each.key for each in servers], now)
    owners = largest(figures.by_owner, MOST_OWNERS)
    return Overview(
        whole=figures.whole,
        by_workspace=dict(figures.by_workspace),
        cards=cards_of(scope, rows, now, MOST_CARDS),
        strip=strip_of(_endings(scope, rows, now), figures.by_week, now),
        changes=tuple(_change(scope, each) for each in changes_of(scope)),
        registries=_registries(servers, answers),
        more_registries=len(figures.by_server) - len(servers),
        owners=tuple(_owner(scope, each) for each in owners),
        more_owners=len(figures.by_owner) - len(owners),
        next_at=min((row.next_check_at for row in rows if row.next_check_at), default=None),
    )


def _endings(scope: OverviewScope, rows: Iterable[Credential], now: datetime) -> list[Ending]:
    """Those that are not bad and end later than now, and by the last day of the strip.

    A row that is read for another reason may end after it, in the week of its last day.
    """
    found, last = [], now + timedelta(days=DAYS_AHEAD)
    for row in rows:
        expiry = expiry_of(row)
        is_on_it = not expiry.is_past(now) and expiry.is_past(last)
        if expiry.last_day is None or not is_on_it or row.status in {*BAD, Status.PAUSED}:
            continue
        mark = provider_mark(row.shown_provider)
        url, place = scope.link_to(row), scope.place_label(row)
        found.append(Ending(row.name, url, expiry.last_day, mark, place))
    return found


def _change(scope: OverviewScope, change: StatusChange) -> ChangeLine:
    row, new = change.credential, Status(change.new)
    words = happened(Status(change.old), new, change.why)
    link, place = scope.link_to(row), scope.place_label(row)
    return ChangeLine(row.name, link, words, STATUS_LABELS[new], change.at, place)


def _registries(servers: list[Tally], answers: list[Answer]) -> tuple[RegistryInUse, ...]:
    of_server: dict[str, list[Answer]] = defaultdict(list)
    for each in answers:
        of_server[each.server].append(each)
    return tuple(registry_in_use(each, of_server[each.key]) for each in servers)


def _owner(scope: OverviewScope, tally: Tally) -> OwnerShare:
    url = scope.list_url(q=tally.label) if tally.label else ""
    return OwnerShare(tally.label, tally.total, tally.broken, url)
