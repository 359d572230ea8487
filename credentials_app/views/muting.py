"""Snooze, acknowledge, and hear of it again: the buttons about the notices of a credential."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from credentials_app.forms.snooze import SnoozeForm
from credentials_app.models import Credential
from credentials_app.notices import muting
from credentials_app.services.errors import NothingToAcknowledge
from credentials_app.views.pages import credential_at, go
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

Deed = Callable[[Seat, Credential], object]


@require_POST
def snooze(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Nobody hears of it for some days."""
    form = SnoozeForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else None

    def deed(seat: Seat, credential: Credential) -> None:
        if days is None:
            messages.error(request, _("Choose for how many days from the list."))
            return
        muting.snooze(seat, credential, days)
        said = ngettext("Snoozed for %d day.", "Snoozed for %d days.", days)
        messages.success(request, said % days)

    return _through_the_door(request, pk, organization, workspace, deed)


@require_POST
def acknowledge(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Nobody is told again until something changes."""

    def deed(seat: Seat, credential: Credential) -> None:
        try:
            muting.acknowledge(seat, credential)
        except NothingToAcknowledge as refusal:
            messages.info(request, _(refusal.words))

    return _through_the_door(request, pk, organization, workspace, deed)


@require_POST
def unmute(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Neither snoozed nor acknowledged any more."""
    return _through_the_door(request, pk, organization, workspace, muting.unmute)


def _through_the_door(
    request: HttpRequest, pk: UUID, organization: str | None, workspace: str | None, deed: Deed
) -> HttpResponse:
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.NOTICE_RULES)
    try:
        deed(seat, credential_at(seat, pk))
    except Credential.DoesNotExist:
        raise Http404 from None
    return go(seat, "detail", pk=pk)
