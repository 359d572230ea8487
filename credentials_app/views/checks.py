"""Buttons about the checks of a credential: check now, pause, resume, trust a sign-in host."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from credentials_app import tasks
from credentials_app.forms import ConfirmSignInForm
from credentials_app.forms.error_messages import NEEDED_AGAIN, too_often
from credentials_app.models import Credential
from credentials_app.services.actions import (
    check_now,
    confirm_sign_in,
    pause_credential,
    resume_credential,
)
from credentials_app.services.errors import AskedTooOften, NothingToConfirm, SecretNeeded
from credentials_app.views.detail import credential_page
from credentials_app.views.pages import asks_for_fragment, credential_at, go_back, render_page
from registry.addresses.origins import Origin
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.sign_in.step_up import step_up


@require_POST
@workspace_view(Can.CHECK)
def check(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Check it now; the button that reads *Send it again* sends ``again``."""
    again = request.POST.get("again") == "1"
    return _check_after(partial(check_now, again=again), request, seat, pk)


def _check_after(
    action: Callable[[Seat, Credential], Credential], request: HttpRequest, seat: Seat, pk: UUID
) -> HttpResponse:
    """Enqueue the check that the action makes due, and show it."""
    credential, swaps = credential_at(seat, pk), asks_for_fragment(request)
    try:
        action(seat, credential)
    except AskedTooOften as refusal:
        messages.info(request, too_often(refusal, timezone.now()))
        page = go_back(request, seat, pk)
        return HttpResponseClientRedirect(page.url) if swaps else page
    tasks.check_credential.delay_on_commit(credential.pk)
    if swaps:
        return credential_page(request, seat, credential_at(seat, pk))
    return go_back(request, seat, pk)


@require_POST
@workspace_view(Can.WRITE)
def pause(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    pause_credential(seat, credential_at(seat, pk))
    return go_back(request, seat, pk)


@require_POST
@workspace_view(Can.WRITE)
def resume(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Resume the checks; the first one comes at once."""
    return _check_after(resume_credential, request, seat, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
@workspace_view(Can.CONFIRM_SIGN_IN)
def sign_in(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Trust the sign-in host that the last check asked about."""
    credential = credential_at(seat, pk)
    if request.method == "POST":
        form = ConfirmSignInForm(request.POST)
        is_done = form.is_valid() and _confirm(request, seat, credential, form)
    else:
        form = ConfirmSignInForm(initial={"host": credential.asks})
        is_done = not credential.asks
    if is_done:
        return go_back(request, seat, pk)
    host = Origin.parse(credential.asks).display if credential.asks else ""
    return render_page(
        request, seat, "form/sign_in.html", form=form, credential=credential, host=host
    )


def _confirm(
    request: HttpRequest, seat: Seat, credential: Credential, form: ConfirmSignInForm
) -> bool:
    """Pin the host and enqueue a check. False if the form has to ask for the secret first."""
    paste = form.cleaned_data["secret"]
    secret = paste.secret if paste else None
    try:
        confirm_sign_in(seat, credential, form.cleaned_data["host"], secret=secret)
    except SecretNeeded:
        form.add_error("secret", NEEDED_AGAIN)
        return False
    except NothingToConfirm as refusal:
        messages.info(request, _(refusal.words))
    else:
        tasks.check_credential.delay_on_commit(credential.pk)
    return True
