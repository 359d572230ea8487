"""A person's account: name, time zone, and links to change e-mail address and password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from workspaces.audit import Caller
from workspaces.forms import ProfileForm
from workspaces.members import people
from workspaces.rights.access import person_of


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Change one's own name and time zone."""
    person = person_of(request)
    stored = {"name": person.name, "time_zone": person.time_zone}
    form = ProfileForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        people.change_profile(person, **form.cleaned_data, caller=Caller.of(request))
        messages.success(request, "Your account is saved.")
        return redirect("workspaces:account")
    return render(request, "workspaces/account.html", {"form": form})
