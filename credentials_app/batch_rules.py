"""The server rules that a batch needs, read once in a few seconds and not for each check."""

import time
from uuid import UUID

from credentials_app import secrets
from credentials_app.models import Credential, ServerRule

FRESH_S = 5.0
"""What was read so lately needs not to be read again."""


class Rules:
    """The server rules for one origin, of every workspace, read again every few seconds."""

    def __init__(self, origin: str) -> None:
        self.origin, self.read_at = origin, -FRESH_S
        self.by_place: dict[UUID, ServerRule] = {}

    def of(self, row: Credential) -> ServerRule | None:
        """The rule of the row's workspace."""
        now = time.monotonic()
        if now - self.read_at >= FRESH_S:
            self.by_place, self.read_at = secrets.rules_for(self.origin), now
        return self.by_place.get(row.workspace_id)
