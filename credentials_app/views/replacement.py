"""The page and the panel that replace a secret, and the button that brings a former one back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from common.clock import database_now
from credentials_app import tasks
from credentials_app.forms import ReplaceForm
from credentials_app.models import Credential, Trial
from credentials_app.presentation.consumers import consumers_view
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.replacement import replacement_view
from credentials_app.presentation.token_page import token_guide
from credentials_app.selectors import latest_run, progress_of_check
from credentials_app.services.errors import (
    AskedTooOften,
    HttpNotAllowed,
    NothingToConfirm,
    NoWayBack,
    RecipientsChanged,
    SecretNeeded,
)
from credentials_app.services.former_secrets import bring_back
from credentials_app.services.replacement import (
    is_still_for,
    replace_secret,
    try_replacement,
)
from credentials_app.services.trials import confirm_trial_sign_in
from credentials_app.views.detail import credential_page
from credentials_app.views.edit import trial_of_form
from credentials_app.views.pages import (
    asks_for_fragment,
    credential_at,
    go,
    render_page,
    uuid_or_none,
)
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from workspaces.places import credentials_url
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.sign_in.step_up import step_up

REFUSALS = (SecretNeeded, HttpNotAllowed, AskedTooOften)
PINNED = gettext_noop(
    "This credential has another sign-in host, which gets its secret alone. To trust this one, "
    "enter the new secret on the page Edit."
)
OVER = gettext_noop("The new secret was kept for ten minutes, which are over. Paste it again.")


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.WRITE)
def replace(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The form of a new secret; with a trial in the address, what came of it."""
    credential, trial = _with_its_trial(request, seat, pk)
    if request.method == "POST":
        return _submitted(request, seat, credential, trial)
    if trial is None and "of" in request.GET:
        return _ended(request, seat, credential)
    if trial is not None and asks_for_fragment(request):
        return _page(request, seat, credential, None, trial, "replace/_trial.html")
    return _page(request, seat, credential, ReplaceForm(credential, trial=trial), trial)


