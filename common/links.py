"""Links: absolute ones built from SITE_URL, and the page that a person came from."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme


def absolute(path: str) -> str:
    """The full URL of a path. It never uses the Host header of a request."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a link starts with one slash")
    return urljoin(f"{settings.SITE_URL}/", path)


def host_of_site() -> str:
    """The host name of SITE_URL, for mails and others that name their origin."""
    return urlsplit(str(settings.SITE_URL)).hostname or "localhost"


def referring_page(request: HttpRequest) -> str:
    """The path of our page that sent the form; ``/`` if Referer is missing or not ours.

    A path that begins with two slashes would name another site.
    """
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return "/"
    parts = urlsplit(referrer)
    path = escape_leading_slashes(parts.path) or "/"
    return f"{path}?{parts.query}" if parts.query else path
