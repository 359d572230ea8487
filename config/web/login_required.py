"""Requires a sign-in. After it the person returns to a page, never to the URL of an action."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url

from common.links import referring_page

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
