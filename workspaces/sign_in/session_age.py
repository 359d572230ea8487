"""How long a sign-in lasts: it slides while somebody works, and ends for good after a while."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from workspaces.models import User

AT_MOST = timedelta(days=7)
AT_MOST_FOR_ADMINISTRATORS = timedelta(hours=12)
# A session that is written ends 12 hours later; one write in five minutes is enough to slide.
WRITTEN_EVERY = timedelta(minutes=5)
SIGNED_IN, SEEN = "signed_in_at", "seen_at"


def begin(request: HttpRequest) -> None:
    """Note that a sign-in begins now."""
    request.session[SIGNED_IN] = request.session[SEEN] = time.time()


class SessionAge:
    """Ends sign-ins that are too old, and keeps those alive that somebody uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            _judge(request, request.user)
        return self.get_response(request)


def _judge(request: HttpRequest, person: User) -> None:
    session, now = request.session, time.time()
    limit = AT_MOST_FOR_ADMINISTRATORS if person.is_staff else AT_MOST
    # A sign-in that nobody noted is as old as can be.
    if now - session.get(SIGNED_IN, 0) >= limit.total_seconds():
        logout(request)
        return
    rested = now - session.get(SEEN, 0) >= WRITTEN_EVERY.total_seconds()
    if rested and not _asks_by_itself(request):
        session[SEEN] = now


def _asks_by_itself(request: HttpRequest) -> bool:
    """A fragment that a script fetches says nothing about a person at the keyboard."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"
