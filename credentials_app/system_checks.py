"""Django system checks of this application's settings."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from credentials_app.checks import network
from credentials_app.schedule import is_polite

HINTS = {
    "LOCKKEEPER_PRIVATE_NETWORKS": (
        "Write entries like registry.example.org, 10.0.0.0/8:5000 or 10.0.0.5:*."
    ),
    "LOCKKEEPER_ONLY_HOSTS": "Write names like registry.example.org, without scheme and port.",
    "LOCKKEEPER_NAT64_PREFIX": "Write a /96 like 64:ff9b::/96, or leave it out.",
}


@register
def networks_can_be_read(**_: Any) -> list[CheckMessage]:
    """The settings that open and close networks must be readable."""
    return [
        Error(sentence, hint=HINTS[name], id="credentials.E001")
        for name, sentence in network.faults()
    ]


@register
def the_interval_is_polite(**_: Any) -> list[CheckMessage]:
    """No login is checked more often than once in 15 minutes."""
    wanted = getattr(settings, "LOCKKEEPER_CHECK_INTERVAL", None)
    if wanted is None or (isinstance(wanted, timedelta) and is_polite(wanted)):
        return []
    return [
        Error(
            "LOCKKEEPER_CHECK_INTERVAL must be a timedelta from 15 minutes to 30 days.",
            hint="Leave it out for 12 hours.",
            id="credentials.E002",
        )
    ]
