"""The credentials of a workspace that a query of the list finds, and one page of them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from credentials_app.models import Credential
from credentials_app.presentation.list_filters import CHIPS, condition_of_chip
from credentials_app.presentation.list_order import order_by
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.list_search import matches
from credentials_app.selectors import credentials_in
from workspaces.models import Workspace


def chosen(workspace: Workspace, query: ListQuery, now: datetime) -> QuerySet[Credential]:
    """The credentials of the workspace that fit search and chips, on whatever page."""
    return fitting(Credential.objects.filter(workspace=workspace), query, now)


def fitting(
    rows: QuerySet[Credential],
    query: ListQuery,
    now: datetime,
    *,
    shared: Q | None = None,
    is_wide: bool = False,
) -> QuerySet[Credential]:
    """Those of the rows, of one workspace or of many, that fit search and chips.

    ``shared``: the rows with a secret that is stored in two places, where a reader may compare
    them. ``is_wide``: the search finds the names of workspaces, too.
    """
    for chip in CHIPS:
        if query.chosen(chip):
            rows = rows.filter(condition_of_chip(chip, query.chosen(chip), now, shared=shared))
    return rows.filter(matches(query.search, now, is_wide=is_wide)) if query.search else rows


def page_of_credentials(
    workspace: Workspace, query: ListQuery, now: datetime
) -> tuple[list[Credential], bool]:
    """One page, and whether there is a next one.

    An index finds the keys of the page, so that the database reads only its rows.
    """
    start, end = (query.page - 1) * query.size, query.page * query.size
    ordered = chosen(workspace, query, now).order_by(*order_by(query.sort, now))
    keys = list(ordered.values_list("pk", flat=True)[start : end + 1])
    found = credentials_in(workspace).in_bulk(keys[: query.size])
    return [found[key] for key in keys if key in found], len(keys) > query.size
