"""Finds the due work that the sweep enqueues: one task for each check that a person asked for,
and batches of one server for the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import TypeVar
from uuid import UUID

from credentials_app import selectors
from credentials_app.models import RegistryOrigin
from credentials_app.pacing import origins
from credentials_app.pacing.rules import MAX_BATCH, wait_of_state
from credentials_app.pacing.tenants import tenant_key

Item = TypeVar("Item")
MAX_PER_SWEEP = 5000
MOST_SERVERS_OF_TENANT = 100
"""The batches that one tenant gets in a sweep. A server that never answers occupies a worker's
thread for seconds: with more of them one tenant would delay the others for many sweeps."""


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
    by_server: dict[str, dict[UUID, list[UUID]]] = {}
    due = selectors.due_in_turns(now, most=MAX_BATCH, server=server, tenant=tenant_key(now))
    for pk, origin, tenant in due[:MAX_PER_SWEEP]:
        by_server.setdefault(origin, {}).setdefault(tenant, []).append(pk)
    by_tenant: dict[UUID, list[list[UUID]]] = {}
    for tenant, pks in _allowed(by_server, now):
        by_tenant.setdefault(tenant, []).append(pks[:MAX_BATCH])
    found.batches = in_turns(batches[:MOST_SERVERS_OF_TENANT] for batches in by_tenant.values())
    return found


def in_turns(columns: Iterable[list[Item]]) -> list[Item]:
    """One of each column in turn, in the order of the columns, until all are empty."""
    turns = zip_longest(*columns)
    return [item for turn in turns for item in turn if item is not None]


def _allowed(
    by_server: dict[str, dict[UUID, list[UUID]]], now: datetime
) -> Iterator[tuple[UUID, list[UUID]]]:
    """The rows of each server that may be checked now, one of each tenant in turn, and the tenant
    that is first: none while the server is paused or another batch holds it."""
    rows = RegistryOrigin.objects.filter(origin__in=list(by_server))
    known = {row.origin: row for row in rows}
    for server, waiting in by_server.items():
        if server not in known or _may_be_checked(known[server], now):
            yield next(iter(waiting)), in_turns(waiting.values())


def _may_be_checked(row: RegistryOrigin, now: datetime) -> bool:
    held = row.lease_until is not None and row.lease_until > now
    return not held and wait_of_state(origins.origin_state(row), now) is None
