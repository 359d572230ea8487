"""The table of stored credentials, its reports, the file and the print of both."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.clock import database_now
from common.downloads import CSV, streamed
from credentials_app.audit_reports.catalog import BY_SLUG, report_asked_for
from credentials_app.audit_reports.choices import frequent_values, with_names
from credentials_app.audit_reports.export import lines_to_print, stored_as_csv
from credentials_app.audit_reports.figures import ALL, count_reports, report_counts
from credentials_app.audit_reports.mailing import (
    MOST_MAILS,
    TooManyMails,
    mail_of,
    mails_of,
    query_of_mail,
    set_audit_mail,
)
from credentials_app.audit_reports.scope import AuditScope
from credentials_app.audit_reports.table import (
    column_heads,
    compares_secrets,
    found_in,
    page_of_stored,
)
from credentials_app.models import Frequency
from credentials_app.presentation.audit_filters import WORKSPACE, canonical_days
from credentials_app.presentation.list_chips import chips, filters_in_words
from credentials_app.presentation.list_filters import CHIPS
from credentials_app.presentation.list_head import list_pager
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.views.audit_scopes import of_instance, of_organization, of_workspace
from credentials_app.views.stored_actions import MOST_SELECTED
from workspaces import audit
from workspaces.audit import Caller
from workspaces.rights.access import has_right
from workspaces.rights.roles import InstanceCan


@require_safe
def stored(request: HttpRequest, scope: AuditScope) -> HttpResponse:
    """The table: one page of the rows that fit."""
    now, asked = timezone.now(), ListQuery.of(request.GET)
    rows, query, total = page_of_stored(scope, asked, now)
    before = (query.page - 1) * query.size
    context = {
        "rows": rows,
        "total": f"{total:,}",
        "heads": column_heads(scope, query),
        "pager": list_pager(query, len(rows), total, more=before + len(rows) < total),
        "compares": compares_secrets(query),
        "is_wide": not scope.only,
        "list_url": scope.url("stored"),
        "may_act": _may_act(request, scope),
        "mail": mail_of(scope, query),
        "often": Frequency.choices,
        "most": MOST_SELECTED,
        "is_too_many": total > MOST_SELECTED,
        **_asked(scope, query),
    }
    return _page(request, scope, "table.html", **context)


@require_safe
def stored_reports(request: HttpRequest, scope: AuditScope) -> HttpResponse:
    """Every report with its question and its number."""
    now = timezone.now()
    kept = Snapshots.get(("reports", *_seen(scope)), lambda: count_reports(scope, now))
    context = {
        "reports": report_counts(scope, kept.value),
        "total": f"{kept.value[ALL]:,}",
        "stored_url": scope.url("stored"),
        "mails": [
            (each, scope.url("stored", query), query.fields)
            for each in mails_of(scope)
            for query in [query_of_mail(each)]
        ],
    }
    return _page(request, scope, "reports.html", **context)


@require_safe
def stored_days(request: HttpRequest, scope: AuditScope) -> HttpResponse:
    """Lead to a report with the number of days that the reader typed."""
    report = BY_SLUG.get(request.GET.get("report", ""))
    days = canonical_days(request.GET.get("days", ""))
    query = report.query(int(days or 0)) if report else ListQuery()
    return HttpResponseRedirect(scope.url("stored", query))


@require_POST
def stored_file(request: HttpRequest, scope: AuditScope) -> HttpResponse:
    """All rows that fit as CSV, one after the other."""
    query = replace(ListQuery.of(request.POST), page=1)
    audit.record(
        "credentials:list:export",
        actor=scope.person,
        caller=Caller.of(request),
        workspace=scope.only,
        target=scope.only or scope.organization,
        details={"action": "CSV", "fields": sorted({name for name, _value in query.fields})},
    )
    lines = stored_as_csv(scope, query, timezone.now())
    return streamed(lines, CSV, name=f"credentials-{database_now():%Y-%m-%d}.csv")


@require_safe
def stored_print(request: HttpRequest, scope: AuditScope) -> HttpResponse:
    """All rows that fit on one page without the rest, made while it is sent."""
    now, query = timezone.now(), replace(ListQuery.of(request.GET), page=1)
    here = get_random_string(32)  # no name on the page is the same
    context = {
        "scope": scope,
        "total": f"{found_in(scope, query, now).count():,}",
        "now": now,
        "here": here,
        **_asked(scope, query),
    }
    page = render_to_string("credentials_app/stored/print.html", context, request)
    head, _, foot = page.partition(here)

    def parts() -> Iterator[str]:
        yield head
        yield from lines_to_print(scope, query, now)
        yield foot

    return streamed(parts(), "text/html; charset=utf-8")


def _asked(scope: AuditScope, query: ListQuery) -> dict[str, Any]:
    """What is asked for: the query, its chips, its words, and the report that it is."""
    kept = Snapshots.get(("stored", *_seen(scope)), lambda: frequent_values(scope))
    counts = with_names(scope, kept.value, query)
    names = [chip for chip in CHIPS if chip != WORKSPACE or not scope.only]
    report = report_asked_for(query)
    return {
        "query": query,
        "chips": chips(query, counts, names=names, compares=True),
        "words": filters_in_words(query, counts, {}),
        "report": report[0] if report else None,
        "days": report[1] if report else 0,
        "question": report[0].asked(report[1]) if report else "",
    }


@require_POST
def stored_mail(request: HttpRequest, scope: AuditScope) -> HttpResponse:
    """Mail what is asked for, as often as the reader says."""
    query, often = ListQuery.of(request.POST), request.POST.get("frequency", "")
    report = report_asked_for(query)
    name = str(report[0].name) if report else request.POST.get("name", "").strip()
    if often not in Frequency.values:
        messages.error(request, _("How often: choose one of the list."))
    elif not name:
        messages.error(request, _("Name: say what the mail is to be called."))
    else:
        frequency, caller = Frequency(often), Caller.of(request)
        try:
            set_audit_mail(scope, query, name, frequency, now=database_now(), caller=caller)
        except TooManyMails:
            words = _("You get %(most)d mails of this place. Stop one of them first.")
            messages.error(request, words % {"most": MOST_MAILS})
        else:
            messages.success(request, _("By mail: %(often)s.") % {"often": frequency.label})
    back = "stored_reports" if request.POST.get("back") == "reports" else "stored"
    return HttpResponseRedirect(scope.url(back, None if back == "stored_reports" else query))


def _may_act(request: HttpRequest, scope: AuditScope) -> bool:
    """True if the reader may check, pause and ask: no auditor, and nothing in an archive."""
    if scope.workspaces is None:
        return has_right(request.user, InstanceCan.CHECK_ALL)
    return not (scope.only and (scope.only.is_sample or scope.only.archived_at))


def _seen(scope: AuditScope) -> tuple[object, ...]:
    """What is kept for a scope counts while the newest change in its workspaces is the same."""
    places = scope.workspaces
    return (scope.key, get_language(), audit.newest_change(places) if places else None)


def _page(request: HttpRequest, scope: AuditScope, template: str, **context: Any) -> HttpResponse:
    seat = getattr(request, "audit_seat", None)
    base = "base_workspace.html" if seat else "base.html"
    pages = ("reports", "file", "print", "days", "act", "mail")
    urls = {f"{name}_url": scope.url(f"stored_{name}") for name in pages}
    values = {"scope": scope, "seat": seat, "tab": "report", "base": base, **urls, **context}
    return render(request, f"credentials_app/stored/{template}", values)


PAGES = {
    "stored": stored,
    "stored_reports": stored_reports,
    "stored_days": stored_days,
    "stored_print": stored_print,
    "stored_file": stored_file,
    "stored_mail": stored_mail,
}
"""By the names of their URLs, which all three scopes have."""
OF_INSTANCE = {name: of_instance(page) for name, page in PAGES.items()}
OF_ORGANIZATION = {name: of_organization(page) for name, page in PAGES.items()}
OF_WORKSPACE = {name: of_workspace(page) for name, page in PAGES.items()}
