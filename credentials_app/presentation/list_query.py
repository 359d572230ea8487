"""The query string of the list: search, status filter, order and page."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.datastructures import MultiValueDict

from credentials_app.presentation.list_conditions import FILTERS
from credentials_app.presentation.list_order import SORTS

LONGEST_SEARCH = 200
MAX_COUNT = 10_000
"""Counts and pages are exact up to so many rows."""
SIZES = (25, 50, 100)
MAX_PAGE = 1_000_000


@dataclass(frozen=True)
class ListQuery:
    """What the person asks for. ``sort`` is a key of ``SORTS``, with ``-`` for the other way."""

    search: str = ""
    status: str = ""
    sort: str = "status"
    page: int = 1
    size: int = SIZES[0]

    @classmethod
    def of(cls, values: "MultiValueDict[str, str]") -> "ListQuery":
        """Read it; what is unknown or malformed counts as not given."""
        usual, sort = cls(), values.get("sort") or ""
        status = values.get("status") or ""
        return cls(
            search=(values.get("q") or "").replace("\0", "").strip()[:LONGEST_SEARCH],
            status=status if status in FILTERS else usual.status,
            sort=sort if sort.removeprefix("-") in SORTS else usual.sort,
            page=min(max(_number(values.get("page")), 1), MAX_PAGE),
            size=size if (size := _number(values.get("size"))) in SIZES else usual.size,
        )

    @property
    def is_narrowed(self) -> bool:
        """True if the query can leave out credentials."""
        return bool(self.search or self.status)

    @property
    def fields(self) -> dict[str, str]:
        """The names and values of the query string; what is as usual is left out."""
        usual = ListQuery()
        named = {
            "q": (self.search, usual.search),
            "status": (self.status, usual.status),
            "sort": (self.sort, usual.sort),
            "size": (self.size, usual.size),
            "page": (self.page, usual.page),
        }
        return {name: str(value) for name, (value, as_usual) in named.items() if value != as_usual}

    @property
    def kept_by_search(self) -> dict[str, str]:
        """The fields that another search keeps."""
        return {name: value for name, value in self.fields.items() if name not in {"q", "page"}}

    def within(self, total: int) -> "ListQuery":
        """The same, on the last page if ``total`` rows end before its page."""
        last = max(-(-total // self.size), 1)
        return self if total > MAX_COUNT or self.page <= last else replace(self, page=last)

    def url(self, **changes: Any) -> str:
        """The query string of the list with these changes, on its first page unless told."""
        return f"?{urlencode(replace(self, **{'page': 1, **changes}).fields)}"


def _number(text: str | None) -> int:
    """The number; 0 if it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
