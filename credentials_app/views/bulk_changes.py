"""Changes of many credentials from the list, such as pause, snooze, owner, end and tags."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from credentials_app import tasks
from credentials_app.forms.bulk_change import CHANGES, MUTES, BulkChangeForm
from credentials_app.forms.error_messages import too_often
from credentials_app.models import BulkChange, Credential
from credentials_app.notices.bulk_changes import change_many, undo
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import chosen
from credentials_app.services.errors import AskedTooOften
from credentials_app.views.pages import go_to_list, selected_keys
from workspaces.rights.access import workspace_view
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_POST
@workspace_view(Can.WRITE)
def change_selected(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Pause or resume the selected credentials, or set their owner, end or tags."""
    return _changed(request, seat, CHANGES)


@require_POST
@workspace_view(Can.NOTICE_RULES)
def mute_selected(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Snooze or acknowledge the selected credentials."""
    return _changed(request, seat, MUTES)


@require_POST
@workspace_view(Can.WRITE)
def undo_change(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Take back a change of many of one's own."""
    change = BulkChange.objects.get(workspace=seat.workspace, by=seat.user, pk=pk)
    try:
        count = undo(seat, change)
    except Refusal as refusal:
        messages.info(request, _(refusal.words))
    else:
        messages.success(request, _undone(count, len(change.before) - count))
        tasks.sweep_due_checks.delay_on_commit()
    return go_to_list(request, seat)


def _changed(request: HttpRequest, seat: Seat, acts: list[str]) -> HttpResponse:
    form = BulkChangeForm(seat.workspace, request.POST, acts=acts)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return go_to_list(request, seat)
    try:
        done = change_many(seat, selected_rows(request, seat), form.change)
    except AskedTooOften as refusal:
        messages.info(request, too_often(refusal, timezone.now()))
    except Refusal as refusal:
        messages.info(request, _(refusal.words))
    else:
        tasks.sweep_due_checks.delay_on_commit()
        return go_to_list(request, seat, did=done.pk)
    return go_to_list(request, seat)


def selected_rows(request: HttpRequest, seat: Seat) -> QuerySet[Credential]:
    """The ticked rows, or all that the list's search and filter find."""
    if "whole" in request.POST:
        return chosen(seat.workspace, ListQuery.of(request.POST), timezone.now())
    return Credential.objects.filter(workspace=seat.workspace, pk__in=selected_keys(request))


def _undone(count: int, others: int) -> str:
    said = ngettext("Undone for %(count)d.", "Undone for %(count)d.", count) % {"count": count}
    if not others:
        return said
    changed = _("%(count)d changed since then and stay as they are.") % {"count": others}
    return f"{said} {changed}"
