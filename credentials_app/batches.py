"""Checks of many credentials of one registry server: one batch at a time holds its origin."""

import threading
import time
from collections import deque
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connections

from credentials_app import claims
from credentials_app.budgets import Turn
from credentials_app.checking import CheckBroke, Network, check_claimed, claim, open_network
from credentials_app.clock import database_now
from credentials_app.models import Credential, RegistryOrigin
from credentials_app.origins import state_of
from credentials_app.pace import Pace
from credentials_app.pacing import batch_size, may_go
from credentials_app.records import Recorded

STARTING_TIME_S = 40.0
"""In this time the checks of a batch begin; then what is left goes back."""
MOST_ALIKE = 2
"""So many at once of one user name, and so many that may well be refused."""


class Batch:
    """The claimed rows of one origin, and the threads that share them."""

    def __init__(self, held: RegistryOrigin, rows: list[Credential], lines: Network) -> None:
        self.held, self.rows, self.lines = held, deque(rows), lines
        self.threads = min(held.max_connections, len(rows))
        self.pace = Pace(held.rate_per_s, held.burst)
        self.deadline = time.monotonic() + STARTING_TIME_S
        self.results: list[Recorded] = []
        self.broke: CheckBroke | None = None
        self._in_flight: list[Credential] = []
        self._lock = threading.Lock()

    def run(self) -> None:
        """Check until the rows or the time have run out; give back what is left."""
        with ThreadPoolExecutor(self.threads) as pool:
            for _ in range(self.threads):
                pool.submit(self._work)
        claims.release_all(Credential, self.rows)

    def _work(self) -> None:
        try:
            while self.pace.wait(self.deadline):
                found = self._next()
                if found is None:
                    return
                row, beside = found
                try:
                    if claims.renew(row):
                        self._check(row, beside)
                finally:
                    self._end(row)
        finally:
            connections.close_all()

    def _next(self) -> tuple[Credential, Turn] | None:
        """The first row that may go beside what is on its way, and what that is."""
        with self._lock:
            for row in self.rows:
                turn = beside(row, self._in_flight)
                if turn.namesakes < MOST_ALIKE and (row.is_trusted or turn.doubtful < MOST_ALIKE):
                    self.rows.remove(row)
                    self._in_flight.append(row)
                    return row, turn
        return None

    def _end(self, row: Credential) -> None:
        with self._lock:
            self._in_flight.remove(row)

    def _check(self, row: Credential, beside: Turn) -> None:
        claims.keep_origin(self.held)
        try:
            done = check_claimed(row, self.lines, beside=beside)
            self.results.append(done)
            self.pace.spend(done.requests - 1)
            if not done.requests and not row.is_trusted:
                self._give_back_doubtful()
        except CheckBroke as bug:
            self.broke = bug

    def _give_back_doubtful(self) -> None:
        """When this server lets none of them go now, their secrets need not be opened."""
        held = RegistryOrigin.objects.get(pk=self.held.pk)
        if may_go(state_of(held), database_now(), Turn()) is None:
            return
        with self._lock:
            doubtful = [row for row in self.rows if not row.is_trusted]
            self.rows = deque(row for row in self.rows if row.is_trusted)
        claims.release_all(Credential, doubtful)


def beside(row: Credential, others: Collection[Credential]) -> Turn:
    """What goes on beside a row, counted."""
    name = row.username.strip().casefold()
    return Turn(
        beside=len(others),
        doubtful=sum(not other.is_trusted for other in others),
        namesakes=sum(other.username.strip().casefold() == name for other in others),
    )


def check_batch(pks: Collection[UUID | str]) -> list[Recorded]:
    """Check what is due among these, all of the first one's server; nothing while it is held."""
    servers = dict(Credential.objects.filter(pk__in=pks).values_list("pk", "server"))
    first = next((servers[pk] for pk in (UUID(str(key)) for key in pks) if pk in servers), "")
    held = claims.hold_origin(first) if first else None
    if held is None:
        return []
    try:
        return _check_held(held, list(pks))
    finally:
        claims.free_origin(held)


def _check_held(held: RegistryOrigin, pks: list[UUID | str]) -> list[Recorded]:
    state = state_of(held)
    if may_go(state, database_now(), Turn(trusted=True)) is not None:
        return []
    size = batch_size(
        held.rate_per_s, held.burst, STARTING_TIME_S, trying_again=state.is_tried_again
    )
    rows = claim(Credential, pks[:size], server=held.origin)
    rows.sort(key=lambda row: not row.is_trusted)
    if not rows:
        return []
    with open_network() as lines:
        batch = Batch(held, rows, lines)
        batch.run()
    if batch.broke is not None:
        raise batch.broke
    return batch.results
