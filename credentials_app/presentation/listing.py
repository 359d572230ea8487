"""The list of a workspace's credentials: its filters with their counts, and one page of rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Credential
from credentials_app.presentation.list_conditions import (
    ATTENTION,
    BAD,
    FILTERS,
    UNUSED,
    condition_of,
    ended,
)
from credentials_app.presentation.list_order import order_by
from credentials_app.presentation.list_query import MAX_COUNT, ListQuery
from credentials_app.presentation.list_search import matches
from credentials_app.selectors import credentials_in
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, PUSH_NOT_PROVED, Status
from workspaces.models import Workspace


class CountOfRows(Subquery):
    """The number of rows of a query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Credential]) -> None:
        super().__init__(rows.order_by().values("pk"))


@dataclass(frozen=True)
class Filter:
    """A status filter with the number of its rows."""

    value: str
    word: str | Promise
    count: int
    is_on: bool
    url: str

    @property
    def count_text(self) -> str:
        return count_in_words(self.count)


def count_in_words(count: int) -> str:
    """The number; *10,000+* for more than that."""
    return f"{MAX_COUNT:,}+" if count > MAX_COUNT else f"{count:,}"


def filters(workspace: Workspace, query: ListQuery, now: datetime) -> list[Filter]:
    """The filters that find something in this search, *all* first; one query counts them all."""
    counts = _counts(workspace, query, now)
    found = [
        Filter(value, word, counts[value], value == query.status, query.url(status=value))
        for value, word in {"": _("All"), **FILTERS}.items()
    ]
    return [each for each in found if each.count or each.is_on or not each.value]


def count_of(found: list[Filter]) -> int:
    """The number of rows of the filter that is on."""
    return next((each.count for each in found if each.is_on), 0)


def broken_in(found: list[Filter], query: ListQuery) -> str:
    """How many credentials of the workspace need attention, in words; empty for none, and in a
    search, which counts only what it finds."""
    if query.search:
        return ""
    return next((each.count_text for each in found if each.value == ATTENTION and each.count), "")


def chosen(workspace: Workspace, query: ListQuery, now: datetime) -> QuerySet[Credential]:
    """The credentials that fit search and filter, on whatever page."""
    rows = _in(workspace).filter(condition_of(query.status, now))
    return rows.filter(matches(query.search, now)) if query.search else rows


def page_of_credentials(
    workspace: Workspace, query: ListQuery, now: datetime
) -> tuple[list[Credential], bool]:
    """One page, and whether there is a next one.

    An index finds the keys of the page, so that the database reads only its rows.
    """
    order, start = order_by(query.sort, now), (query.page - 1) * query.size
    keys = chosen(workspace, query, now).order_by(*order).values("pk")
    page = credentials_in(workspace).filter(pk__in=keys[start : start + query.size + 1])
    rows = list(page.order_by(*order_by(query.sort, now)))
    return rows[: query.size], len(rows) > query.size


def _in(workspace: Workspace) -> QuerySet[Credential]:
    return Credential.objects.filter(workspace=workspace)


def _counts(workspace: Workspace, query: ListQuery, now: datetime) -> Counter[str]:
    """The rows of each filter in this search, in one query."""
    rows = chosen(workspace, replace(query, status=""), now).order_by()
    beside = (EXPIRING.key, COULD_NOT_CHECK.key, PUSH_NOT_PROVED.key, UNUSED)
    special = {key: condition_of(key, now) for key in beside}
    special |= {"ended": ended(now)}
    counts = _by_search(rows, special) if query.search else _by_index(rows, special)
    past = counts.pop("ended")
    counts[""] = sum(counts[status] for status in Status)
    counts[Status.VALID] -= past
    counts[Status.EXPIRED] += past
    counts[ATTENTION] = sum(counts[status] for status in BAD)
    return counts


def _by_search(rows: QuerySet[Credential], special: Mapping[str, Q]) -> Counter[str]:
    """One pass over all rows, each of which is searched once."""
    named = {**{status.value: Q(status=status) for status in Status}, **special}
    counted = {f"of_{name}": Count("pk", filter=each) for name, each in named.items()}
    found = rows.aggregate(**counted)
    return Counter({name: found[f"of_{name}"] for name in named})


def _by_index(rows: QuerySet[Credential], special: Mapping[str, Q]) -> Counter[str]:
    """One pass over the index for the statuses, and a range of an index for each other."""
    counted = {f"of_{name}": CountOfRows(rows.filter(each)) for name, each in special.items()}
    counts = Counter(dict.fromkeys(special, 0))
    groups = rows.values("status").annotate(count=Count("*"), **counted)
    for group in map(dict[str, Any], groups):
        counts[group["status"]] = group["count"]
        for name in special:
            counts[name] = group[f"of_{name}"]
    return counts
