"""Browsers in which a person signed in before: a signed cookie tells it, and no table does."""

import time
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from workspaces.models import User

KNOWN_FOR = timedelta(days=365)
REMEMBERED_FOR = timedelta(days=30)
MOST_PEOPLE = 5
"""How many people one browser knows; the latest stay."""
SALT = "workspaces.sign_in.known_browsers"
FACTOR_BROUGHT = "factor_brought"
"""In the state of a sign-in: a trusted identity provider asked for a second factor."""
Mark = list[Any]
"""Of one person: who (digest), whom the second step may be spared (digest), since when."""


def cookie_name() -> str:
    """The name of the cookie."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "lockkeeper_browser"


def is_known(request: HttpRequest, person: User) -> bool:
    """True if this person has signed in in this browser, with the present password."""
    return _mark_of(request, person) is not None


def is_spared(request: HttpRequest, person: User) -> bool:
    """True if this browser needs no second step for the person: they asked for that, 30 days have
    not passed, and neither password nor factors changed since. Never for administrators."""
    mark = None if person.is_staff else _mark_of(request, person)
    if mark is None or not mark[1] or mark[2] + REMEMBERED_FOR.total_seconds() <= time.time():
        return False
    return constant_time_compare(mark[1], _spared(person))


def note_sign_in(request: HttpRequest, person: User) -> None:
    """Note on the request that the answer makes this browser known."""
    old = _mark_of(request, person)
    wanted = getattr(request, "remember_browser", False) and not person.is_staff
    mark: Mark = [_who(person), _spared(person) if wanted else "", int(time.time())]
    if old and is_spared(request, person):
        mark = old
    others = [each for each in _marks(request) if each[0] != mark[0]]
    request.browser_marks = [mark, *others][:MOST_PEOPLE]  # type: ignore[attr-defined]


def set_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its cookie, if somebody has signed in."""
    marks = getattr(request, "browser_marks", None)
    if marks is None:
        return
    response.set_cookie(
        cookie_name(),
        signing.dumps(marks, salt=SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class SecondStep(AuthenticateStage):  # type: ignore[misc]  # allauth has no types
    """The second step of a sign-in, spared in a browser that is remembered, and after a sign-in by
    an identity provider that the operator trusts to ask for it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        asked = super()._should_handle(request)
        if self.login.state.get(FACTOR_BROUGHT):
            return False
        return asked and not is_spared(request, self.login.user)


def _mark_of(request: HttpRequest, person: User) -> Mark | None:
    who = _who(person)
    return next((each for each in _marks(request) if constant_time_compare(each[0], who)), None)


def _marks(request: HttpRequest) -> list[Mark]:
    try:
        found = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return []
    return list(found)


def _who(person: User) -> str:
    return salted_hmac(SALT, f"{person.pk}|{person.password}", algorithm="sha256").hexdigest()


def _spared(person: User) -> str:
    factors = Authenticator.objects.filter(user=person).order_by("pk").values_list("pk", flat=True)
    text = f"{person.pk}|{person.password}|{[*factors]}"
    return salted_hmac(f"{SALT}.spared", text, algorithm="sha256").hexdigest()
