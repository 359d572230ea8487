"""What the sweep rings for: people who wait one by one, the rest in batches of a server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from credentials_app import selectors
from credentials_app.models import RegistryOrigin
from credentials_app.pacing import origins
from credentials_app.pacing.failed_logins import Attempt
from credentials_app.pacing.rules import MAX_BATCH, wait_until

MOST_IN_A_SWEEP = 5000
Waiting = tuple[UUID, bool]
"""A primary key, and whether its login is trusted."""


@dataclass
class DueWork:
    """Primary keys to ring for."""

    asked: list[UUID] = field(default_factory=list)
    batches: list[list[UUID]] = field(default_factory=list)
    trials: list[UUID] = field(default_factory=list)


def due_work(now: datetime, *, server: str = "") -> DueWork:
    """What is due now, without what must wait; ``server`` narrows it to that server's batch."""
    found = DueWork()
    if not server:
        found.asked = list(selectors.asked_for(now).values_list("pk", flat=True)[:MOST_IN_A_SWEEP])
        found.trials = list(selectors.trials_due(now).values_list("pk", flat=True))
    by_server: dict[str, list[Waiting]] = {}
    due = selectors.due_in_turns(now, most=MAX_BATCH, server=server)
    for pk, origin, trusted in due[:MOST_IN_A_SWEEP]:
        by_server.setdefault(origin, []).append((pk, trusted))
    found.batches = [pks[:MAX_BATCH] for pks in _open(by_server, now) if pks]
    return found


def _open(by_server: dict[str, list[Waiting]], now: datetime) -> Iterator[list[UUID]]:
    """For each server those who may go: none while it is paused or held by another batch."""
    rows = RegistryOrigin.objects.filter(origin__in=list(by_server))
    known = {row.origin: row for row in rows}
    for server, waiting in by_server.items():
        row = known.get(server)
        kinds = {True, False} if row is None else _kinds_that_may_go(row, now)
        yield [pk for pk, trusted in waiting if trusted in kinds]


def _kinds_that_may_go(row: RegistryOrigin, now: datetime) -> set[bool]:
    """Whether those go that are trusted (True), and those that are not (False)."""
    if row.lease_until and row.lease_until > now:
        return set()
    state = origins.origin_state(row)
    return {kind for kind in (True, False) if not wait_until(state, now, Attempt(trusted=kind))}
