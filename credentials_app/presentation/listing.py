"""The list of a workspace: its filters with their counts, and one page of rows."""

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

MOST = 999


class HowMany(Subquery):
    """The number of rows of a query, which may be cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def count_up_to(
    rows: QuerySet[Any],
    filters: Mapping[str, Sequence[Q]],
    *,
    beside: QuerySet[Model],
    most: int = MOST,
) -> dict[str, int]:
    """For each filter the number of its rows, at most ``most + 1``; in one query.

    A filter is made of parts that share no row, so that each part finds its own index.
    ``beside`` finds exactly one row, any, whose query carries the counts.
    """
    counted = {
        f"{name}_{number}": HowMany(rows.filter(part).order_by().values("pk")[: most + 1])
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
    """What the reader looks for."""

    search: str = ""
    status: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, values: dict[str, str]) -> "ListQuery":
        """From the address; what is unknown counts as not asked."""
        status = values.get("status", "")
        known = {ATTENTION, EXPIRING.key, COULD_NOT_CHECK.key, *Status.values}
        return cls(
            values.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
            status if status in known else "",
            values.get("cursor", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search or self.status)


@dataclass(frozen=True)
class Filter:
    """One way to narrow the list, with how many rows it would leave, at most one too many."""

    value: str
    word: str | Promise
    count: int
    is_on: bool

    @property
    def how_many(self) -> str:
        """The count as it is shown."""
        return f"{MOST}+" if self.count > MOST else str(self.count)


def filters(workspace: Workspace, asked: ListQuery, now: datetime) -> list[Filter]:
    """The filters that would find something, *all* first; one query counts them all."""
    words: dict[str, str | Promise] = {"": _("All"), ATTENTION: _("Needs attention")}
    words |= {sign.key: sign.word for sign in (EXPIRING, COULD_NOT_CHECK)}
    words |= {status.value: STATUS_LABELS[status].word for status in Status}
    numbers = count_up_to(
        Credential.objects.filter(workspace=workspace),
        {f"of_{value}": _parts(value, now) for value in words},
        beside=Workspace.objects.filter(pk=workspace.pk),
    )
    found = [
        Filter(value, word, numbers[f"of_{value}"], value == asked.status)
        for value, word in words.items()
    ]
    return [each for each in found if each.count or each.is_on or not each.value]


def page_of_credentials(workspace: Workspace, asked: ListQuery, now: datetime) -> Page[Credential]:
    """One page of what the reader looks for, by name, which is unique however capitalized."""
    rows = credentials_in(workspace)
    rows = matching(rows.filter(_where(asked.status, now)), search=asked.search, now=now)
    named = rows.annotate(by_name=Lower("name"))
    return page_of_rows(named, by=("by_name",), cursor=asked.cursor, size=PAGE)


def _parts(value: str, now: datetime) -> tuple[Q, ...]:
    return expiring(now) if value == EXPIRING.key else (_where(value, now),)


def _where(value: str, now: datetime) -> Q:
    if value == ATTENTION:
        return Q(status__in=BAD)
    return of_status(value, now) if value else Q()
