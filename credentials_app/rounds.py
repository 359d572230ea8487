"""What the minute sweep rings for: people who wait one by one, the rest in batches of a server."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from credentials_app import origins, selectors
from credentials_app.models import RegistryOrigin
from credentials_app.pacing import MOST_IN_A_BATCH, may_go

MOST_IN_A_SWEEP = 5000


@dataclass
class Round:
    """Primary keys to ring for."""

    asked: list[UUID] = field(default_factory=list)
    batches: list[list[UUID]] = field(default_factory=list)
    trials: list[UUID] = field(default_factory=list)


def due_round(now: datetime, *, server: str = "") -> Round:
    """What is due now, without what must wait; ``server`` narrows it to that server's batch."""
    due = selectors.due_for_check(now)
    if server:
        due = due.filter(server=server, asked_at__isnull=True)
    found = Round(
        trials=[] if server else list(selectors.trials_due(now).values_list("pk", flat=True))
    )
    by_server: dict[str, list[UUID]] = {}
    for pk, origin, asked_at in due.values_list("pk", "server", "asked_at")[:MOST_IN_A_SWEEP]:
        if asked_at is not None:
            found.asked.append(pk)
        else:
            by_server.setdefault(origin, []).append(pk)
    closed = _closed(by_server, now)
    open_servers = [pks for origin, pks in by_server.items() if origin not in closed]
    found.batches = [pks[:MOST_IN_A_BATCH] for pks in open_servers]
    return found


def _closed(servers: Iterable[str], now: datetime) -> set[str]:
    """Origins that are paused, or that another batch holds."""
    rows = RegistryOrigin.objects.filter(origin__in=list(servers))
    return {
        row.origin
        for row in rows
        if (row.lease_until and row.lease_until > now) or may_go(origins.state_of(row), now)
    }
