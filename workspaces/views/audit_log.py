"""The audit log of a workspace and of the instance: lines with filters, and its export."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from common.clock import database_now
from common.downloads import streamed
from workspaces import audit
from workspaces.audit import Caller
from workspaces.audit_log.export import FORMATS, rows_as_csv, rows_as_lines
from workspaces.audit_log.filters import KINDS, OUTCOMES, Filter
from workspaces.audit_log.lines import page_of_lines
from workspaces.models import AuditEvent
from workspaces.rights.access import person_with, workspace_view
from workspaces.rights.roles import Can, InstanceCan
from workspaces.rights.seat import Seat

BIGGEST = 2**63 - 1


@require_safe
@workspace_view(Can.AUDIT)
def audit_log(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The events of the workspace, newest first."""
    context = _context(request, AuditEvent.objects.filter(workspace_id=seat.workspace.pk))
    context |= {"seat": seat, "tab": "audit", "export_url": _export_url(seat)}
    return render(request, "workspaces/audit_log.html", context)


@require_POST
@workspace_view(Can.AUDIT)
def audit_log_export(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The same events as a file."""
    events = AuditEvent.objects.filter(workspace_id=seat.workspace.pk)
    asked, kind = Filter.of(request.POST), _kind(request)
    audit.record("audit:log:export", seat=seat, details=_details(asked, kind))
    if kind == "csv":
        return _file(kind, rows_as_csv(asked.apply(events)))
    return _file(kind, rows_as_lines(asked.apply(events), asked, [seat.workspace.pk]))


@require_safe
def instance_audit_log(request: HttpRequest) -> HttpResponse:
    """The events of all workspaces and of the instance, for administrators and auditors."""
    person_with(request, InstanceCan.READ_AUDIT)
    context = _context(request, AuditEvent.objects.all())
    context |= {"is_of_instance": True, "export_url": reverse("admin:audit_log_export")}
    return render(request, "workspaces/instance_audit_log.html", context)


@require_POST
def instance_audit_log_export(request: HttpRequest) -> HttpResponse:
    """The same events as a file."""
    person = person_with(request, InstanceCan.READ_AUDIT)
    asked, kind = Filter.of(request.POST), _kind(request)
    details, caller = _details(asked, kind), Caller.of(request)
    audit.record("audit:log:export", actor=person, caller=caller, details=details)
    events = asked.apply(AuditEvent.objects.all())
    if kind == "csv":
        return _file(kind, rows_as_csv(events))
    return _file(kind, rows_as_lines(events, asked, None))


def _context(request: HttpRequest, events: Any) -> dict[str, Any]:
    asked = Filter.of(request.GET.dict())
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None
    page = page_of_lines(asked.apply(events), before=before)
    kept = asked.parameters
    newest = f"{request.path}?{urlencode(kept)}" if kept else request.path
    next_page = urlencode({**kept, "before": str(page.older)})
    older = f"{request.path}?{next_page}" if page.older else ""
    return {
        "asked": asked,
        "kinds": [(key, words, key == asked.what) for key, (words, _) in KINDS.items()],
        "one_action": asked.what if ":" in asked.what else "",
        "outcomes": [(key, words, key == asked.outcome) for key, words in OUTCOMES.items()],
        "lines": page.lines,
        "all_url": request.path,
        "pager": {
            "label": "Newest first",
            "first_url": newest if before is not None else "",
            "next_url": older,
        },
    }


def _export_url(seat: Seat) -> str:
    place = seat.workspace
    if place.organization is None:
        return reverse("workspaces:my_audit_log_export")
    return reverse("workspaces:audit_log_export", args=[place.organization.slug, place.slug])


def _kind(request: HttpRequest) -> str:
    return "jsonl" if request.POST.get("format") == "jsonl" else "csv"


def _details(asked: Filter, kind: str) -> dict[str, Any]:
    words = {"csv": "CSV", "jsonl": "JSON Lines"}
    return {"action": words[kind], "fields": sorted(asked.parameters)}


def _file(kind: str, lines: Iterator[str]) -> HttpResponse:
    return streamed(lines, FORMATS[kind], name=f"audit-log-{database_now():%Y-%m-%d}.{kind}")
