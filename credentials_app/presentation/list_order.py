"""The orders of the list: worst first, and by each column. Compared when asked, never stored."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Lower, Replace

from credentials_app.presentation.list_conditions import BAD, END, ended
from credentials_app.selectors import expiring
from credentials_app.status import Status

BY_NAME = Lower("name")
"""Unique in a workspace, so that every order is complete."""
HOST = Replace(Replace("server", Value("https://"), Value("")), Value("http://"), Value(""))
Keys = list[OrderBy]


def order_by(sort: str, now: datetime) -> Keys:
    """The keys of a sort; with ``-`` the other way, but a row without a value stays last."""
    keys = SORTS[sort.removeprefix("-")](now)
    if sort.startswith("-"):
        for key in keys:
            key.descending = not key.descending
    return keys


def urgency(now: datetime) -> Case:
    """0 bad, 1 ends soon, 2 could not check, 3 nothing proved, 4 valid, 5 paused."""
    found, typed = expiring(now)
    working = Case(
        When(ended(now), then=Value(0)),
        When(found | typed, then=Value(1)),
        When(could_not_look_shown=True, then=Value(2)),
        default=Value(4),
    )
    unproved = Case(When(could_not_look_shown=True, then=Value(2)), default=Value(3))
    return Case(
        When(status=Status.VALID, then=working),
        When(status=Status.PAUSED, then=Value(5)),
        When(status__in=[Status.UNVERIFIED, Status.UNPROVED], then=unproved),
        default=Value(0),
        output_field=IntegerField(),
    )


def _worst_first(now: datetime) -> Keys:
    """Bad ones newest first, then by their end, then by name."""
    since = Case(When(status__in=BAD, then=F("status_since")), When(ended(now), then=END))
    end = Case(When(status=Status.VALID, then=END))
    return [
        OrderBy(urgency(now)),
        OrderBy(since, descending=True, nulls_last=True),
        OrderBy(end, nulls_last=True),
        OrderBy(BY_NAME),
    ]


def _by(*values: Expression | F) -> Callable[[datetime], Keys]:
    """Ascending by these, then by name."""
    return lambda _now: [*(OrderBy(each, nulls_last=True) for each in values), OrderBy(BY_NAME)]


SORTS: dict[str, Callable[[datetime], Keys]] = {
    "name": _by(),
    "status": _worst_first,
    "server": _by(HOST),
    "access": _by(F("push")),
    "ends": _by(END),
    "checked": _by(F("last_checked_at")),
    "owner": _by(Lower("owner__name")),
    "workspace": _by(Lower("workspace__organization__name"), Lower("workspace__name")),
    "provider": _by(F("shown_provider")),
    "user": _by(Lower("username")),
    "age": _by(F("secret_set_at")),
    "used": _by(F("used_at")),
}
"""By each column; ``status`` is the order of urgency, ``age`` has the oldest secret first."""
