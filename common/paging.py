"""Keyset paging: a page is found by where the last one ended, so every page costs the same."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

Row = TypeVar("Row", bound=Model)
LONGEST = 1000
NOT_TAKEN = (ValidationError, ValueError, TypeError, OverflowError)
"""What values that a column does not take lead to."""


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

    A column with a leading ``-`` runs downward. A cursor that cannot be read is the first page.
    """
    backward, place = _read(cursor, len(by))
    order = [_reversed(column) for column in by] if backward else list(by)
    found = rows.order_by(*order)
    try:
        taken = list((found.filter(_after(order, place)) if place else found)[: size + 1])
    except NOT_TAKEN:
        return page_of_rows(rows, by=by, size=size)
    more = len(taken) > size
    taken = taken[:size]
    if backward:
        taken.reverse()
    return Page(
        rows=tuple(taken),
        next_cursor=_cursor("n", taken, -1, by) if (more or backward) and taken else "",
        previous_cursor=_cursor("p", taken, 0, by)
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


def _cursor(way: str, rows: Sequence[Model], index: int, by: Sequence[str]) -> str:
    values = [_value(rows[index], column.lstrip("-")) for column in by]
    return base64.urlsafe_b64encode(json.dumps([way, *values]).encode()).decode().rstrip("=")


def _value(row: Model, path: str) -> Any:
    found: Any = row
    for name in path.split("__"):
        found = getattr(found, name)
    return found if isinstance(found, int) else str(found)


def _read(cursor: str, columns: int) -> tuple[bool, list[Any]]:
    if not cursor or len(cursor) > LONGEST:
        return False, []
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return False, []
    if not isinstance(parts, list) or len(parts) != columns + 1 or parts[0] not in ("n", "p"):
        return False, []
    if not all(_is_plain(part) for part in parts):
        return False, []
    return parts[0] == "p", parts[1:]


def _is_plain(part: object) -> bool:
    """Whether every database takes this as a value."""
    if isinstance(part, str):
        return "\0" not in part and not _is_of_another_clock(part)
    return isinstance(part, int) and abs(part) < 2**63


def _is_of_another_clock(text: str) -> bool:
    """A moment that is not in UTC: no cursor of ours holds one, and it may lie outside of time."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    return moment is not None and moment.utcoffset() != timedelta(0)
