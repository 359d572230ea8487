"""Counts the rows of the list by all that *Status*, *Access* and *Ends* tell apart.

One statement counts the rows of each combination, a cell; the choices of the three chips are sums
of cells.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db.models import BooleanField, Case, Count, IntegerField, QuerySet, Value, When

from credentials_app.models import Credential
from credentials_app.presentation.last_use import unused
from credentials_app.presentation.list_conditions import (
    ATTENTION,
    BAD,
    IS_TOLD,
    UNCLEAR,
    UNUSED,
    WORKING,
)
from credentials_app.presentation.list_filters import ACCESS, ENDS, NO_END, PULL, PUSH, STATUS
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, PUSH_NOT_PROVED, Status
from workspaces.models import Workspace

NEVER, TOLD_PAST, TYPED_PAST, LATER = -3, -2, -1, 1_000
SPANS = (7, 30, 90)


class Cell(NamedTuple):
    """``rows`` credentials that are the same in these columns.

    ``end``: the shortest of ``SPANS`` that its end is within, or one of the four other values.
    """

    status: str
    push: bool
    could_not_look_shown: bool
    push_not_proved: bool
    end: int
    is_unused: bool
    rows: int

    @property
    def has_ended(self) -> bool:
        return self.status == Status.VALID and self.end == TOLD_PAST

    @property
    def group(self) -> str:
        """The group of its status, as the first column of the order of urgency."""
        if self.status in BAD or self.has_ended:
            return ATTENTION
        if self.status == Status.PAUSED:
            return Status.PAUSED.value
        if self.status == Status.VALID and self.end in {TYPED_PAST, 7, 30}:
            return EXPIRING.key
        return WORKING if self.status == Status.VALID and not self.could_not_look_shown else UNCLEAR


def cells(rows: QuerySet[Credential], workspace: Workspace, now: datetime) -> list[Cell]:
    """The cells of these rows of the workspace, in one statement."""
    nobodys = Credential.objects.filter(unused(now), workspace=workspace).values("pk")
    flags = Case(
        When(pk__in=nobodys, then=Value(value=True)),
        default=Value(value=False),
        output_field=BooleanField(),
    )
    keyed = rows.order_by().annotate(end=_span(now), is_unused=flags)
    grouped = keyed.values(*Cell._fields[:-1]).annotate(rows=Count("*"))
    return [Cell(*row) for row in grouped.values_list(*Cell._fields)]


def cell_fits(chip: str, values: Sequence[str], cell: Cell) -> bool:
    """True if one of the values fits, or there are none."""
    return not values or any(OF_CHIP[chip](value)(cell) for value in values)


def _span(now: datetime) -> Case:
    """As ``ends_within``, with the kind of end asked once for each row."""
    days = {n: (now + timedelta(days=n)).astimezone(UTC).date() for n in (0, *SPANS)}
    told = {n: now + timedelta(days=n) for n in (0, *SPANS)}
    return Case(
        When(IS_TOLD, then=_shortest("expires_at", told, TOLD_PAST)),
        default=_shortest("expires_on", days, TYPED_PAST),
        output_field=IntegerField(),
    )


def _shortest(column: str, ends: Mapping[int, datetime | date], past: int) -> Case:
    """The first of these ends that the column is not after; ``past`` for the end that is now."""
    return Case(
        When(**{f"{column}__isnull": True}, then=Value(NEVER)),
        *(When(**{f"{column}__lte": end}, then=Value(days or past)) for days, end in ends.items()),
        default=Value(LATER),
        output_field=IntegerField(),
    )


Fits = Callable[[Cell], bool]
BESIDE: dict[str, Fits] = {
    Status.EXPIRED: lambda cell: cell.status == Status.EXPIRED or cell.has_ended,
    Status.VALID: lambda cell: cell.status == Status.VALID and not cell.has_ended,
    COULD_NOT_CHECK.key: lambda cell: cell.could_not_look_shown,
    PUSH_NOT_PROVED.key: lambda cell: (
        cell.status == Status.VALID and cell.push_not_proved and not cell.has_ended
    ),
    UNUSED: lambda cell: cell.is_unused,
}


def _of_status(value: str) -> Fits:
    if value in {ATTENTION, EXPIRING.key, UNCLEAR, WORKING}:
        return lambda cell: cell.group == value
    return BESIDE.get(value) or (lambda cell: cell.status == value)


def _of_access(value: str) -> Fits:
    if value in {PULL, PUSH}:
        return lambda cell: cell.push is (value == PUSH)
    return BESIDE[value]


def _of_end(value: str) -> Fits:
    if value == NO_END:
        return lambda cell: cell.end == NEVER
    return lambda cell: 0 < cell.end <= int(value)


OF_CHIP: dict[str, Callable[[str], Fits]] = {
    STATUS: _of_status,
    ACCESS: _of_access,
    ENDS: _of_end,
}
