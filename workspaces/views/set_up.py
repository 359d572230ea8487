"""The set-up page of a new instance, and the start page."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from common.throttle import allow, network_of
from workspaces.audit import Caller
from workspaces.forms import SetUpForm
from workspaces.members import people
from workspaces.models import User
from workspaces.places import credentials_url
from workspaces.rights.access import open_to
from workspaces.sign_in import setup_code
from workspaces.sign_in.adapter import sign_in_person

MAX_TRIES, WINDOW = 10, timedelta(minutes=5)
NOT_THE_CODE = "This is not the code in the terminal."


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the set-up, to the sign-in, or to the first workspace: a shared one, one's own
    if it holds anything, or a sample."""
    if not isinstance(request.user, User):
        return redirect("workspaces:set_up" if setup_code.is_needed() else "account_login")
    workspaces = list(open_to(request.user))
    real = [each for each in workspaces if not each.is_sample]
    shared = [each for each in real if not each.is_personal]
    used = [each for each in real if each.credentials.exists()] if not shared else []
    samples = [each for each in workspaces if each.is_sample]
    return redirect(credentials_url((shared or used or samples or real)[0], "overview"))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Create the first account, an administrator's. A 404 as soon as there is one."""
    if not setup_code.is_needed():
        raise Http404
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and _has_code(request, form) and form.is_valid():
        person = _first_person(request, form)
        if person:
            sign_in_person(request, person)
            return redirect(reverse("workspaces:home"))
    return render(request, "workspaces/set_up.html", {"form": form})


def _has_code(request: HttpRequest, form: SetUpForm) -> bool:
    """True if the code is correct. A wrong one is told together with the mistakes of other
    fields, so each try counts, whatever else is in the form."""
    form.full_clean()
    if "code" not in form.cleaned_data:
        return False
    if not allow(f"set-up:{network_of(Caller.of(request).address)}", MAX_TRIES, WINDOW):
        form.add_error("code", "Too many tries. Wait five minutes.")
        return False
    if not setup_code.fits(form.cleaned_data["code"]):
        form.add_error("code", NOT_THE_CODE)
        return False
    return True


def _first_person(request: HttpRequest, form: SetUpForm) -> User | None:
    if not setup_code.use(form.cleaned_data["code"]):
        form.add_error("code", NOT_THE_CODE)
        return None
    values = form.cleaned_data
    return people.add_person(
        email=values["email"],
        name=values["name"],
        password=values["password"],
        time_zone=values["time_zone"],
        caller=Caller.of(request),
        administrator=True,
    )
