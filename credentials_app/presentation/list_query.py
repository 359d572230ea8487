"""The query string of the list: search, chips, order and page."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.datastructures import MultiValueDict

from credentials_app.presentation.list_filters import CHIPS, MOST_VALUES, canonical, canonical_key
from credentials_app.presentation.list_order import SORTS

LONGEST_SEARCH = 200
MAX_COUNT = 1_000_000
"""Counts and pages are exact up to so many rows."""
SIZES = (25, 50, 100)
MAX_PAGE = 1_000_000
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ListQuery:
    """What the person asks for.

    ``chips``: pairs of a chip and a chosen value. ``sort`` is a key of ``SORTS``, with ``-`` for
    the other way. ``view``: the key of the saved view that it began with, in any shape.
    """

    search: str = ""
    chips: Fields = ()
    sort: str = "status"
    page: int = 1
    size: int = SIZES[0]
    view: str = ""

    @classmethod
    def of(cls, values: "MultiValueDict[str, str]") -> "ListQuery":
        """Read it; what is unknown or malformed counts as not given."""
        usual, sort = cls(), values.get("sort") or ""
        return cls(
            search=(values.get("q") or "").replace("\0", "").strip()[:LONGEST_SEARCH],
            chips=tuple((chip, value) for chip in CHIPS for value in _chosen(chip, values)),
            sort=sort if sort.removeprefix("-") in SORTS else usual.sort,
            page=min(max(_number(values.get("page")), 1), MAX_PAGE),
            size=size if (size := _number(values.get("size"))) in SIZES else usual.size,
            view=canonical_key(values.get("view") or ""),
        )

    @property
    def is_narrowed(self) -> bool:
        """True if the query can leave out credentials."""
        return bool(self.search or self.chips)

    @property
    def fields(self) -> Fields:
        """The names and values of the query string; what is as usual is left out."""
        searched = (("q", self.search),) if self.search else ()
        return (*searched, *self.chips, *self.kept_by_search, *self._page)

    @property
    def kept_by_search(self) -> Fields:
        """The fields that another search keeps, besides the chips."""
        usual = ListQuery()
        named = (
            ("sort", self.sort, usual.sort),
            ("size", self.size, usual.size),
            ("view", self.view, usual.view),
        )
        return tuple((name, str(value)) for name, value, as_usual in named if value != as_usual)

    @property
    def _page(self) -> Fields:
        return (("page", str(self.page)),) if self.page > 1 else ()

    def chosen(self, chip: str) -> tuple[str, ...]:
        """The chosen values of a chip."""
        return tuple(value for name, value in self.chips if name == chip)

    def without(self, chip: str, value: str = "") -> "ListQuery":
        """The same without this value of a chip, or without any of it."""
        gone = {(chip, value)} if value else {pair for pair in self.chips if pair[0] == chip}
        return replace(self, chips=tuple(pair for pair in self.chips if pair not in gone))

    @property
    def shows(self) -> "ListQuery":
        """What decides which rows it shows and how they follow: without page and view."""
        return replace(self, page=1, size=ListQuery.size, view="")

    def within(self, total: int) -> "ListQuery":
        """The same, on the last page if ``total`` rows end before its page."""
        last = max(-(-total // self.size), 1)
        return self if total > MAX_COUNT or self.page <= last else replace(self, page=last)

    def url(self, **changes: Any) -> str:
        """The query string of the list with these changes, on its first page unless told."""
        return f"?{urlencode(replace(self, **{'page': 1, **changes}).fields)}"


def _chosen(chip: str, values: "MultiValueDict[str, str]") -> list[str]:
    """The known values of a chip, each once, in one order whatever that of the address."""
    return sorted({canonical(chip, text) for text in values.getlist(chip)} - {""})[:MOST_VALUES]


def _number(text: str | None) -> int:
    """The number; 0 if it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
