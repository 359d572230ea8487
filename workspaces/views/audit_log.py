"""The audit log of one workspace, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from common.paging import page_of_rows
from workspaces.models import AuditEvent
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can

SIZE = 50


@require_safe
def audit_log(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """Who did what here, when and from where."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.AUDIT)
    rows = AuditEvent.objects.filter(workspace_id=seat.workspace.pk)
    found = page_of_rows(rows, by=["-seq"], cursor=request.GET.get("cursor", ""), size=SIZE)
    pager = {
        "label": "Newest first",
        "previous_url": _url(request, found.previous_cursor),
        "next_url": _url(request, found.next_cursor),
    }
    context = {"seat": seat, "tab": "audit", "events": found.rows, "pager": pager}
    return render(request, "workspaces/audit_log.html", context)


def _url(request: HttpRequest, cursor: str) -> str:
    return f"{request.path}?{urlencode({'cursor': cursor})}" if cursor else ""
