"""Passkeys: add and remove one, and sign in with one as the only step."""

from uuid import UUID

from allauth.mfa.webauthn.internal import auth as ceremony
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from workspaces.audit import Caller
from workspaces.rights.access import person_of
from workspaces.rights.refusals import Refusal
from workspaces.sign_in import factors
from workspaces.sign_in.passkey_forms import NewPasskeyForm
from workspaces.sign_in.step_up import step_up
from workspaces.views.factors import codes_page, end_other_sessions

sign_in_by_passkey = login_not_required(
    require_http_methods(["GET", "HEAD", "POST"])(login_webauthn)
)
DONE = "The passkey is added."


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey, and keep its public half."""
    person = person_of(request)
    form = NewPasskeyForm(request.POST or None)
    if form.is_valid():
        try:
            codes = factors.add_passkey(person, **form.cleaned_data, caller=Caller.of(request))
        except Refusal as refusal:
            messages.error(request, refusal.words)
            return redirect("workspaces:factors")
        end_other_sessions(request, person)
        if codes:
            return codes_page(request, codes, done=DONE)
        messages.success(request, DONE)
        return redirect("workspaces:factors")
    options = ceremony.begin_registration(person, passwordless=True)
    context = {"form": form, "options": options}
    return render(request, "workspaces/factors/passkey_add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def passkey_remove(request: HttpRequest, passkey: UUID) -> HttpResponse:
    """Ask for a confirmation, then remove the passkey."""
    person = person_of(request)
    own = factors.factors_of(person).passkeys
    found = next((each for each in own if each.id == str(passkey)), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "workspaces/factors/passkey_remove.html", {"passkey": found})
    try:
        factors.remove_passkey(person, found, caller=Caller.of(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        end_other_sessions(request, person)
        messages.success(request, f"The passkey {found.name} is removed.")
    return redirect("workspaces:factors")
