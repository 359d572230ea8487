"""Leads who must have a second factor to its page, and who must prove who they are to the proof."""

from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from workspaces.models import User
from workspaces.rights.refusals import NeedsFactor
from workspaces.sign_in import known_browsers
from workspaces.sign_in.step_up import prove_first

PAGE = "workspaces:factors"
OPEN_WITHOUT = frozenset(
    {
        *(PAGE, "workspaces:factor_app", "workspaces:factor_app_remove", "workspaces:codes"),
        *("workspaces:factor_passkey", "workspaces:factor_passkey_remove"),
        *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("workspaces:openid_proof", "workspaces:openid_prove", "workspaces:openid_answer"),
        "account_logout",
        *("healthz", "healthz_checker", "theme"),
    }
)
"""The pages that an administrator reaches whose second factor is overdue."""


class SignInRules:
    """The rules of sign-in that hold on every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known_browsers.set_cookie(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Every page of an administrator without a second factor leads there once it is overdue."""
        match = request.resolver_match
        if match is None or match.view_name in OPEN_WITHOUT or not _is_overdue(request.user):
            return None
        return _to(request, PAGE)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer the refusals that another page answers."""
        if isinstance(error, NeedsFactor):
            messages.warning(request, error.words)
            return _to(request, PAGE)
        if isinstance(error, ReauthenticationRequired):  # allauth would store the whole request
            return prove_first(request)
        return None


def _is_overdue(person: object) -> bool:
    due_at = person.factor_due_at if isinstance(person, User) else None
    return due_at is not None and due_at <= timezone.now()


def _to(request: HttpRequest, page: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(resolve_url(page))
    return redirect(page)
