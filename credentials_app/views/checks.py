"""What people want of the checker: look now, stop and go on, trust this sign-in host."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

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
from credentials_app.views.pages import credential_at, go, render_page
from registry.addresses.origins import Origin
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_POST
def check(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Look at it now."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.CHECK)
    return _look(request, seat, pk, check_now)


def _look(
    request: HttpRequest, seat: Seat, pk: UUID, wish: Callable[[Seat, Credential], Credential]
) -> HttpResponse:
    """Do what makes it due, and ring for the check."""
    credential = credential_at(seat, pk)
    try:
        wish(seat, credential)
    except AskedTooOften as refusal:
        messages.info(request, too_often(refusal, timezone.now()))
    except Credential.DoesNotExist:
        raise Http404 from None
    else:
        tasks.check_credential.delay_on_commit(credential.pk)
    return go(seat, "detail", pk=pk)


@require_POST
def pause(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Stop looking at it."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    try:
        pause_credential(seat, credential_at(seat, pk))
    except Credential.DoesNotExist:
        raise Http404 from None
    return go(seat, "detail", pk=pk)


@require_POST
def resume(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Go on looking at it, at once."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    return _look(request, seat, pk, resume_credential)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Trust the sign-in host that the last check asked about."""
    seat = seat_for(
        request, organization=organization, workspace=workspace, can=Can.CONFIRM_SIGN_IN
    )
    credential = credential_at(seat, pk)
    if request.method != "POST":
        if not credential.asks:
            return go(seat, "detail", pk=pk)
        return _question(
            request, seat, credential, ConfirmSignInForm(initial={"host": credential.asks})
        )
    form = ConfirmSignInForm(request.POST)
    if not form.is_valid() or not _confirmed(request, seat, credential, form):
        return _question(request, seat, credential, form)
    return go(seat, "detail", pk=pk)


def _confirmed(
    request: HttpRequest, seat: Seat, credential: Credential, form: ConfirmSignInForm
) -> bool:
    """Whether the question is answered; if not, the form says what is missing."""
    paste = form.cleaned_data["secret"]
    secret = paste.secret if paste else None
    try:
        confirm_sign_in(seat, credential, form.cleaned_data["host"], secret=secret)
    except SecretNeeded:
        form.add_error("secret", NEEDED_AGAIN)
        return False
    except NothingToConfirm as refusal:
        messages.info(request, _(refusal.words))
    except Credential.DoesNotExist:
        raise Http404 from None
    else:
        tasks.check_credential.delay_on_commit(credential.pk)
    return True


def _question(
    request: HttpRequest, seat: Seat, credential: Credential, form: ConfirmSignInForm
) -> HttpResponse:
    host = Origin.parse(credential.asks).display if credential.asks else ""
    return render_page(
        request, seat, "form/sign_in.html", form=form, credential=credential, host=host
    )
