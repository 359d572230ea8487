"""Checks of many: ask for one, see how far it has come, wait no longer for it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from credentials_app import tasks
from credentials_app.forms.error_messages import too_often
from credentials_app.models import BulkCheck
from credentials_app.presentation.bulk_progress import bad_entries, progress_of
from credentials_app.presentation.credential import label_of
from credentials_app.services.bulk_checks import (
    check_selection,
    check_workspace,
    leave_the_rest,
    with_left,
)
from credentials_app.services.errors import AskedTooOften, NothingToCheck, StillRunning
from credentials_app.views.pages import asks_for_fragment, go, render_page
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_POST
def check_many(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """Check those that are selected, or all of the workspace."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.CHECK)
    try:
        bulk = _asked(request, seat)
    except StillRunning as refusal:
        bulk = refusal.bulk
        messages.info(request, _(refusal.words))
    except NothingToCheck as refusal:
        messages.info(request, _why_nothing(refusal))
        return go(seat, "list")
    except AskedTooOften as refusal:
        messages.info(request, too_often(refusal, timezone.now()))
        return go(seat, "list")
    else:
        tasks.sweep_due_checks.delay_on_commit()
    return go(seat, "many", pk=bulk.pk)


@require_safe
def many(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """How far it has come; a script asks again while it goes on."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SEE)
    bulk = _bulk_at(seat, pk)
    if "brief" in request.GET and asks_for_fragment(request):
        return render_page(request, seat, "bulk/_banner.html", bulk=bulk)
    progress = progress_of(bulk, timezone.now())
    name = "bulk/_progress.html" if asks_for_fragment(request) else "bulk/progress.html"
    bad = [(entry, label_of(entry.outcome)) for entry in bad_entries(bulk)]
    return render_page(request, seat, name, progress=progress, bad=bad)


@require_POST
def stop_waiting(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Wait for no more of it."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.CHECK)
    leave_the_rest(seat, _bulk_at(seat, pk))
    return go(seat, "many", pk=pk)


def _asked(request: HttpRequest, seat: Seat) -> BulkCheck:
    if request.POST.get("act") == "all":
        return check_workspace(seat)
    chosen = set()
    for typed in request.POST.getlist("pk"):
        try:
            chosen.add(UUID(typed))
        except ValueError:
            continue
    return check_selection(seat, chosen)


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
    found = BulkCheck.objects.filter(workspace=seat.workspace, pk=pk).select_related("asked_by")
    bulk = with_left(found).first()
    if bulk is None:
        raise Http404
    return bulk
