"""Who can use a credential, who could on a day, and who did; the same of a workspace."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from common.clock import database_now
from common.downloads import CSV, streamed
from credentials_app.access_report import report as reports
from credentials_app.access_report.asked_time import AskedTime
from credentials_app.access_report.report import AccessReport
from credentials_app.access_report.secret_history import (
    any_credential,
    deeds_of,
    versions_of,
)
from credentials_app.access_report.table import report_as_csv
from credentials_app.models import Credential
from credentials_app.views.pages import credential_at, render_page
from workspaces import audit
from workspaces.audit import Caller
from workspaces.audit_log.lines import page_of_lines
from workspaces.places import credentials_url
from workspaces.rights.access import person_with, workspace_view
from workspaces.rights.roles import Can, InstanceCan
from workspaces.rights.seat import Seat

EXPORTED = "audit:access:export"


@require_safe
@workspace_view(Can.AUDIT)
def credential_access(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The page of one credential, for who may read the audit log of its workspace."""
    credential = credential_at(seat, pk)
    values = _page_of(request, credential, everywhere=False)
    urls = {
        "csv_url": credentials_url(seat.workspace, "access_csv", pk=pk),
        "log_url": _log_url(seat),
    }
    return render_page(request, seat, "access/credential.html", **values, **urls)


@require_POST
@workspace_view(Can.AUDIT)
def credential_access_csv(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The same people as a table."""
    credential = credential_at(seat, pk)
    asked = AskedTime.of(request.POST.dict(), database_now())
    found = reports.of_credential(credential, asked, everywhere=False)
    audit.record(EXPORTED, seat=seat, target=credential, details={"name": asked.typed or "now"})
    return _csv(found)


@require_safe
@workspace_view(Can.AUDIT)
def workspace_access(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Who can use what is in the workspace."""
    asked = AskedTime.of(request.GET.dict(), database_now())
    csv_url = credentials_url(seat.workspace, "workspace_access_csv")
    found = reports.access_in_workspace(seat.workspace, asked)
    values = {"report": found, "csv_url": csv_url, "all_url": request.path}
    return render_page(request, seat, "access/workspace.html", tab="people", **values)


@require_POST
@workspace_view(Can.AUDIT)
def workspace_access_csv(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The same people as a table."""
    asked = AskedTime.of(request.POST.dict(), database_now())
    found = reports.access_in_workspace(seat.workspace, asked)
    details = {"name": asked.typed or "now"}
    audit.record(EXPORTED, seat=seat, target=seat.workspace, details=details)
    return _csv(found)


@require_safe
def instance_access(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page of one credential of any workspace, in the bin too, for administrators and
    auditors. It has names, and no secret."""
    person_with(request, InstanceCan.READ_AUDIT)
    credential = _any_credential(pk)
    values = _page_of(request, credential, everywhere=True)
    values["is_purged"] = credential._state.adding
    urls = {
        "csv_url": reverse("admin:access_csv", args=[pk]),
        "log_url": reverse("admin:audit_log"),
    }
    return render(request, "credentials_app/access/instance.html", {**values, **urls})


@require_POST
def instance_access_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same people as a table."""
    person = person_with(request, InstanceCan.READ_AUDIT)
    credential = _any_credential(pk)
    asked = AskedTime.of(request.POST.dict(), database_now())
    found = reports.of_credential(credential, asked, everywhere=True)
    audit.record(
        EXPORTED,
        actor=person,
        caller=Caller.of(request),
        target=credential,
        details={"name": asked.typed or "now"},
    )
    return _csv(found)


def _any_credential(pk: UUID) -> Credential:
    credential = any_credential(pk)
    if credential is None:
        raise Http404
    return credential


def _page_of(request: HttpRequest, credential: Credential, *, everywhere: bool) -> dict[str, Any]:
    asked = AskedTime.of(request.GET.dict(), database_now())
    place = None if everywhere else credential.workspace_id
    is_day = asked.on is not None
    events = deeds_of(
        credential,
        place=place,
        begin=asked.begin if is_day else None,
        end=asked.end if is_day else None,
    )
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None
    page = page_of_lines(events, before=before)
    older = urlencode({**asked.parameters, "before": str(page.older)})
    return {
        "credential": credential,
        "report": reports.of_credential(credential, asked, everywhere=everywhere),
        "versions": versions_of(credential, place=place),
        "lines": page.lines,
        "all_url": request.path,
        "pager": {
            "label": "Newest first",
            "next_url": f"{request.path}?{older}" if page.older else "",
        },
    }


def _log_url(seat: Seat) -> str:
    place = seat.workspace
    if place.organization is None:
        return reverse("workspaces:my_audit_log")
    return reverse("workspaces:audit_log", args=[place.organization.slug, place.slug])


def _csv(report: AccessReport) -> HttpResponse:
    day = report.asked.on or database_now().date()
    return streamed(report_as_csv(report), CSV, name=f"access-{day:%Y-%m-%d}.csv")
