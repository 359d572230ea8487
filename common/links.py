"""Absolute links for mails and pages, built from SITE_URL."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings


def absolute(path: str) -> str:
    """The full URL of a path. It never uses the Host header of a request."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a link starts with one slash")
    return urljoin(f"{settings.SITE_URL}/", path)


def host_of_site() -> str:
    """The host name of SITE_URL, for mails and others that name their origin."""
    return urlsplit(str(settings.SITE_URL)).hostname or "localhost"
