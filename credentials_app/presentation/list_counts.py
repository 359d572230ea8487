"""How many credentials each choice of the chips finds, in three statements.

The choices of a chip count within the search and the other chips: what is chosen beside them in
their own chip does not narrow them.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from credentials_app.models import Credential, Tag
from credentials_app.presentation.list_cells import Cell, cell_fits, cells
from credentials_app.presentation.list_conditions import ATTENTION
from credentials_app.presentation.list_filters import (
    ACCESS,
    ENDS,
    KNOWN,
    NO_TAG,
    NOBODY,
    OWNER,
    PROVIDER,
    SERVER,
    STATUS,
    TAG,
    tagged_with,
)
from credentials_app.presentation.list_query import MAX_COUNT, ListQuery
from credentials_app.presentation.listing import chosen
from workspaces.models import User, Workspace

BY_CELLS = (STATUS, ACCESS, ENDS)
BY_COLUMN = {PROVIDER: "shown_provider", TAG: "tags__name", SERVER: "server"}
"""The fewest values first: where there are too many, the rarest servers are left out."""
MOST_GROUPS = 750
"""So many different values of these chips are read, the most frequent ones first."""


@dataclass
class ListCounts:
    """``of``: the number of rows for each chip and value. ``owners``: name and address.
    ``places``: the names of workspaces. ``is_shown``: the numbers are those of the query; otherwise
    they only say which values are frequent."""

    total: int = 0
    of: dict[str, Counter[str]] = field(default_factory=dict)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    is_shown: bool = True

    def count(self, chip: str, value: str) -> int | None:
        """How many rows this choice finds; None if that is not counted."""
        return self.of[chip][value] if self.is_shown and chip in self.of else None

    def broken(self, query: ListQuery) -> str:
        """How many credentials of the workspace need attention, in words; empty for none, and
        where the query leaves out others than by their status."""
        count = self.of[STATUS][ATTENTION]
        return "" if not count or query.without(STATUS).is_narrowed else count_in_words(count)


def count_in_words(count: int) -> str:
    """The number; *10,000+* for more than that."""
    return f"{MAX_COUNT:,}+" if count > MAX_COUNT else f"{count:,}"


def count_rows(workspace: Workspace, query: ListQuery, now: datetime) -> ListCounts:
    """What the query finds, and what each choice would find."""
    elsewhere = query
    for chip in BY_CELLS:
        elsewhere = elsewhere.without(chip)
    spans = [value for value in query.chosen(ENDS) if value not in KNOWN[ENDS]]
    found = cells(chosen(workspace, elsewhere, now), workspace, now, spans=spans)
    counts = ListCounts(total=sum(each.rows for each in _fitting(found, query)))
    for chip in BY_CELLS:
        fitting = _fitting(found, query.without(chip))
        counts.of[chip] = Counter(
            {
                value: sum(each.rows for each in fitting if cell_fits(chip, [value], each))
                for value in {**KNOWN[chip], **dict.fromkeys(query.chosen(chip))}
            }
        )
    _count_columns(counts, workspace, query, now)
    _count_owners(counts, workspace, query, now)
    return counts


def _fitting(found: list[Cell], query: ListQuery) -> list[Cell]:
    return [
        each
        for each in found
        if all(cell_fits(chip, query.chosen(chip), each) for chip in BY_CELLS)
    ]


def _count_columns(
    counts: ListCounts, workspace: Workspace, query: ListQuery, now: datetime
) -> None:
    """Count providers, tags and servers; a row counts for each of its tags, or for *no tag*."""
    groups = [
        _counted(place, _rows_beside(chip, workspace, query, now), column, query.without(chip))
        for place, (chip, column) in enumerate(BY_COLUMN.items())
    ]
    place = list(BY_COLUMN).index(TAG)
    if not query.without(TAG).is_narrowed:
        groups[place : place + 1] = _all_tags(place, workspace)
    found: Any = groups[0].union(*groups[1:], all=True).order_by("place", "-rows", "value")
    chips = list(BY_COLUMN)
    counts.of |= {chip: Counter() for chip in chips}
    for place, value, rows in found[:MOST_GROUPS]:
        counts.of[chips[place]][NO_TAG if value is None else value] = rows


def _counted(place: int, rows: "QuerySet[Any]", column: str, query: ListQuery) -> Any:
    """The number of rows for each value of a column."""
    named = rows.annotate(place=Value(place), value=_grouped(column, query))
    groups = named.values("place", "value").annotate(rows=Count("*"))
    return groups.values_list("place", "value", "rows")


def _all_tags(place: int, workspace: Workspace) -> list[Any]:
    """The same for the tags of a workspace, from their index alone, and for those without."""
    everything = ListQuery()
    tags = Tag.objects.filter(workspace=workspace).order_by()
    rows = Credential.objects.filter(~Q(tagged_with()), workspace=workspace).order_by()
    return [
        _counted(place, tags, "name", everything),
        _counted(place, rows, "tags__name", everything),
    ]


def _count_owners(
    counts: ListCounts, workspace: Workspace, query: ListQuery, now: datetime
) -> None:
    """Count owners, and read the names of all who own anything in the workspace."""
    empty = Value("", output_field=CharField())
    owned = (
        _rows_beside(OWNER, workspace, query, now)
        .annotate(key=_grouped("owner", query.without(OWNER)))
        .values("key")
        .annotate(rows=Count("*"))
    )
    owners = Credential.objects.filter(workspace=workspace).order_by().values("owner")
    named = User.objects.filter(pk__in=owners).order_by().annotate(rows=Value(0))
    found: Any = owned.values_list("key", empty, empty, "rows").union(
        named.values_list("pk", "name", "email", "rows"), all=True
    )
    counts.of[OWNER] = Counter()
    for key, name, email, rows in found[:MOST_GROUPS]:
        owner = str(key) if key else NOBODY
        counts.of[OWNER][owner] += rows
        if name:
            counts.owners[owner] = (name, email)


def _grouped(column: str, query: ListQuery) -> F | Coalesce:
    """What the rows are grouped by.

    SQLite reads all rows in the order of an index of the column, if there is one, also where few
    of them fit; an expression has no index.
    """
    return Coalesce(column, column) if query.is_narrowed else F(column)


def _rows_beside(
    chip: str, workspace: Workspace, query: ListQuery, now: datetime
) -> QuerySet[Credential]:
    """The rows that the query finds without this chip."""
    return chosen(workspace, query.without(chip), now).order_by()
