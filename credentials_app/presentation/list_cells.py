"""Counts the rows of the list by all that *Status*, *Access* and *Ends* tell apart.

One statement counts the rows of each combination, a cell; the choices of the three chips are sums
of cells.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db.models import BooleanField, Case, Count, IntegerField, QuerySet, Value, When

from credentials_app.models import Credential
from credentials_app.presentation.last_use import unused
from credentials_app.presentation.list_conditions import (
    ATTENTION,
    BAD,
    UNCLEAR,
    UNUSED,
    WORKING,
)
from credentials_app.presentation.list_filters import (
    ACCESS,
    END_WORDS,
    ENDS,
    EXCESS,
    NEVER_ENDS,
    NO_END,
    PULL,
    PUSH,
    STATUS,
    last_of,
)
from credentials_app.selectors import IS_TOLD
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, PUSH_NOT_PROVED, Status
from workspaces.models import Workspace

SPANS = [value for value in END_WORDS if value not in {NO_END, NEVER_ENDS}]
SOON = "30"
"""The span in which a working credential counts as ending; as ``expiry.WARNING``."""
TOLD_PAST, TYPED_PAST = "told past", "typed past"
NEVER, TOLD, TYPED, LATER, UNTIMED = 100, 101, 102, 103, 104
"""Beside the places of the spans, the numbers by which the database tells ends apart."""


class Cell(NamedTuple):
    """``rows`` credentials that are the same in these columns; ``ends``: all that fits its end."""

    status: str
    push: bool
    could_not_look_shown: bool
    push_not_proved: bool
    is_unused: bool
    has_excess: bool
    ends: frozenset[str]
    rows: int

    @property
    def has_ended(self) -> bool:
        return self.status == Status.VALID and TOLD_PAST in self.ends

    @property
    def group(self) -> str:
        """The group of its status, as the first column of the order of urgency."""
        if self.status in BAD or self.has_ended:
            return ATTENTION
        if self.status == Status.PAUSED:
            return Status.PAUSED.value
        if self.status == Status.VALID and self.ends & {TYPED_PAST, SOON}:
            return EXPIRING.key
        return WORKING if self.status == Status.VALID and not self.could_not_look_shown else UNCLEAR


def cells(
    rows: QuerySet[Credential], workspace: Workspace, now: datetime, *, spans: Sequence[str] = ()
) -> list[Cell]:
    """The cells of these rows of the workspace, in one statement.

    ``spans``: numbers of days beside those that the chip offers.
    """
    nobodys = Credential.objects.filter(unused(now), workspace=workspace).values("pk")
    flags = Case(
        When(pk__in=nobodys, then=Value(value=True)),
        default=Value(value=False),
        output_field=BooleanField(),
    )
    ordered = _in_order({*SPANS, *spans}, now)
    keyed = rows.order_by().annotate(end=_place(ordered, now), is_unused=flags)
    columns = (
        "status", "push", "could_not_look_shown", "push_not_proved", "is_unused", "has_excess",
        "end",
    )  # fmt: skip
    grouped = keyed.values(*columns).annotate(rows=Count("*")).values_list(*columns, "rows")
    fitting = _fitting(ordered)
    return [
        Cell(status, push, in_vain, not_proved, is_unused, bool(excess), fitting[end], count)
        for status, push, in_vain, not_proved, is_unused, excess, end, count in grouped
    ]


def cell_fits(chip: str, values: Sequence[str], cell: Cell) -> bool:
    """True if one of the values fits, or there are none."""
    return not values or any(OF_CHIP[chip](value)(cell) for value in values)


def _in_order(spans: set[str], now: datetime) -> list[str]:
    """The spans, the shortest first."""
    return sorted(spans, key=lambda span: last_of(span, now))


def _fitting(spans: Sequence[str]) -> dict[int, frozenset[str]]:
    """What fits each number: a span and all longer ones."""
    found = {place: frozenset(spans[place:]) for place in range(len(spans))}
    others = {
        NEVER: {NO_END, NEVER_ENDS},
        UNTIMED: {NO_END},
        TOLD: {TOLD_PAST},
        TYPED: {TYPED_PAST},
        LATER: set[str](),
    }
    return found | {number: frozenset(values) for number, values in others.items()}


def _place(spans: Sequence[str], now: datetime) -> Case:
    """The place of the shortest span that the end is in; the kind of end is asked once."""
    lasts = [now, *(last_of(span, now) for span in spans)]
    days = [last.astimezone(UTC).date() for last in lasts]
    return Case(
        When(IS_TOLD, then=_first("expires_at", lasts, TOLD, absent=UNTIMED)),
        default=_first("expires_on", days, TYPED, absent=NEVER),
        output_field=IntegerField(),
    )


def _first(column: str, lasts: Sequence[datetime | date], past: int, *, absent: int) -> Case:
    """The place of the first of these that the column is not after; ``past`` for now, ``absent``
    for none."""
    return Case(
        When(**{f"{column}__isnull": True}, then=Value(absent)),
        *(
            When(**{f"{column}__lte": last}, then=Value(place - 1 if place else past))
            for place, last in enumerate(lasts)
        ),
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
    EXCESS: lambda cell: cell.has_excess,
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
    return lambda cell: value in cell.ends


OF_CHIP: dict[str, Callable[[str], Fits]] = {
    STATUS: _of_status,
    ACCESS: _of_access,
    ENDS: _of_end,
}
