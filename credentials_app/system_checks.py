"""What Django checks about this application when it starts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from registry.guard import AllowListError, parse_allow_list


@register
def private_networks_can_be_read(**_: Any) -> list[CheckMessage]:
    """The allow list of private networks must be one."""
    try:
        parse_allow_list(settings.LOCKKEEPER_PRIVATE_NETWORKS)
    except AllowListError as wrong:
        return [
            Error(
                f"LOCKKEEPER_PRIVATE_NETWORKS has an entry that cannot stand: {wrong}",
                hint="Write entries like registry.example.org, 10.0.0.0/8:5000 or 10.0.0.5:*.",
                id="credentials.E001",
            )
        ]
    return []


@register
def the_interval_is_polite(**_: Any) -> list[CheckMessage]:
    """Registries are not asked about the same login more often than once in a quarter hour."""
    wanted = getattr(settings, "LOCKKEEPER_CHECK_INTERVAL", None)
    if wanted is None or (isinstance(wanted, timedelta) and wanted >= timedelta(minutes=15)):
        return []
    return [
        Error(
            "LOCKKEEPER_CHECK_INTERVAL must be a timedelta of 15 minutes or more.",
            hint="Leave it out for 12 hours.",
            id="credentials.E002",
        )
    ]
