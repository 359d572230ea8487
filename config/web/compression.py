"""Compresses the pages that nobody else can ask the person's browser for.

The length of a compressed page tells how much of it repeats. A stranger who puts words into an
address, and sees how long the answers are, can guess a secret of the page letter by letter
(BREACH). So a page is compressed only if the browser says that no other site started the request,
and never if it answers a form, or a script that asks for a part of a page:
docs/decisions/0011-which-pages-are-compressed.md.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

OUR_OWN = frozenset({"same-origin", "none"})
"""The values of Sec-Fetch-Site for a request of our pages, and for an address that was typed."""


class Compression(GZipMiddleware):
    """Django's compression, which also varies the length by up to 100 random bytes."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress, or leave it as it is."""
        if not isinstance(response, HttpResponse) or not may_compress(request, response):
            return response
        patch_vary_headers(response, ["Sec-Fetch-Site"])
        return super().process_response(request, response)


def may_compress(request: HttpRequest, response: HttpResponse) -> bool:
    """True for a page that was only read, at the wish of the person or of one of our pages."""
    return (
        request.method in {"GET", "HEAD"}
        and request.headers.get("Sec-Fetch-Site") in OUR_OWN
        and "HX-Request" not in request.headers
        and response.status_code == HTTPStatus.OK
        and response.headers.get("Content-Type", "").startswith("text/html")
    )
