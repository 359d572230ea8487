"""The credentials before and after one, in the list that a person came from."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.utils.datastructures import MultiValueDict

from credentials_app.presentation.list_order import order_by
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import chosen
from workspaces.models import Workspace

MOST_DIGITS = 9


@dataclass(frozen=True)
class Neighbor:
    """A credential of the list; ``query``: the query string that says where it is in it."""

    pk: UUID
    query: str


@dataclass(frozen=True)
class Neighbors:
    """``list_query``: the query string of the page of the list."""

    list_query: str
    previous: Neighbor | None
    next: Neighbor | None


def place_in(query: ListQuery) -> str:
    """The query string of a credential's page; its place in this list, from 1, follows."""
    return f"?{urlencode((*replace(query, page=1).fields, ('at', '')))}"


def neighbors(
    workspace: Workspace, pk: UUID, values: "MultiValueDict[str, str]", now: datetime
) -> Neighbors | None:
    """None if the address names no place in a list.

    A credential that is repaired may have left the list: then the next one has taken its place.
    """
    text = values.get("at") or ""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text)):
        return None
    query, place = ListQuery.of(values), int(text)
    first = max(place - 1, 1)
    rows = chosen(workspace, query, now).order_by(*order_by(query.sort, now))
    around = dict(enumerate(rows.values_list("pk", flat=True)[first - 1 : place + 1], first))
    after = place + 1 if around.get(place) == pk else place

    def at(number: int) -> Neighbor | None:
        found = around.get(number)
        return Neighbor(found, f"{place_in(query)}{number}") if found and found != pk else None

    page = (place - 1) // query.size + 1
    return Neighbors(query.url(page=page), at(place - 1), at(after))
