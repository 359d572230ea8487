"""Limits the age of a session: an idle limit that use extends, and an absolute limit."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from workspaces.models import User

SESSION_LIFETIME = timedelta(days=7)
ADMINISTRATOR_SESSION_LIFETIME = timedelta(hours=12)
# Each write extends the session by 12 hours; one write in five minutes is enough.
WRITE_EVERY = timedelta(minutes=5)
SIGNED_IN, SEEN = "signed_in_at", "seen_at"


def begin(request: HttpRequest) -> None:
    """Store the time of the sign-in in the session."""
    request.session[SIGNED_IN] = request.session[SEEN] = time.time()


class SessionAge:
    """Ends sessions that are too old, and extends those that a person uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            _end_or_extend(request, request.user)
        return self.get_response(request)


def _end_or_extend(request: HttpRequest, person: User) -> None:
    session, now = request.session, time.time()
    limit = ADMINISTRATOR_SESSION_LIFETIME if person.is_staff else SESSION_LIFETIME
    # A session without a stored time counts as too old.
    if now - session.get(SIGNED_IN, 0) >= limit.total_seconds():
        logout(request)
        return
    is_due = now - session.get(SEEN, 0) >= WRITE_EVERY.total_seconds()
    if is_due and not _is_automatic(request):
        session[SEEN] = now


def _is_automatic(request: HttpRequest) -> bool:
    """True for a fragment that a script fetches: it does not show that a person is active."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"
