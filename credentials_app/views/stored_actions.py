"""What can be done with a selection of the table: check, pause, resume, ask the owners."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.clock import database_now
from credentials_app import tasks
from credentials_app.audit_reports.asking import ask_owners
from credentials_app.audit_reports.catalog import report_asked_for
from credentials_app.audit_reports.scope import AuditScope
from credentials_app.audit_reports.table import found_in
from credentials_app.forms.error_messages import too_often
from credentials_app.presentation.list_query import ListQuery
from credentials_app.services.administration import AT_ONCE, check_all, pause_all, resume_all
from credentials_app.services.errors import AskedTooOften
from credentials_app.views.audit_scopes import of_instance, of_organization, of_workspace
from credentials_app.views.pages import selected_keys
from workspaces.audit import Caller
from workspaces.rights.roles import Can, InstanceCan

MOST_SELECTED = 1000
Act = Callable[[HttpRequest, AuditScope, list[UUID]], str]


@require_POST
def stored_act(request: HttpRequest, scope: AuditScope) -> HttpResponse:
    """Do it with the selected rows of the scope, and go back to the table."""
    query, act = ListQuery.of(request.POST), ACTS.get(request.POST.get("act", ""))
    keys = _selection(request, scope, query)
    if act is None or not keys:
        messages.info(request, _("Select credentials first, then say what to do with them."))
    elif len(keys) > MOST_SELECTED:
        sentence = _("Select at most %(most)s at once: narrow the table by a filter or a search.")
        messages.error(request, sentence % {"most": f"{MOST_SELECTED:,}"})
    else:
        try:
            messages.success(request, act(request, scope, keys))
        except AskedTooOften as refusal:
            messages.error(request, too_often(refusal, timezone.now()))
    return HttpResponseRedirect(scope.url("stored", query))


def _selection(request: HttpRequest, scope: AuditScope, query: ListQuery) -> list[UUID]:
    """The ticked rows of the scope, or all that match; one more than are allowed at most."""
    if request.POST.get("whole"):
        rows = found_in(scope, query, timezone.now())
    else:
        rows = scope.rows().filter(pk__in=list(selected_keys(request))[: MOST_SELECTED + 1])
    return list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_SELECTED + 1])


def _within(scope: AuditScope) -> list[UUID] | None:
    return None if scope.workspaces is None else [each.pk for each in scope.workspaces]


def _check(request: HttpRequest, scope: AuditScope, keys: list[UUID]) -> str:
    due = check_all(scope.person, Caller.of(request), keys, within=_within(scope))
    if len(keys) > AT_ONCE:
        tasks.sweep_due_checks.delay_on_commit()
    else:
        for pk in due:
            tasks.check_credential.delay_on_commit(pk)
    words = ngettext("%(count)s is checked now.", "%(count)s are checked now.", len(due))
    return words % {"count": len(due)}


def _pause(request: HttpRequest, scope: AuditScope, keys: list[UUID]) -> str:
    done = pause_all(scope.person, Caller.of(request), keys, within=_within(scope))
    words = ngettext("%(count)s is paused.", "%(count)s are paused.", len(done))
    return words % {"count": len(done)}


def _resume(request: HttpRequest, scope: AuditScope, keys: list[UUID]) -> str:
    done = resume_all(scope.person, Caller.of(request), keys, within=_within(scope))
    tasks.sweep_due_checks.delay_on_commit()
    words = ngettext("%(count)s goes on.", "%(count)s go on.", len(done))
    return words % {"count": len(done)}


def _ask(request: HttpRequest, scope: AuditScope, keys: list[UUID]) -> str:
    report = report_asked_for(ListQuery.of(request.POST))
    done = ask_owners(
        scope,
        keys,
        report=report[0] if report else None,
        caller=Caller.of(request),
        now=database_now(),
    )
    said = _("Asked by mail: %(people)s, about %(count)s.") % {
        "people": ngettext("%(n)d person", "%(n)d people", done.people) % {"n": done.people},
        "count": ngettext("%(n)d credential", "%(n)d credentials", done.count) % {"n": done.count},
    }
    if not done.unasked:
        return said
    rest = ngettext(
        "%(n)d has no owner who may see it: nobody was asked about it.",
        "%(n)d have no owner who may see them: nobody was asked about them.",
        done.unasked,
    )
    return f"{said} {rest % {'n': done.unasked}}"


ACTS: dict[str, Act] = {"check": _check, "pause": _pause, "resume": _resume, "ask": _ask}
ACT_OF_INSTANCE = of_instance(stored_act, InstanceCan.CHECK_ALL)
ACT_OF_ORGANIZATION = of_organization(stored_act, Can.EXPORT)
ACT_OF_WORKSPACE = of_workspace(stored_act, Can.EXPORT)
"""Who may have all secrets of a workspace may do this; it is closed in samples and archives."""
