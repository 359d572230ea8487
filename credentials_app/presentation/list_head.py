"""The links around the rows of the list: the heads that sort, and the pager."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.list_counts import count_in_words
from credentials_app.presentation.list_query import SIZES, ListQuery

COLUMNS: dict[str, str | Promise] = {
    "name": _("Name"),
    "status": _("Status"),
    "server": _("Server"),
    "access": _("Access"),
    "ends": _("Ends"),
    "checked": _("Last checked"),
    "owner": _("Owner"),
}


@dataclass(frozen=True)
class SortLink:
    """The head of a column: ``aria_sort`` and ``icon`` are empty if the rows follow another."""

    key: str
    word: str | Promise
    url: str
    aria_sort: str = ""
    icon: str = ""


@dataclass(frozen=True)
class PageSize:
    """A number of rows for a page."""

    size: int
    url: str
    is_on: bool


@dataclass(frozen=True)
class ListPager:
    """Where the page is among all rows, and the URLs of others; empty where there is none."""

    label: str
    first_url: str
    previous_url: str
    next_url: str
    sizes: tuple[PageSize, ...]


def sort_links(query: ListQuery, columns: Mapping[str, str | Promise] = COLUMNS) -> list[SortLink]:
    """The heads of the columns; that of the present order leads to the other direction."""
    return [_sort_link(query, key, word) for key, word in columns.items()]


def list_pager(query: ListQuery, shown: int, total: int, *, more: bool) -> ListPager:
    """The pager under ``shown`` rows of ``total``; ``more``: there is a next page.

    ``total`` may be half a minute old, so that the rows that are read can be more.
    """
    before = (query.page - 1) * query.size
    total = max(total, before + shown + more)
    place = f"{before + 1:,}–{before + shown:,} of {count_in_words(total)}" if shown else ""
    return ListPager(
        label=place,
        first_url=query.url() if query.page > 2 else "",
        previous_url=query.url(page=query.page - 1) if query.page > 1 else "",
        next_url=query.url(page=query.page + 1) if more else "",
        sizes=tuple(PageSize(n, query.url(size=n), n == query.size) for n in SIZES)
        if total > SIZES[0]
        else (),
    )


def _sort_link(query: ListQuery, key: str, word: str | Promise) -> SortLink:
    if query.sort == key:
        return SortLink(key, word, query.url(sort=f"-{key}"), "ascending", "arrow-up")
    if query.sort == f"-{key}":
        return SortLink(key, word, query.url(sort=key), "descending", "arrow-down")
    return SortLink(key, word, query.url(sort=key))
