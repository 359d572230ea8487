"""Bulk checks: start one, show its progress, cancel what is left of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from credentials_app import tasks
from credentials_app.forms.bulk_change import CHOOSE
from credentials_app.forms.error_messages import too_often
from credentials_app.models import BulkCheck
from credentials_app.presentation.bulk_progress import (
    MAX_ROWS,
    bad_entries,
    entry_rows,
    progress_of,
)
from credentials_app.presentation.credential import label_of
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import chosen
from credentials_app.services.bulk_checks import (
    check_found,
    check_selection,
    check_workspace,
    leave_the_rest,
    with_left,
)
from credentials_app.services.errors import AskedTooOften, NothingToCheck, StillRunning
from credentials_app.views.pages import (
    asks_for_fragment,
    go,
    go_to_list,
    render_page,
    selected_keys,
)
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

BUTTONS = {"all", "chosen"}
"""The values of *Check these* and of *Check*."""


@require_POST
@workspace_view(Can.CHECK)
def check_many(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Check the selected credentials, or all that the list's search and filter find."""
    if request.POST.get("act") not in BUTTONS:
        messages.info(request, str(CHOOSE))
        return go_to_list(request, seat)
    try:
        bulk = _start(request, seat)
    except StillRunning as refusal:
        bulk = refusal.bulk
        messages.info(request, _(refusal.words))
    except NothingToCheck as refusal:
        messages.info(request, _why_nothing(refusal))
        return go_to_list(request, seat)
    except AskedTooOften as refusal:
        messages.info(request, too_often(refusal, timezone.now()))
        return go_to_list(request, seat)
    else:
        tasks.sweep_due_checks.delay_on_commit()
    return go(seat, "many", pk=bulk.pk)


@require_safe
@workspace_view(Can.SEE)
def many(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The progress of a bulk check; a script polls it until the check is over."""
    bulk = _bulk_at(seat, pk)
    if "brief" in request.GET and asks_for_fragment(request):
        return render_page(request, seat, "bulk/_banner.html", bulk=bulk)
    progress = progress_of(bulk, timezone.now())
    name = "bulk/_progress.html" if asks_for_fragment(request) else "bulk/progress.html"
    bad = [(entry, label_of(entry.outcome)) for entry in bad_entries(bulk)]
    rows = entry_rows(bulk)
    more = max(bulk.total - MAX_ROWS, 0)
    return render_page(request, seat, name, progress=progress, bad=bad, rows=rows, more=more)


@require_POST
@workspace_view(Can.CHECK)
def stop_waiting(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Leave the credentials that are not checked yet to their schedule."""
    leave_the_rest(seat, _bulk_at(seat, pk))
    return go(seat, "many", pk=pk)


def _start(request: HttpRequest, seat: Seat) -> BulkCheck:
    query = ListQuery.of(request.POST)
    if request.POST.get("act") == "all" or "whole" in request.POST:
        if not query.is_narrowed:
            return check_workspace(seat)
        return check_found(seat, chosen(seat.workspace, query, timezone.now()))
    return check_selection(seat, selected_keys(request))


def _why_nothing(refusal: NothingToCheck) -> str:
    count = refusal.left_alone
    if not count:
        return _(refusal.words)
    return ngettext(
        "Nothing is checked: it is paused, expired or revoked. Its own page can check it.",
        "Nothing is checked: all %(count)d are paused, expired or revoked. "
        "Their own pages can check them.",
        count,
    ) % {"count": count}


def _bulk_at(seat: Seat, pk: UUID) -> BulkCheck:
    rows = BulkCheck.objects.filter(workspace=seat.workspace).select_related("asked_by")
    return with_left(rows).get(pk=pk)
