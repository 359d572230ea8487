"""The check history of a credential, and the steps of one check."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common import paging
from credentials_app.presentation.history import check_views
from credentials_app.selectors import history_of
from credentials_app.views.listing import pager
from credentials_app.views.pages import credential_at, render_page
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

PAGE_SIZE = 50


@require_safe
@workspace_view(Can.SEE)
def history(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Every stored check run, newest first."""
    credential = credential_at(seat, pk)
    runs, _changes = history_of(credential)
    page = paging.page_of_rows(
        runs, by=("-started_at", "-pk"), cursor=request.GET.get("cursor", ""), size=PAGE_SIZE
    )
    return render_page(
        request,
        seat,
        "detail/history.html",
        credential=credential,
        checks=check_views(page.rows),
        pager=pager(request, page),
    )


@require_safe
@workspace_view(Can.SEE)
def run(request: HttpRequest, seat: Seat, pk: UUID, run: UUID) -> HttpResponse:
    """One check run with its steps."""
    credential = credential_at(seat, pk)
    check = check_views([credential.runs.get(pk=run)])[0]
    return render_page(request, seat, "detail/run.html", credential=credential, check=check)
