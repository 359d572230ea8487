"""Finds the due work that the sweep enqueues: one task for each check that a person asked for,
and batches of one server for the rest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from credentials_app import selectors
from credentials_app.models import RegistryOrigin
from credentials_app.pacing import origins
from credentials_app.pacing.failed_logins import LoginAttempt
from credentials_app.pacing.rules import MAX_BATCH, wait_until

MAX_PER_SWEEP = 5000
Waiting = tuple[UUID, bool]
"""A primary key; True if its login is trusted."""


@dataclass
class DueWork:
    """Primary keys of the rows to enqueue."""

    asked: list[UUID] = field(default_factory=list)
    batches: list[list[UUID]] = field(default_factory=list)
    trials: list[UUID] = field(default_factory=list)


def due_work(now: datetime, *, server: str = "") -> DueWork:
    """The rows that are due and need not wait. With ``server`` only the batch of that server."""
    found = DueWork()
    if not server:
        found.asked = list(selectors.asked_for(now).values_list("pk", flat=True)[:MAX_PER_SWEEP])
        found.trials = list(selectors.trials_due(now).values_list("pk", flat=True))
    by_server: dict[str, list[Waiting]] = {}
    due = selectors.due_in_turns(now, most=MAX_BATCH, server=server)
    for pk, origin, trusted in due[:MAX_PER_SWEEP]:
        by_server.setdefault(origin, []).append((pk, trusted))
    found.batches = [pks[:MAX_BATCH] for pks in _allowed(by_server, now) if pks]
    return found


def _allowed(by_server: dict[str, list[Waiting]], now: datetime) -> Iterator[list[UUID]]:
    """The rows of each server that may be checked now: none while the server is paused or
    another batch holds it."""
    rows = RegistryOrigin.objects.filter(origin__in=list(by_server))
    known = {row.origin: row for row in rows}
    for server, waiting in by_server.items():
        row = known.get(server)
        allowed = {True, False} if row is None else _allowed_trust(row, now)
        yield [pk for pk, trusted in waiting if trusted in allowed]


def _allowed_trust(row: RegistryOrigin, now: datetime) -> set[bool]:
    """True is in it if trusted logins may be checked now, False if untrusted ones may."""
    if row.lease_until and row.lease_until > now:
        return set()
    state = origins.origin_state(row)
    return {
        trust for trust in (True, False) if not wait_until(state, now, LoginAttempt(trusted=trust))
    }
