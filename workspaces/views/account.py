"""A person's account: name, time zone, links to e-mail address and password, open sessions."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.links import referring_page
from workspaces.audit import Caller
from workspaces.forms import ProfileForm
from workspaces.members import people
from workspaces.models import BrowserSession
from workspaces.openid.linked_accounts import links_of
from workspaces.rights.access import person_of
from workspaces.sign_in import open_sessions
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
    context = {"form": form, "links": links_of(person)}
    return render(request, "workspaces/account.html", context)


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


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    found = open_sessions.open_sessions(person_of(request), request.session)
    return render(request, "workspaces/sessions.html", {"sessions": found})


@require_POST
def session_end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one of the person's own sessions."""
    try:
        open_sessions.end_one(person_of(request), session, caller=Caller.of(request))
    except BrowserSession.DoesNotExist:
        raise Http404 from None
    messages.success(request, "That session has ended.")
    return redirect("workspaces:sessions")


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End all of the person's sessions but this one."""
    person, caller = person_of(request), Caller.of(request)
    ended = open_sessions.end_others(person, request.session, caller=caller)
    words = f"{ended} other sessions have ended." if ended != 1 else "The other session has ended."
    messages.success(request, words if ended else "There was no other session.")
    return redirect("workspaces:sessions")
