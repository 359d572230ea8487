"""Who opened or stored which secret, kept as events when retention removes the events themselves.

The list of what a leaver knew needs this for as long as the secret is in use.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from workspaces.models import AuditEvent
from workspaces.models.audit_event import OPENED_FOR_CHECKS

KEPT = "audit:openings:keep"
STORES_SECRET = (
    "credentials:credential:add",
    "credentials:credential:replace",
    "credentials:secret:bring_back",
    "credentials:credential:move_in",
)
ENDS = "credentials:credential:purge"
IN_ONE_EVENT = 500
OPENED, STORED = "opened", "stored"


@dataclass
class KeptOpenings:
    """``opened``: when, by person and credential, last. ``stored``: by credential, who stored the
    last secret. Keys are texts."""

    opened: dict[tuple[str, str], datetime] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)

    def add(self, event: AuditEvent) -> None:
        """Read one event; they come in the order of the log."""
        person, credential = str(event.actor_id), event.target_id
        if event.action == KEPT:
            self._add_kept(event.details)
        elif event.action == ENDS:
            self.stored.pop(credential, None)
            self.opened = {key: at for key, at in self.opened.items() if key[1] != credential}
        elif event.action == OPENED_FOR_CHECKS:
            self.opened[person, credential] = event.at
        else:
            self.stored[credential] = person

    def words(self) -> list[str]:
        """One word for each, as the details of an event have them."""
        opened = [
            f"{OPENED}:{person}:{credential}:{at.isoformat()}"
            for (person, credential), at in sorted(self.opened.items())
        ]
        stored = [f"{STORED}:{who}:{what}:" for what, who in sorted(self.stored.items())]
        return opened + stored

    def _add_kept(self, details: dict[str, Any]) -> None:
        for word in details["held"]:
            kind, person, credential, at = word.split(":", 3)
            if kind == OPENED:
                self.opened[person, credential] = datetime.fromisoformat(at)
            else:
                self.stored[credential] = person


def kept_in(events: QuerySet[AuditEvent]) -> KeptOpenings:
    """What these events tell of openings by people, and of secrets that people stored."""
    by_person = Q(action__in=[OPENED_FOR_CHECKS, *STORES_SECRET], actor_id__isnull=False)
    found, kept = events.filter(by_person | Q(action__in=[KEPT, ENDS])), KeptOpenings()
    columns = ("at", "action", "actor_id", "target_id", "details")
    for event in found.order_by("seq").only(*columns).iterator(chunk_size=2000):
        kept.add(event)
    return kept


def details_to_keep(ended: QuerySet[AuditEvent]) -> Iterator[dict[str, Any]]:
    """The details of the events that keep what the removed ones tell; none if they tell nothing."""
    words = kept_in(ended).words()
    for begin in range(0, len(words), IN_ONE_EVENT):
        part = words[begin : begin + IN_ONE_EVENT]
        yield {"count": len(part), "held": part}
