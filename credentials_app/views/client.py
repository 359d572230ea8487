"""The page of the client, and its downloads, which are open to everybody: nodes fetch them."""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from common.links import absolute
from credentials_app.exports.client import (
    DIGESTS,
    PROGRAMS,
    client_bytes,
    client_digest,
    digest_lines,
)

TOKEN = "~/.config/lockkeeper/token"  # noqa: S105  # the file of a token
TOKEN_LINES = f"umask 077\nmkdir -p ~/.config/lockkeeper ~/.local/bin\ncat > {TOKEN}"


@require_safe
def client_page(request: HttpRequest) -> HttpResponse:
    """The three names, what each is for, and the lines that install one and tell it its token."""
    programs = [
        {"name": name, "for": use, "lines": _install_lines(name)} for name, use in PROGRAMS.items()
    ]
    values = {
        "programs": programs,
        "digest": client_digest(),
        "digests": DIGESTS,
        "token_lines": TOKEN_LINES,
        "settings_text": json.dumps({"url": settings.SITE_URL.rstrip("/"), "token_file": TOKEN}),
        "docker_text": json.dumps({"credHelpers": {"registry.example.org": "lockkeeper"}}),
    }
    return render(request, "credentials_app/help/client.html", values)


@login_not_required
@require_safe
def client_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """The client under one of its names, or the digests.

    A cache may keep the answer and asks before each use whether it is still the same, so that file
    and digest always belong together. What a browser with a cookie gets is kept by that browser.
    """
    if name == DIGESTS:
        answer = HttpResponse(digest_lines(), content_type="text/plain; charset=utf-8")
    elif name in PROGRAMS:
        answer = HttpResponse(client_bytes(), content_type="text/x-python; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        raise Http404
    etag = answer["ETag"] = f'"{client_digest()}"'
    answer["Cache-Control"] = f"{'private' if request.COOKIES else 'public'}, no-cache"
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _address(name: str) -> str:
    return absolute(reverse("help:client_file", args=[name]))


def _install_lines(name: str) -> str:
    """Download, compare, make executable."""
    return (
        f"curl -fsSO {_address(name)}\n"
        f"curl -fsS {_address(DIGESTS)} | sha256sum --check --ignore-missing\n"
        f"chmod 755 {name}"
    )
