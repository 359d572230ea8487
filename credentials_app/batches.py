"""Checks of many credentials of one registry server: one batch at a time holds its origin."""

import threading
import time
from collections import deque
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connections

from credentials_app import claims
from credentials_app.checking import CheckBroke, Network, check_claimed, claim, open_network
from credentials_app.clock import database_now
from credentials_app.models import Credential, RegistryOrigin
from credentials_app.origins import state_of
from credentials_app.pace import Pace
from credentials_app.pacing import CIRCUIT_OPENS_AFTER, batch_size, may_go
from credentials_app.records import Recorded

STARTING_TIME_S = 40.0
"""In this time the checks of a batch begin; then what is left goes back."""


class Batch:
    """The claimed rows of one origin, and the threads that share them."""

    def __init__(self, held: RegistryOrigin, rows: list[Credential], lines: Network) -> None:
        self.held, self.rows, self.lines = held, deque(rows), lines
        self.threads = min(held.max_connections, len(rows))
        self.pace = Pace(held.rate_per_s, held.burst)
        self.deadline = time.monotonic() + STARTING_TIME_S
        self.results: list[Recorded] = []
        self.broke: CheckBroke | None = None
        self._doubtful = 0
        self._lock = threading.Lock()

    def run(self) -> None:
        """Check until the rows or the time have run out; give back what is left."""
        with ThreadPoolExecutor(self.threads) as pool:
            for _ in range(self.threads):
                pool.submit(self._work)
        for row in self.rows:
            claims.release(row)

    def _work(self) -> None:
        try:
            while self.pace.wait(self.deadline):
                row = self._next()
                if row is None:
                    return
                if claims.renew(row):
                    self._check(row)
        finally:
            connections.close_all()

    def _next(self) -> Credential | None:
        with self._lock:
            return self.rows.popleft() if self.rows else None

    def _check(self, row: Credential) -> None:
        doubtful = int(not row.ever_valid or row.rejections > 0)
        claims.keep_origin(self.held)
        with self._lock:
            in_flight = self._doubtful
            self._doubtful += doubtful
        try:
            done = check_claimed(row, self.lines, in_flight=in_flight * doubtful)
            self.results.append(done)
            self.pace.spend(done.requests - 1)
        except CheckBroke as bug:
            self.broke = bug
        finally:
            with self._lock:
                self._doubtful -= doubtful


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
    if may_go(state, database_now()) is not None:
        return []
    trying = state.failures >= CIRCUIT_OPENS_AFTER
    most = batch_size(held.rate_per_s, held.burst, STARTING_TIME_S, trying_again=trying)
    rows = claim(Credential, pks[:most], server=held.origin)
    if not rows:
        return []
    with open_network() as lines:
        batch = Batch(held, rows, lines)
        batch.run()
    if batch.broke is not None:
        raise batch.broke
    return batch.results
