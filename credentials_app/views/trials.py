"""Checking a login before it is saved: the panel beside the form."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from credentials_app import tasks
from credentials_app.forms import CredentialForm
from credentials_app.models import Credential, Trial
from credentials_app.presentation.credential import polls_every
from credentials_app.presentation.history import trial_view
from credentials_app.services.errors import (
    AskedTooOften,
    HttpNotAllowed,
    NothingToConfirm,
    SecretNeeded,
)
from credentials_app.services.trials import confirm_trial_sign_in, find_trial, start_trial
from credentials_app.views.pages import render_page
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_safe
def trial(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """The panel of one's own trial."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    found = find_trial(seat, pk)
    if found is None:
        raise Http404
    return render_page(request, seat, "form/_trial.html", **panel(found))


def panel(found: Trial | None) -> dict[str, Any]:
    """What the panel shows."""
    tried = trial_view(found, timezone.now())
    return {"tried": tried, "poll": polls_every([tried.badge]) if tried else ""}


def trial_named_in(request: HttpRequest, seat: Seat) -> Trial | None:
    """The trial that the sent form carries along, unless its time is over."""
    try:
        named = request.POST.get("trial", request.GET.get("trial", ""))
        return find_trial(seat, UUID(named))
    except ValueError:
        return None


def sent(request: HttpRequest) -> QueryDict:
    """What was filled in; with the server that a check proposed when that is taken."""
    values = request.POST.copy()
    if values.get("act") == "use_server":
        values["server"] = values.get("instead", "")
    return values


def try_login(
    seat: Seat, form: CredentialForm, credential: Credential | None = None
) -> Trial | None:
    """Start a trial of what the form holds; what stands in the way is said in the form."""
    if not form.is_valid():
        return form.trial
    try:
        started = start_trial(seat, form.draft(), credential=credential, before=form.trial)
    except (SecretNeeded, HttpNotAllowed, AskedTooOften) as refusal:
        form.refuse(refusal)
        return form.trial
    tasks.check_trial.delay_on_commit(started.pk)
    return started


def confirm(request: HttpRequest, seat: Seat, form: CredentialForm) -> Trial | None:
    """Trust the sign-in host that the trial asked about."""
    if form.trial is None:
        return None
    try:
        origin = Origin.parse(request.POST.get("asks", ""))
        confirmed = confirm_trial_sign_in(seat, form.trial, origin)
    except (AddressError, NothingToConfirm):
        return form.trial
    except SecretNeeded as refusal:
        if form.is_valid() and form.cleaned_data["secret"]:
            return try_login(seat, form)
        form.refuse(refusal)
        return form.trial
    tasks.check_trial.delay_on_commit(confirmed.pk)
    return confirmed
