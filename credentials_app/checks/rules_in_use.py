"""The server rules that a check or a batch uses.

On its own: a batch lasts long enough for a person to change them meanwhile.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from credentials_app import secrets
from credentials_app.models import Credential, ServerRule, Trial
from registry.addresses.origins import Origin

FRESH_S = 5.0
"""What is younger than this is not read, and no lease is renewed, again."""


@dataclass(frozen=True)
class RulesOfRow:
    """The rule for the row's server, and every origin for which its workspace allows http."""

    own: ServerRule | None
    http: frozenset[Origin]


def rules_of_one(row: Credential | Trial) -> RulesOfRow:
    """The rules for one check."""
    own = secrets.rule_of(row)
    http = _http_of([own] if own else [])
    return RulesOfRow(own, http.get(row.workspace_id, frozenset()))


class RulesInUse:
    """The server rules for one origin, of every workspace, read again every few seconds."""

    def __init__(self, origin: str) -> None:
        self.origin, self.read_at = origin, -FRESH_S
        self.by_workspace: dict[UUID, ServerRule] = {}
        self.http: dict[UUID, frozenset[Origin]] = {}

    def of(self, row: Credential) -> RulesOfRow:
        """The rules of the row's workspace."""
        now = time.monotonic()
        if now - self.read_at >= FRESH_S:
            self.by_workspace, self.read_at = secrets.rules_for(self.origin), now
            self.http = _http_of(self.by_workspace.values())
        key = row.workspace_id
        return RulesOfRow(self.by_workspace.get(key), self.http.get(key, frozenset()))


def _http_of(rules: Iterable[ServerRule]) -> dict[UUID, frozenset[Origin]]:
    """What the workspaces allow that allow http for this server; nobody else needs it."""
    workspaces = [rule.workspace_id for rule in rules if rule.allow_http]
    return secrets.http_origins_of(workspaces) if workspaces else {}
