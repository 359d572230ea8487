"""The Credentials tab."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.paging import Page
from credentials_app.presentation.credential import credential_view, polls_every
from credentials_app.presentation.listing import ListQuery, filters, page_of_credentials
from credentials_app.services.bulk_checks import running_in
from credentials_app.views.pages import asks_for_fragment, render_page
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can

MEANWHILE = "5s"
"""How soon the rows are asked for again while a check of many goes on."""


@dataclass(frozen=True)
class Pager:
    """The addresses of the pages beside this one; empty where there is none."""

    previous_url: str
    next_url: str
    label: str = ""


@require_safe
def credentials(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """Every credential of the workspace; a script asks again for the rows while checks run."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SEE)
    now, asked = timezone.now(), ListQuery.of(request.GET.dict())
    found = page_of_credentials(seat.workspace, asked, now)
    rows = [credential_view(row, now) for row in found.rows]
    bulk = running_in(seat.workspace)
    values: dict[str, Any] = {
        "rows": rows,
        "asked": asked,
        "poll": polls_every(row.badge for row in rows) or (MEANWHILE if bulk else ""),
        "bulk": bulk,
        "address": request.get_full_path(),
    }
    if asks_for_fragment(request):
        return render_page(request, seat, "list/_rows.html", **values)
    chosen = filters(seat.workspace, asked, now)
    return render_page(
        request, seat, "list/list.html", filters=chosen, pager=pager(request, found), **values
    )


def pager(request: HttpRequest, found: Page[Any]) -> Pager:
    """The pages beside this one, with everything else in the address kept."""
    kept = {key: value for key, value in request.GET.dict().items() if key != "cursor"}

    def address(cursor: str) -> str:
        return f"?{urlencode({**kept, 'cursor': cursor})}" if cursor else ""

    return Pager(address(found.previous_cursor), address(found.next_cursor))
