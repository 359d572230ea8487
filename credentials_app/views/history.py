"""All checks of a credential, and the trail of one."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common import paging
from credentials_app.presentation.history import check_views
from credentials_app.selectors import history_of
from credentials_app.views.listing import pager
from credentials_app.views.pages import credential_at, render_page
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can

PAGE = 50


@require_safe
def history(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Every check that is kept, newest first."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SEE)
    credential = credential_at(seat, pk)
    runs, _changes = history_of(credential)
    found = paging.page_of_rows(
        runs, by=("-started_at", "-pk"), cursor=request.GET.get("cursor", ""), size=PAGE
    )
    return render_page(
        request,
        seat,
        "detail/history.html",
        credential=credential,
        runs=check_views(found.rows),
        pager=pager(request, found),
    )


@require_safe
def run(
    request: HttpRequest,
    pk: UUID,
    run: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """One check with its trail."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SEE)
    credential = credential_at(seat, pk)
    found = credential.runs.filter(pk=run).first()
    if found is None:
        raise Http404
    seen = check_views([found])[0]
    return render_page(request, seat, "detail/run.html", credential=credential, last=seen)
