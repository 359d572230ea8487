"""Parses EMAIL_URL: the mail server, its encryption, and the login."""

from typing import Any
from urllib.parse import unquote, urlsplit

SMTP = "django.core.mail.backends.smtp.EmailBackend"
# The default port and Django's settings for each scheme.
SCHEMES: dict[str, tuple[int, dict[str, bool]]] = {
    "smtp": (25, {}),
    "smtp+tls": (587, {"EMAIL_USE_TLS": True}),
    "smtp+ssl": (465, {"EMAIL_USE_SSL": True}),
}
FORM = "smtp+tls://user:password@host:port"


class BadMailUrl(ValueError):
    """EMAIL_URL is invalid. The text is a sentence for the operator, without parts of the URL."""


def settings_for(url: str) -> dict[str, Any]:
    """Django's e-mail settings; empty if ``url`` is. Raises :class:`BadMailUrl`."""
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadMailUrl(
            f"EMAIL_URL must be like {FORM}; write special characters of the password as %XX."
        ) from None
    if parts.scheme not in SCHEMES:
        raise BadMailUrl(f"EMAIL_URL must begin with {'://, '.join(SCHEMES)}://.")
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise BadMailUrl(
            f"EMAIL_URL must be like {FORM}; write special characters of the password as %XX."
        )
    default_port, encryption = SCHEMES[parts.scheme]
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or default_port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        **encryption,
    }
