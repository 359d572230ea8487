"""A person's own page: name, time zone, and the ways to address and password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from workspaces.audit import Caller
from workspaces.forms import ProfileForm
from workspaces.members import people
from workspaces.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Change one's own name and time zone."""
    person = request.user
    assert isinstance(person, User)  # noqa: S101  # the middleware has asked for a sign-in
    now = {"name": person.name, "time_zone": person.time_zone}
    form = ProfileForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        people.change_profile(person, **form.cleaned_data, caller=Caller.of(request))
        messages.success(request, "Your account is saved.")
        return redirect("workspaces:account")
    return render(request, "workspaces/account.html", {"form": form})
