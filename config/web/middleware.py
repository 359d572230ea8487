"""Adds an id and the client's address to each request, and headers to each response."""

from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

from config.logging import request_mark
from config.web.health import HEALTH_CHECKS, PLAIN
from config.web.security_headers import CONTENT_SECURITY_POLICY as POLICY

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_FILES = "/client/"
"""The files below it are the same for everybody, and their view says how long they may be kept."""
NO_LENGTH = "Send the body with a Content-Length.\n"
PERMISSIONS_POLICY = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
    "fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
    "payment=(), picture-in-picture=(), publickey-credentials-create=(self), "
    "publickey-credentials-get=(self), "
    "screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)

EVERYWHERE = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Content-Security-Policy": "; ".join(
        f"{name} {' '.join(values)}" for name, values in POLICY["DIRECTIVES"].items()
    ),
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


def client_address(request: HttpRequest, trusted_proxies: int) -> str:
    """The address of the client, as the outermost trusted proxy reported it.

    Without trusted proxies it ignores ``X-Forwarded-For``, because the client can set it.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not trusted_proxies:
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = [hop for hop in hops if hop]
    return hops[-trusted_proxies] if len(hops) >= trusted_proxies else peer


class RequestMark:
    """Adds the client's address, and an id for log lines and audit events."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid4().hex  # type: ignore[attr-defined]
        request.client_address = client_address(  # type: ignore[attr-defined]
            request, settings.TRUSTED_PROXY_COUNT
        )
        with request_mark(request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class BodyLimit:
    """Refuses a body that is too large, or of unknown length, before anybody reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return HttpResponse(NO_LENGTH, content_type=PLAIN, status=411)
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isascii() and length.isdigit() and int(length) > most:
            return HttpResponse(render_to_string("413.html"), status=413)
        return self.get_response(request)


class HealthFirst:
    """Answers health checks before the checks of host name, https and sign-in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = HEALTH_CHECKS.get(request.path) if request.method in {"GET", "HEAD"} else None
        return view(request) if view else self.get_response(request)


class MethodPage:
    """Gives a page to somebody who opens the address of a form, instead of an empty answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
            response.content = render_to_string("405.html")
            response.headers["Content-Length"] = f"{len(response.content)}"
        return response


class Headers:
    """Adds the headers that an answer still lacks, and forbids caching of pages.

    Health checks, refused hosts and refused bodies do not pass the middleware of Django and
    django-csp that adds headers to pages.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        if request.is_secure() and settings.SECURE_HSTS_SECONDS:
            hsts = f"max-age={settings.SECURE_HSTS_SECONDS}"
            response.headers.setdefault("Strict-Transport-Security", hsts)
        if request.path.startswith(PUBLIC_FILES):
            response.headers.setdefault("Cache-Control", "no-store")
        elif not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            # Each page depends on the person who is signed in, so no cache may store it.
            response.headers["Cache-Control"] = "no-store"
        return response
