"""A person's second factors: the list, an authenticator app, recovery codes."""

import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.crypto import CannotOpen, get_key_ring
from common.links import host_of_site
from workspaces.audit import Caller
from workspaces.models import User
from workspaces.rights.access import person_of
from workspaces.rights.refusals import Refusal
from workspaces.sign_in import factors, open_sessions, totp
from workspaces.sign_in.code_forms import NOT_THIS, NewAppForm
from workspaces.sign_in.step_up import step_up

PENDING = "new_app"
"""The key of the session under which the sealed seed of an app waits for its first code."""


@require_safe
def own_factors(request: HttpRequest) -> HttpResponse:
    """What the person has, and why they must have one."""
    person = person_of(request)
    context = {"factors": factors.factors_of(person), "reasons": factors.reasons_to_have(person)}
    return render(request, "workspaces/factors/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def app_add(request: HttpRequest) -> HttpResponse:
    """Show a new seed, and add the app once its first code is right."""
    person, form = person_of(request), NewAppForm(request.POST or None)
    if person.second_factor_at and factors.factors_of(person).app:
        messages.info(request, factors.HasApp.words)
        return redirect("workspaces:factors")
    seed = _pending_seed(request, person)
    if form.is_valid():
        step = totp.step_of(seed, form.cleaned_data["code"], now=time.time())
        if step is not None:
            return _app_added(request, person, seed=seed, step=step)
        form.add_error("code", NOT_THIS)
    drawing = totp.drawing_of(totp.url_for(seed, person.email))
    context = {"form": form, "seed": totp.spaced(seed), "drawing": drawing}
    return render(request, "workspaces/factors/app_add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def app_remove(request: HttpRequest) -> HttpResponse:
    """Ask for a confirmation, then remove the app."""
    person = person_of(request)
    if request.method != "POST":
        return render(request, "workspaces/factors/app_remove.html")
    try:
        removed = factors.remove_app(person, caller=Caller.of(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        if removed:
            end_other_sessions(request, person)
            messages.success(request, "The authenticator app is removed.")
    return redirect("workspaces:factors")


@require_POST
@step_up
def codes_replace(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, and show them once."""
    try:
        codes = factors.replace_codes(person_of(request), caller=Caller.of(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
        return redirect("workspaces:factors")
    return codes_page(request, codes, done="The old codes have ended.")


def _app_added(request: HttpRequest, person: User, *, seed: str, step: int) -> HttpResponse:
    try:
        codes = factors.add_app(person, seed=seed, step=step, caller=Caller.of(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
        return redirect("workspaces:factors")
    request.session.pop(PENDING, None)
    end_other_sessions(request, person)
    if codes:
        return codes_page(request, codes, done="The authenticator app is added.")
    messages.success(request, "The authenticator app is added.")
    return redirect("workspaces:factors")


def codes_page(request: HttpRequest, codes: list[str], *, done: str) -> HttpResponse:
    """Show new recovery codes, this once."""
    context = {"codes": codes, "all_codes": "\n".join(codes), "done": done, "site": host_of_site()}
    return render(request, "workspaces/factors/codes.html", context)


def _pending_seed(request: HttpRequest, person: User) -> str:
    """The seed that waits for its first code; a new one on the first visit. It waits sealed."""
    ring, context = get_key_ring(), ("session", PENDING, str(person.pk))
    try:
        return ring.open(request.session.get(PENDING, ""), context).decode()
    except CannotOpen:
        seed = totp.new_seed()
        request.session[PENDING] = ring.seal(seed.encode(), context)
        return seed


def end_other_sessions(request: HttpRequest, person: User) -> None:
    """A change of strength gives this session a new cookie and ends the others."""
    request.session.cycle_key()
    open_sessions.end_others(person, request.session, caller=Caller.of(request))
