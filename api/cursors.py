"""Cursors of lists: a page begins after the last row of the page before it.

A cursor is signed with the list and its filter: one of another list, or a damaged one, is refused.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from ninja import Query

from api.errors import ApiError, Code

Row = TypeVar("Row", bound=Model)
MOST, USUAL = 200, 50
Limit = Annotated[int, Query(ge=1, le=MOST)]
"""How many rows a page has."""
OWN = frozenset({"cursor", "limit"})


def read_cursor(request: HttpRequest) -> list[Any] | None:
    """The values in the request's cursor; None for the first page. Raises ApiError."""
    text = request.GET.get("cursor")
    if not text:
        return None
    try:
        values: list[Any] = signing.loads(text, salt=_salt(request))
    except signing.BadSignature:
        raise ApiError(Code.CURSOR_INVALID) from None
    return values


def write_cursor(request: HttpRequest, values: Sequence[Any]) -> str:
    """A cursor with these values, for this list and filter."""
    return signing.dumps([_plain(value) for value in values], salt=_salt(request))


def next_link(request: HttpRequest, cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page (RFC 8288)."""
    if cursor is None:
        return {}
    others = [(name, value) for name, value in _fields(request.GET) if name != "cursor"]
    return {"Link": f'<{request.path}?{urlencode([*others, ("cursor", cursor)])}>; rel="next"'}


def page_by_keys(
    request: HttpRequest,
    rows: QuerySet[Row],
    *,
    keys: Sequence[OrderBy],
    limit: int,
    kept: Sequence[Any] = (),
) -> tuple[list[Any], str | None]:
    """The primary keys of one page in the order of ``keys``, and the cursor of the next page.

    The keys together are unique; a null comes last. ``kept`` are values that the cursor keeps in
    front of those of the row.
    """
    names = [f"key_{number}" for number in range(len(keys))]
    found = rows.annotate(**{name: key.expression for name, key in zip(names, keys, strict=True)})
    cursor = read_cursor(request)
    if cursor is not None:
        values = cursor[len(kept) :]
        if len(values) != len(names):
            raise ApiError(Code.CURSOR_INVALID)
        found = found.filter(_after(names, keys, [_moment(value) for value in values]))
    order = [
        OrderBy(F(name), descending=key.descending, nulls_last=True)
        for name, key in zip(names, keys, strict=True)
    ]
    taken = list(found.order_by(*order).values_list("pk", *names)[: limit + 1])
    more = len(taken) > limit
    keys_of_page = [row[0] for row in taken[:limit]]
    if not more:
        return keys_of_page, None
    return keys_of_page, write_cursor(request, [*kept, *taken[limit - 1][1:]])


def _after(names: Sequence[str], keys: Sequence[OrderBy], values: Sequence[Any]) -> Q:
    """The rows after these values: later in one key, and equal in all before it."""
    after, equal = Q(pk__in=[]), Q()
    for name, key, value in zip(names, keys, values, strict=True):
        if value is not None:
            later = Q(**{f"{name}__{'lt' if key.descending else 'gt'}": value})
            after |= equal & (later | Q(**{f"{name}__isnull": True}))
            equal &= Q(**{name: value})
        else:
            equal &= Q(**{f"{name}__isnull": True})
    return after


def _salt(request: HttpRequest) -> str:
    fields = sorted((name, value) for name, value in _fields(request.GET) if name not in OWN)
    return f"{__name__}:{request.path}?{urlencode(fields)}"


def _fields(query: QueryDict) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in query.lists() for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return {"at": value.isoformat()}
    return value if value is None or isinstance(value, int | str | bool) else str(value)


def _moment(value: Any) -> Any:
    return parse_datetime(value["at"]) if isinstance(value, dict) else value
