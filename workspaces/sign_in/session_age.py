"""Limits the age of a session: an idle limit that use extends, and an absolute limit. Who proves
once more who they are gets a new cookie, and the former one ends."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from workspaces.models import User
from workspaces.sign_in import open_sessions

SESSION_LIFETIME = timedelta(days=7)
ADMINISTRATOR_SESSION_LIFETIME = timedelta(hours=12)
ADMINISTRATOR_IDLE = timedelta(minutes=30)
# Each write extends the session by 12 hours; one write in five minutes is enough.
WRITE_EVERY = timedelta(minutes=5)
ADMINISTRATOR_WRITES_EVERY = timedelta(minutes=1)
SIGNED_IN, SEEN = "listed_since", "seen_at"
"""A session that is older than the list of sessions has ``signed_in_at`` instead: it is over,
because nobody could end it."""


def begin(request: HttpRequest) -> None:
    """Store the time of the sign-in in the session."""
    request.session[SIGNED_IN] = request.session[SEEN] = time.time()


class SessionAge:
    """Ends sessions that are too old, extends those that a person uses, and renews proven ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            _end_or_extend(request, request.user)
        key, proofs = request.session.session_key, _proofs(request)
        response = self.get_response(request)
        is_same = key is not None and key == request.session.session_key
        if is_same and isinstance(request.user, User) and _proofs(request) != proofs:
            request.session.cycle_key()
        return response


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    """How and when the person of this session has proven who they are, as allauth keeps it."""
    return list(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, ()))


def _end_or_extend(request: HttpRequest, person: User) -> None:
    session, now = request.session, time.time()
    unused = now - session.get(SEEN, 0)
    if _is_over(person, now - session.get(SIGNED_IN, 0), unused):
        logout(request)
        return
    every = ADMINISTRATOR_WRITES_EVERY if person.is_staff else WRITE_EVERY
    if unused >= every.total_seconds() and not _is_automatic(request):
        session[SEEN] = now
        open_sessions.note_use(request, datetime.fromtimestamp(now, UTC))


def _is_over(person: User, age: float, unused: float) -> bool:
    """True if the session is too old, or an administrator's too long unused; both in seconds.

    A session without stored times counts as too old. Others that nobody uses end by the age of
    their cookie.
    """
    if person.is_staff:
        too_old = age >= ADMINISTRATOR_SESSION_LIFETIME.total_seconds()
        return too_old or unused >= ADMINISTRATOR_IDLE.total_seconds()
    return age >= SESSION_LIFETIME.total_seconds()


def _is_automatic(request: HttpRequest) -> bool:
    """True for a fragment that a script fetches: it does not show that a person is active."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"
