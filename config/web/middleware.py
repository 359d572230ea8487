"""What every request is given on its way in, and every answer on its way out."""

from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.logging import request_mark
from config.web.health import QUESTIONS

Answer = Callable[[HttpRequest], HttpResponse]

DEVICES = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
    "fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
    "payment=(), picture-in-picture=(), publickey-credentials-get=(self), "
    "screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)


def client_address(request: HttpRequest, trusted_proxies: int) -> str:
    """The address of the client: the one that the outermost trusted proxy saw.

    Without trusted proxies ``X-Forwarded-For`` is a stranger's claim and not read.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not trusted_proxies:
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = [hop for hop in hops if hop]
    return hops[-trusted_proxies] if len(hops) >= trusted_proxies else peer


class RequestMark:
    """Gives the request an id, for log lines and audit events, and the client's address."""

    def __init__(self, get_response: Answer) -> None:
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


class HealthFirst:
    """Answers the health questions before host names, https and sign-in are looked at."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = QUESTIONS.get(request.path) if request.method in {"GET", "HEAD"} else None
        return answer(request) if answer else self.get_response(request)


class Headers:
    """Adds what Django has no setting for, and keeps pages out of every cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", DEVICES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            # No page of ours is the same for everybody, so none is worth keeping anywhere.
            response.headers["Cache-Control"] = "no-store"
        return response
