"""Keyset paging: a page starts after the last row of the page before, so each costs the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the next and previous page; "" if there is no such page."""

    rows: tuple[Row, ...]
    next_cursor: str = ""
    previous_cursor: str = ""


def page_of_rows(
    rows: QuerySet[Row], *, by: Sequence[str], cursor: str = "", size: int = 50
) -> Page[Row]:
    """One page of ``rows`` ordered ``by`` columns that together are unique and never null.

    A column with a leading ``-`` is in descending order. A cursor is signed for its model and
    order; one that we did not sign for them, or a damaged one, means the first page.
    """
    salt = ":".join((__name__, rows.model._meta.label, *by))
    backward, values = _read(cursor, salt)
    order = [_reversed(column) for column in by] if backward else list(by)
    found = rows.order_by(*order)
    taken = list((found.filter(_after(order, values)) if values else found)[: size + 1])
    more = len(taken) > size
    taken = taken[:size]
    if backward:
        taken.reverse()
    return Page(
        rows=tuple(taken),
        next_cursor=_cursor("n", taken[-1], by, salt) if (more or backward) and taken else "",
        previous_cursor=_cursor("p", taken[0], by, salt)
        if (more if backward else values) and taken
        else "",
    )


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows after these values: later in one column, and equal in all columns before it."""
    after, equal = Q(pk__in=[]), Q()
    for column, value in zip(order, values, strict=True):
        name, operator = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
        after |= equal & Q(**{f"{name}__{operator}": value})
        equal &= Q(**{name: value})
    return after


def _reversed(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _cursor(direction: str, row: Model, by: Sequence[str], salt: str) -> str:
    return signing.dumps(
        [direction, *(_value(row, column.lstrip("-")) for column in by)], salt=salt
    )


def _value(row: Model, path: str) -> Any:
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name)
    return value if isinstance(value, int) else str(value)


def _read(cursor: str, salt: str) -> tuple[bool, list[Any]]:
    try:
        direction, *values = signing.loads(cursor, salt=salt)
    except signing.BadSignature:
        return False, []
    return direction == "p", values
