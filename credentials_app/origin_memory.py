"""Reads what origins remember, once for all looks that start together."""

from collections.abc import Collection, Mapping

from credentials_app.models import RegistryOrigin
from registry.address import Origin

Known = Mapping[str, RegistryOrigin | None]
"""What was read, by origin; None where there is no row."""


class Memory:
    """What is remembered of origins, read when it is first asked for; ``forget`` reads it anew."""

    def __init__(self) -> None:
        self._rows: dict[Origin, RegistryOrigin | None] = {}

    def forget(self) -> None:
        """Time has passed: others may have changed it."""
        self._rows.clear()

    def of(self, origins: Collection[Origin]) -> Known:
        """What these remember."""
        missing = [origin for origin in origins if origin not in self._rows]
        if missing:
            wanted = RegistryOrigin.objects.filter(origin__in=[str(origin) for origin in missing])
            found = {row.origin: row for row in wanted}
            self._rows.update({origin: found.get(str(origin)) for origin in missing})
        return {str(origin): self._rows[origin] for origin in origins}
