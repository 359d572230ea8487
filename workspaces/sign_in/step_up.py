"""Step-up: what matters most needs a password or factor that was given within five minutes."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from common.links import referring_page

View = Callable[..., HttpResponse]
SAFE = frozenset({"GET", "HEAD"})
FRESH_S = 300
NOT_DONE = "Nothing was changed yet: confirm that it is you, then do it again."


def is_fresh(request: HttpRequest) -> bool:
    """True if the person proved within five minutes who they are."""
    proofs = get_authentication_records(request, request.user)
    last = max((float(proof["at"]) for proof in proofs), default=0.0)
    return time.time() - last < FRESH_S


def step_up(view: View) -> View:
    """Ask for a password or factor before a page, and again if it was long open when its form is
    sent.

    What was sent is dropped, never kept: it may contain a secret. The person comes back to the
    page of the form. The decorated view has ``view.needs_step_up``; a test of the routes reads it.
    """
    return step_up_when(lambda request: True)(view)


def step_up_when(is_needed: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """The same for those requests of a view for which ``is_needed`` is true."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_fresh(request) or not is_needed(request):
                return view(request, *args, **kwargs)
            return prove_first(request)

        guarded.needs_step_up = True  # type: ignore[attr-defined]  # a note on the view
        return guarded

    return decorate


def prove_first(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the proof. What was sent is dropped."""
    if request.method in SAFE:
        return _to_proof(request, request.get_full_path(), status=302)
    messages.info(request, NOT_DONE)
    return _to_proof(request, referring_page(request), status=303)


def _to_proof(request: HttpRequest, page: str, *, status: int) -> HttpResponse:
    proof = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(proof)
    return HttpResponseRedirect(proof, status=status)
