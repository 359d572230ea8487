"""EMAIL_URL taken apart: which mail server, how the way to it is encrypted, and who signs in."""

from typing import Any
from urllib.parse import unquote, urlsplit

SMTP = "django.core.mail.backends.smtp.EmailBackend"
# The usual port of each way, and what Django is told.
WAYS: dict[str, tuple[int, dict[str, bool]]] = {
    "smtp": (25, {}),
    "smtp+tls": (587, {"EMAIL_USE_TLS": True}),
    "smtp+ssl": (465, {"EMAIL_USE_SSL": True}),
}
FORM = "smtp+tls://user:password@host:port"


class BadMailUrl(ValueError):
    """EMAIL_URL cannot be used; the text is a sentence for the operator, without what it holds."""


def settings_for(url: str) -> dict[str, Any]:
    """Django's e-mail settings; empty without a URL. Raises :class:`BadMailUrl`."""
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadMailUrl(
            f"EMAIL_URL must be like {FORM}; write special characters of the password as %XX."
        ) from None
    if parts.scheme not in WAYS:
        raise BadMailUrl(f"EMAIL_URL must begin with {'://, '.join(WAYS)}://.")
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise BadMailUrl(
            f"EMAIL_URL must be like {FORM}; write special characters of the password as %XX."
        )
    usual, encryption = WAYS[parts.scheme]
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or usual,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        **encryption,
    }
