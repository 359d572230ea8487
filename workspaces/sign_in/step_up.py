"""Step-up: what matters most needs a password or factor that was given within five minutes."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from common.links import referring_page

SAFE = frozenset({"GET", "HEAD"})
NOT_DONE = "Nothing was changed yet: confirm that it is you, then do it again."


def is_fresh(request: HttpRequest) -> bool:
    """True if the person proved within five minutes who they are."""
    proofs = get_authentication_records(request, request.user)
    last = max((float(proof["at"]) for proof in proofs), default=0.0)
    return time.time() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def step_up(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the password before a page, and again if it was long open when its form is sent.

    What was sent is dropped, never kept: it may contain a secret. The person comes back to the
    page of the form. The decorated view has ``view.needs_step_up``; a test of the routes reads it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return prove_first(request)

    guarded.needs_step_up = True  # type: ignore[attr-defined]  # a note on the view
    return guarded


def prove_first(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the proof. What was sent is dropped."""
    if request.method in SAFE:
        return _to_proof(request.get_full_path(), status=302)
    messages.info(request, NOT_DONE)
    return _to_proof(referring_page(request), status=303)


def _to_proof(page: str, *, status: int) -> HttpResponse:
    proof = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
    return HttpResponseRedirect(proof, status=status)