@require_POST
@step_up
@workspace_view(Can.WRITE)
def bring_former_back(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Store a former secret again and check it."""
    credential = credential_at(seat, pk)
    former = uuid_or_none(request.POST.get("former", ""))
    try:
        if former is None:
            raise NoWayBack
        row = bring_back(seat, credential, former)
    except (NoWayBack, RecipientsChanged) as refusal:
        messages.error(request, _(refusal.words))
    else:
        messages.success(request, _("The former secret is stored again."))
        _check(row)
    return go(seat, "detail", pk=pk)


def _with_its_trial(request: HttpRequest, seat: Seat, pk: UUID) -> tuple[Credential, Trial | None]:
    """The credential, and its trial of a new secret that the request names.

    A worker that stores the new secret deletes the trial in the same moment: a trial that fits
    the credential no longer is looked for again.
    """
    trial, credential = trial_of_form(request, seat), credential_at(seat, pk)
    if trial is not None and not is_still_for(trial, credential):
        trial = trial_of_form(request, seat)
    is_own = trial is not None and trial.replaces and trial.credential_id == pk
    return credential, trial if is_own else None


def _submitted(
    request: HttpRequest, seat: Seat, credential: Credential, trial: Trial | None
) -> HttpResponse:
    """Do what the pressed button says; show the form again unless the new secret is stored."""
    form, button = ReplaceForm(credential, request.POST, trial=trial), request.POST.get("act", "")
    is_valid = form.is_valid()
    if button == "confirm" and trial is not None:
        is_confirmed = _confirm(request, seat, form, trial)
        trial = trial_of_form(request, seat)
        if is_confirmed and trial is not None:
            return _after(request, seat, credential, form, trial)
        return _page(request, seat, credential, form, trial)
    if not is_valid:
        return _page(request, seat, credential, form, trial)
    try:
        if button == "anyway":
            _check(replace_secret(seat, credential, form.new_secret(), trial=trial))
            return _done(request, seat, credential)
        new, again = form.new_secret(), button == "again"
        started = try_replacement(seat, credential, new, before=trial, again=again)
    except REFUSALS as refusal:
        form.refuse(refusal)
        return _page(request, seat, credential, form, trial)
    tasks.check_trial.delay_on_commit(started.pk)
    return _after(request, seat, credential, form, started)


def _confirm(request: HttpRequest, seat: Seat, form: ReplaceForm, trial: Trial) -> bool:
    """Make the trial due again with the sign-in host that the person trusts. False: refused."""
    try:
        origin = Origin.parse(request.POST.get("asks", ""))
        confirmed = confirm_trial_sign_in(seat, trial, origin)
    except (AddressError, NothingToConfirm):
        form.add_error(None, _(NothingToConfirm.words))
        return False
    except SecretNeeded:
        form.add_error(None, _(PINNED))
        return False
    tasks.check_trial.delay_on_commit(confirmed.pk)
    return True


def _after(
    request: HttpRequest,
    seat: Seat,
    credential: Credential,
    form: ReplaceForm,
    trial: Trial,
) -> HttpResponse:
    """The panel with the trial for a script; for a browser without, the address that shows it."""
    if asks_for_fragment(request):
        return _page(request, seat, credential, form, trial)
    return HttpResponseRedirect(_address_of(trial, credential, seat))


def _address_of(trial: Trial, credential: Credential, seat: Seat, *, panel: bool = False) -> str:
    """The page with what came of this trial, also when the new secret is stored already."""
    address = credentials_url(seat.workspace, "replace", pk=credential.pk)
    version = trial.secret_version
    return f"{address}?trial={trial.pk}&of={version}{'&panel=1' if panel else ''}"


def _page(
    request: HttpRequest,
    seat: Seat,
    credential: Credential,
    form: ReplaceForm | None,
    trial: Trial | None,
    fragment: str = "replace/_panel.html",
) -> HttpResponse:
    """The page with the form, or only a part of it for a script. The secret is never in it."""
    view, run = credential_view(credential, timezone.now()), latest_run(credential)
    shown: dict[str, Any] = {"replacement": None}
    if trial is not None:
        steps, now = progress_of_check(trial), database_now()
        shown["replacement"] = replacement_view(trial, credential, steps, now)
        shown["trial_address"] = _address_of(trial, credential, seat, panel=_is_in_panel(request))
    return render_page(
        request,
        seat,
        fragment if asks_for_fragment(request) else "replace/page.html",
        credential=credential,
        view=view,
        form=form,
        guide=token_guide(view, run),
        consumers=consumers_view(credential, timezone.now(), with_addresses=False),
        panel=_is_in_panel(request),
        **shown,
    )


def _ended(request: HttpRequest, seat: Seat, credential: Credential) -> HttpResponse:
    """The trial is gone: the new secret is stored, or the ten minutes are over."""
    if request.GET.get("of") != str(credential.secret_version):
        return _done(request, seat, credential)
    form = ReplaceForm(credential)
    if asks_for_fragment(request):
        return _page(request, seat, credential, form, None, "replace/_over.html")
    messages.info(request, _(OVER))
    return go(seat, "replace", pk=credential.pk)


def _done(request: HttpRequest, seat: Seat, credential: Credential) -> HttpResponse:
    """The page of the credential; a script swaps it in around the panel, or goes there."""
    if not asks_for_fragment(request):
        return go(seat, "detail", pk=credential.pk)
    if not _is_in_panel(request):
        address = credentials_url(seat.workspace, "detail", pk=credential.pk)
        return HttpResponse(headers={"HX-Redirect": address})
    row = credential_at(seat, credential.pk)
    answer = credential_page(request, seat, row, closes_panel=True)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#credential", "outerHTML"
    return answer


def _is_in_panel(request: HttpRequest) -> bool:
    """True if the form is open in the page of the credential."""
    values = request.POST if request.method == "POST" else request.GET
    return "panel" in values


def _check(row: Credential) -> None:
    """Enqueue the check of a stored secret, unless a trial has shown its status."""
    if row.next_check_at and row.asked_at:
        tasks.check_credential.delay_on_commit(row.pk)
