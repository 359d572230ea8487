"""The list of a workspace's credentials."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from common.paging import Page
from credentials_app.exports.leaving import may_export
from credentials_app.forms.bulk_change import BulkChangeForm, change_in_words
from credentials_app.notices.bulk_changes import last_change
from credentials_app.presentation.credential import credential_view, polls_every
from credentials_app.presentation.list_chips import by_provider, chips
from credentials_app.presentation.list_counts import ListCounts, count_in_words, count_rows
from credentials_app.presentation.list_head import list_pager, sort_links
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.list_views import views_above
from credentials_app.presentation.listing import page_of_credentials
from credentials_app.presentation.neighbors import place_in
from credentials_app.presentation.snapshots import Snapshot, Snapshots
from credentials_app.selectors import views_for
from credentials_app.services.bulk_checks import running_in
from credentials_app.views.pages import asks_for_fragment, render_page, uuid_or_none
from workspaces import audit
from workspaces.models import Workspace
from workspaces.places import credentials_url
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

NO_ROW = UUID(int=0)
POLL_DURING_BULK = "5s"
"""How often the list polls its rows while a bulk check runs."""


@dataclass(frozen=True)
class Pager:
    """The URLs of the previous and the next page; empty where there is none."""

    previous_url: str
    next_url: str
    label: str = ""


@require_safe
@workspace_view(Can.SEE)
def credentials(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every credential of the workspace; a script polls the rows while checks run."""
    now, query = timezone.now(), ListQuery.of(request.GET)
    is_fragment = asks_for_fragment(request)
    counts = None if is_fragment else _counts(seat.workspace, query, now)
    page, more = page_of_credentials(seat.workspace, query, now)
    if counts and not page and query.page > 1:
        query = _nearest_page(query, counts.value.total)
        page, more = page_of_credentials(seat.workspace, query, now)
    rows = [credential_view(row, now) for row in page]
    bulk = running_in(seat.workspace)
    values: dict[str, Any] = {
        "rows": rows,
        "query": query,
        "poll": polls_every(row.badge for row in rows) or (POLL_DURING_BULK if bulk else ""),
        "bulk": bulk,
        "address": request.get_full_path(),
        "row_url": credentials_url(seat.workspace, "detail", pk=NO_ROW).split(f"{NO_ROW}"),
        "place_in": place_in(query),
        "before": (query.page - 1) * query.size,
    }
    if counts is None:
        return render_page(request, seat, "list/_rows.html", **values)
    found = counts.value
    values["filters"] = counts.page(
        get_language(), lambda: _filters(seat, replace(query, page=1), found)
    )
    rows_of_views = list(views_for(seat.workspace, seat.user))
    values["views"] = views_above(query, seat, rows_of_views, found)
    values["broken"] = found.broken(query)
    values["heads"] = sort_links(query)
    values["total"] = count_in_words(found.total)
    values |= _bulk_values(request, seat)
    values["pager"] = list_pager(query, len(rows), found.total, more=more)
    return render_page(request, seat, "list/list.html", **values)


def _counts(workspace: Workspace, query: ListQuery, now: datetime) -> Snapshot[ListCounts]:
    """The counts of this query, which the process may have kept; its page changes none."""
    key = ("list", workspace.pk, replace(query, page=1), audit.newest_change([workspace]))
    return Snapshots.get(key, lambda: count_rows(workspace, query, now))


def _nearest_page(query: ListQuery, total: int) -> ListQuery:
    """The last page, for a page without rows; the first one if the counts know no last page."""
    last = query.within(total)
    return last if last != query else replace(query, page=1)


def _filters(seat: Seat, query: ListQuery, found: ListCounts) -> str:
    shown = chips(query, found)
    values = {
        "list_url": credentials_url(seat.workspace, "list"),
        "query": query,
        "chips": shown,
        "narrowers": by_provider(query, shown),
    }
    return render_to_string("credentials_app/list/_filters.html", values)


def _bulk_values(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    """The bar that changes many rows, and what this person has just changed."""
    done = last_change(seat, pk) if (pk := uuid_or_none(request.GET.get("did", ""))) else None
    return {
        "may_export": may_export(seat) and not seat.workspace.archived_at,
        "bulk_form": BulkChangeForm(seat.workspace, acts=[]),
        "done": done,
        "done_words": change_in_words(done.action, len(done.before)) if done else "",
    }


def pager(request: HttpRequest, page: Page[Any]) -> Pager:
    """The links to the previous and the next page; they keep the rest of the query string."""
    others = {key: value for key, value in request.GET.dict().items() if key != "cursor"}

    def url_of(cursor: str) -> str:
        return f"?{urlencode({**others, 'cursor': cursor})}" if cursor else ""

    return Pager(url_of(page.previous_cursor), url_of(page.next_cursor))
