"""The report of a workspace and of the instance: shown, mailed now, or mailed regularly."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.clock import database_now
from credentials_app.forms.report import ReportForm
from credentials_app.models import Frequency, SavedView
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from credentials_app.reports.sending import send_now
from credentials_app.reports.subscriptions import set_subscription, subscription_of, usual
from credentials_app.reports.timing import since_of
from credentials_app.selectors import views_for
from workspaces.audit import Caller
from workspaces.mails.status import has_mail_server
from workspaces.rights.access import person_with, workspace_view
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can, InstanceCan
from workspaces.rights.seat import Seat


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.SEE, post=Can.OWN_NOTICES)
def report(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The report of a workspace, for every participant."""
    return _answer(request, ReportScope(seat.user, seat.workspace), seat)


@require_http_methods(["GET", "HEAD", "POST"])
def instance_report(request: HttpRequest) -> HttpResponse:
    """The report of the instance, for administrators and auditors."""
    return _answer(request, ReportScope(person_with(request, InstanceCan.SEE_ALL)))


def _answer(request: HttpRequest, scope: ReportScope, seat: Seat | None = None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, scope, seat)
    if request.POST.get("act") == "send":
        return _send(request, scope.following(subscription_of(scope)))
    form = ReportForm(_views_of(seat), request.POST)
    if not form.is_valid():
        return _page(request, scope, seat, form)
    caller, chosen = Caller.of(request), replace(scope, view=form.chosen_view)
    set_subscription(chosen, form.chosen, now=database_now(), caller=caller)
    messages.success(request, _("Saved: %(often)s.") % {"often": form.chosen.label})
    return HttpResponseRedirect(scope.page)


def _views_of(seat: Seat | None) -> list[SavedView]:
    """The views that the report may be about; there is none of the instance."""
    return list(views_for(seat.workspace, seat.user)) if seat else []


def _send(request: HttpRequest, scope: ReportScope) -> HttpResponse:
    try:
        mail = send_now(scope, now=database_now(), caller=Caller.of(request))
    except Refusal as refusal:
        messages.error(request, _(refusal.words))
    else:
        if has_mail_server():
            messages.success(request, _("The report is on its way to %(to)s.") % {"to": mail.to})
        else:
            sentence = _("No mail leaves this Lockkeeper: the report for %(to)s is only a file.")
            messages.warning(request, sentence % {"to": mail.to})
    return HttpResponseRedirect(scope.page)


def _page(
    request: HttpRequest, scope: ReportScope, seat: Seat | None, form: ReportForm | None = None
) -> HttpResponse:
    now, row = database_now(), subscription_of(scope)
    by_role = usual(scope.person, seat.role if seat else None)
    frequency = Frequency(row.frequency) if row else by_role
    since = since_of(frequency, row.last_at if row else None, now)
    about = scope.following(row)
    chosen = {"frequency": frequency.value, "view": str(about.view.pk) if about.view else ""}
    context = {
        "seat": seat,
        "tab": "report",
        "scope": about,
        "report": collect(about, since=since, now=now),
        "subscription": row,
        "form": form or ReportForm(_views_of(seat), initial=chosen),
    }
    template = "reports/workspace.html" if seat else "reports/instance.html"
    return render(request, f"credentials_app/{template}", context)
