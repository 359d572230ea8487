"""Keyset paging: a page is found by where the last one ended, so every page costs the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the pages beside them; a cursor is empty where none is."""

    rows: tuple[Row, ...]
    next_cursor: str = ""
    previous_cursor: str = ""


def page_of_rows(
    rows: QuerySet[Row], *, by: Sequence[str], cursor: str = "", size: int = 50
) -> Page[Row]:
    """One page of ``rows`` ordered ``by`` columns that together are unique and never null.

    A column with a leading ``-`` runs downward. A cursor is signed for its model and order: what
    was not made here for these, or is damaged, is the first page.
    """
    salt = ":".join((__name__, rows.model._meta.label, *by))
    backward, place = _read(cursor, salt)
    order = [_reversed(column) for column in by] if backward else list(by)
    found = rows.order_by(*order)
    taken = list((found.filter(_after(order, place)) if place else found)[: size + 1])
    more = len(taken) > size
    taken = taken[:size]
    if backward:
        taken.reverse()
    return Page(
        rows=tuple(taken),
        next_cursor=_cursor("n", taken[-1], by, salt) if (more or backward) and taken else "",
        previous_cursor=_cursor("p", taken[0], by, salt)
        if (more if backward else place) and taken
        else "",
    )


def _after(order: Sequence[str], place: Sequence[Any]) -> Q:
    """Rows behind a place: later in the first column, or equal there and later in the next."""
    behind, equal = Q(pk__in=[]), Q()
    for column, value in zip(order, place, strict=True):
        name, side = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
        behind |= equal & Q(**{f"{name}__{side}": value})
        equal &= Q(**{name: value})
    return behind


def _reversed(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _cursor(way: str, row: Model, by: Sequence[str], salt: str) -> str:
    return signing.dumps([way, *(_value(row, column.lstrip("-")) for column in by)], salt=salt)


def _value(row: Model, path: str) -> Any:
    found: Any = row
    for name in path.split("__"):
        found = getattr(found, name)
    return found if isinstance(found, int) else str(found)


def _read(cursor: str, salt: str) -> tuple[bool, list[Any]]:
    try:
        way, *place = signing.loads(cursor, salt=salt)
    except signing.BadSignature:
        return False, []
    return way == "p", place
