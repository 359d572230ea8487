"""Asks for a sign-in; afterwards a page is shown again, never the address of a deed."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

PAGES = frozenset({"GET", "HEAD"})


class SignInFirst(LoginRequiredMiddleware):
    """Closes every view that is not marked as open."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """To the sign-in page. What was sent is lost, so the page with the form comes back."""
        if request.method in PAGES:
            return super().handle_no_permission(request, view_func)
        sign_in = resolve_url(self.get_login_url(view_func))
        return redirect_to_login(page_before(request), sign_in)


def page_before(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; the first page when nobody tells."""
    told = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, {request.get_host()}):
        return "/"
    parts = urlsplit(told)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
