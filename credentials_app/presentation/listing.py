"""The list of a workspace's credentials: its filters with their counts, and one page of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, Model, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.paging import Page, page_of_rows
from credentials_app.models import Credential
from credentials_app.selectors import credentials_in, expiring, matching, of_status
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, STATUS_LABELS, Status, is_bad
from workspaces.models import Workspace

MAX_COUNT = 999


class CountOfRows(Subquery):
    """The number of rows of a query; the query may have a limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def count_up_to(
    rows: QuerySet[Any],
    filters: Mapping[str, Sequence[Q]],
    *,
    beside: QuerySet[Model],
    most: int = MAX_COUNT,
) -> dict[str, int]:
    """For each filter the number of its rows, at most ``most + 1``; in one query.

    A filter consists of parts that share no row, so that the database uses an index for each
    part. ``beside`` finds exactly one row, of any table; its query carries the counts.
    """
    counted = {
        f"{name}_{number}": CountOfRows(rows.filter(part).order_by().values("pk")[: most + 1])
        for name, parts in filters.items()
        for number, part in enumerate(parts)
    }
    found = beside.order_by().values(**counted).first() or {}
    sums = {
        name: sum(found.get(f"{name}_{number}", 0) for number in range(len(parts)))
        for name, parts in filters.items()
    }
    return {name: min(number, most + 1) for name, number in sums.items()}


ATTENTION = "attention"
BAD = [status.value for status in Status if is_bad(status)]
PAGE = 25
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class ListQuery:
    """The search, the status filter and the cursor in the URL of the list."""

    search: str = ""
    status: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, values: dict[str, str]) -> "ListQuery":
        """Read the query string; an unknown status means no filter."""
        status = values.get("status", "")
        known = {ATTENTION, EXPIRING.key, COULD_NOT_CHECK.key, *Status.values}
        return cls(
            values.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
            status if status in known else "",
            values.get("cursor", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        """True if the query can leave out credentials."""
        return bool(self.search or self.status)


@dataclass(frozen=True)
class Filter:
    """A status filter with the number of its rows; ``MAX_COUNT + 1`` stands for more."""

    value: str
    word: str | Promise
    count: int
    is_on: bool

    @property
    def count_text(self) -> str:
        return f"{MAX_COUNT}+" if self.count > MAX_COUNT else str(self.count)


def filters(workspace: Workspace, query: ListQuery, now: datetime) -> list[Filter]:
    """The filters that find something, *all* first; one query counts them all."""
    words: dict[str, str | Promise] = {"": _("All"), ATTENTION: _("Needs attention")}
    words |= {label.key: label.word for label in (EXPIRING, COULD_NOT_CHECK)}
    words |= {status.value: STATUS_LABELS[status].word for status in Status}
    numbers = count_up_to(
        Credential.objects.filter(workspace=workspace),
        {f"of_{value}": _parts(value, now) for value in words},
        beside=Workspace.objects.filter(pk=workspace.pk),
    )
    found = [
        Filter(value, word, numbers[f"of_{value}"], value == query.status)
        for value, word in words.items()
    ]
    return [each for each in found if each.count or each.is_on or not each.value]


def page_of_credentials(workspace: Workspace, query: ListQuery, now: datetime) -> Page[Credential]:
    """One page of the list, by name; a name is unique in a workspace, whatever its case."""
    rows = credentials_in(workspace)
    rows = matching(rows.filter(_condition(query.status, now)), search=query.search, now=now)
    named = rows.annotate(by_name=Lower("name"))
    return page_of_rows(named, by=("by_name",), cursor=query.cursor, size=PAGE)


def _parts(value: str, now: datetime) -> tuple[Q, ...]:
    return expiring(now) if value == EXPIRING.key else (_condition(value, now),)


def _condition(value: str, now: datetime) -> Q:
    if value == ATTENTION:
        return Q(status__in=BAD)
    return of_status(value, now) if value else Q()
