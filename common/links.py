"""Links that leave the product: always from the one address that the operator named."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings


def absolute(path: str) -> str:
    """The full address of a path; it never comes from what a request claims its host to be."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a link starts with one slash")
    return urljoin(f"{settings.SITE_URL}/", path)


def host_of_site() -> str:
    """The host name of the product's address, for what must name its origin, such as mail."""
    return urlsplit(str(settings.SITE_URL)).hostname or "localhost"
