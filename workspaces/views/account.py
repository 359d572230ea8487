"""A person's account: name, time zone, and links to change e-mail address and password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from common.links import referring_page
from workspaces.audit import Caller
from workspaces.forms import ProfileForm
from workspaces.members import people
from workspaces.rights.access import person_of
from workspaces.time_zones import right_name


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


@require_POST
def answer_zone_offer(request: HttpRequest) -> HttpResponse:
    """Take the time zone of the browser, or keep UTC, and go back to the page that asked."""
    person = person_of(request)
    zone = right_name(request.POST.get("time_zone", "")) if request.POST.get("act") == "use" else ""
    if zone:
        people.change_profile(person, name=person.name, time_zone=zone, caller=Caller.of(request))
        messages.success(request, f"Times are in {zone} now.")
    else:
        people.keep_utc(person)
    return redirect(referring_page(request))


@require_POST
def close_first_steps(request: HttpRequest) -> HttpResponse:
    """Close the list of first steps, or bring it back."""
    shown = request.POST.get("act") == "show"
    people.show_first_steps(person_of(request), shown=shown)
    if shown:
        messages.success(request, "The overview shows the first steps that are left.")
    return redirect(referring_page(request))
