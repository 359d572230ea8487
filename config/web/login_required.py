"""Requires a sign-in. After it the person returns to a page, never to the URL of an action.

On its own: the settings name the middleware.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

SAFE_METHODS = frozenset({"GET", "HEAD"})


class LoginRequired(LoginRequiredMiddleware):
    """Requires a sign-in for every view that is not marked as open."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Redirect to the sign-in page. A form that was sent is lost, so its page comes back."""
        if request.method in SAFE_METHODS:
            return super().handle_no_permission(request, view_func)
        sign_in = resolve_url(self.get_login_url(view_func))
        return redirect_to_login(referring_page(request), sign_in)


def referring_page(request: HttpRequest) -> str:
    """The path of our page that sent the form; ``/`` if Referer is missing or not ours."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return "/"
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
