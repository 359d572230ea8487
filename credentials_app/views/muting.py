"""Buttons that mute the notifications of a credential: snooze, acknowledge, unmute."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from credentials_app.forms.snooze import SnoozeForm
from credentials_app.notices import muting
from credentials_app.services.errors import NothingToAcknowledge
from credentials_app.views.pages import credential_at, go_back
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_POST
@workspace_view(Can.NOTICE_RULES)
def snooze(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Hold back all notifications of the credential for some days."""
    credential, form = credential_at(seat, pk), SnoozeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose for how many days from the list."))
        return go_back(request, seat, pk)
    days = form.cleaned_data["days"]
    muting.snooze(seat, credential, days)
    if request.POST.get("back") == "overview":
        return go_back(request, seat, pk, snoozed=pk)
    sentence = ngettext("Snoozed for %d day.", "Snoozed for %d days.", days)
    messages.success(request, sentence % days)
    return go_back(request, seat, pk)


@require_POST
@workspace_view(Can.NOTICE_RULES)
def acknowledge(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Notify nobody again until the credential's status or its end changes."""
    try:
        muting.acknowledge(seat, credential_at(seat, pk))
    except NothingToAcknowledge as refusal:
        messages.info(request, _(refusal.words))
    return go_back(request, seat, pk)


@require_POST
@workspace_view(Can.NOTICE_RULES)
def unmute(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """End a snooze and an acknowledgement."""
    muting.unmute(seat, credential_at(seat, pk))
    return go_back(request, seat, pk)
