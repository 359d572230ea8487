"""The server rules that a batch uses.

On its own: a batch lasts long enough for a person to change them meanwhile.
"""

import time
from uuid import UUID

from credentials_app import secrets
from credentials_app.models import Credential, ServerRule

FRESH_S = 5.0
"""What is younger than this is not read, and no lease is renewed, again."""


class RulesInUse:
    """The server rules for one origin, of every workspace, read again every few seconds."""

    def __init__(self, origin: str) -> None:
        self.origin, self.read_at = origin, -FRESH_S
        self.by_workspace: dict[UUID, ServerRule] = {}

    def of(self, row: Credential) -> ServerRule | None:
        """The rule of the row's workspace."""
        now = time.monotonic()
        if now - self.read_at >= FRESH_S:
            self.by_workspace, self.read_at = secrets.rules_for(self.origin), now
        return self.by_workspace.get(row.workspace_id)
