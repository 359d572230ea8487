"""The audit log of a workspace."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from common.paging import page_of_rows
from workspaces.models import AuditEvent
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

PAGE_SIZE = 50


@require_safe
@workspace_view(Can.AUDIT)
def audit_log(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The events of the workspace, newest first."""
    rows = AuditEvent.objects.filter(workspace_id=seat.workspace.pk)
    page = page_of_rows(rows, by=["-seq"], cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    pager = {
        "label": "Newest first",
        "previous_url": _url(request, page.previous_cursor),
        "next_url": _url(request, page.next_cursor),
    }
    context = {"seat": seat, "tab": "audit", "events": page.rows, "pager": pager}
    return render(request, "workspaces/audit_log.html", context)


def _url(request: HttpRequest, cursor: str) -> str:
    return f"{request.path}?{urlencode({'cursor': cursor})}" if cursor else ""
