"""Checks many credentials of one registry server: one batch at a time holds its origin."""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from uuid import UUID

from django.db import connections

from common.clock import database_now
from credentials_app import secrets
from credentials_app.checks import leases, record, shutdown
from credentials_app.checks.check import (
    CheckBroke,
    ask_registry,
    claim_for_check,
    open_network,
    record_broken,
)
from credentials_app.checks.prepare import Postponed, Ready, Refused, conclude, prepare
from credentials_app.checks.result import Checked, CheckResult, Recorded
from credentials_app.models import Credential, RegistryOrigin, ServerRule
from credentials_app.pacing.failed_logins import LoginAttempt
from credentials_app.pacing.origins import OriginCache, origin_state
from credentials_app.pacing.rules import batch_size, wait_until
from credentials_app.pacing.token_bucket import TokenBucket

MAX_ALIKE = 2
"""At most so many checks of one user name, and of untrusted logins, are in flight at once."""
FRESH_S = 5.0
"""Server rules and leases that are younger than this are not read or renewed again."""
STARTING_TIME_S = 40.0
"""A batch starts checks for so long; then it releases the other rows."""
ASKING = ThreadPoolExecutor(256, thread_name_prefix="asking")
"""The threads of all batches of this process. They ask registries and use no database."""
MANY_IN_FLIGHT, GATHER_S = 8, 0.02
"""If so many checks are in flight, recording waits so long for others to finish."""


def next_to_start(
    rows: Iterable[Credential], in_flight: Collection[Credential]
) -> tuple[Credential, LoginAttempt] | None:
    """The first row that may start now, and its attempt; None: no row may. Pure."""
    for row in rows:
        attempt = attempt_of(row, in_flight)
        if attempt.same_account < MAX_ALIKE and (row.is_trusted or attempt.untrusted < MAX_ALIKE):
            return row, attempt
    return None


def attempt_of(row: Credential, in_flight: Collection[Credential]) -> LoginAttempt:
    """Count the checks in flight at the origin of this row."""
    name = row.username.strip().casefold()
    return LoginAttempt(
        in_flight=len(in_flight),
        untrusted=sum(not other.is_trusted for other in in_flight),
        same_account=sum(other.username.strip().casefold() == name for other in in_flight),
    )


class Rules:
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


class Batch:
    """The claimed rows of one origin: one thread uses the database, others ask the registry."""

    def __init__(
        self, held: RegistryOrigin, rows: list[Credential], ask: Callable[[Ready], CheckResult]
    ) -> None:
        self.held, self.rows, self.ask = held, deque(rows), ask
        self.threads = min(held.max_connections, len(rows))
        self.bucket = TokenBucket(held.rate_per_s, held.burst)
        self.began = self.kept_at = time.monotonic()
        self.deadline = self.began + STARTING_TIME_S
        self.rules, self.cache = Rules(held.origin), OriginCache()
        self.recorded: list[Recorded] = []
        self.broke: CheckBroke | None = None
        self._in_flight: dict[Future[CheckResult], tuple[Credential, Ready]] = {}

    def run(self) -> None:
        """Check until no row or no time is left; release the other rows."""
        try:
            while True:
                delay = self._start()
                if not self._in_flight:
                    break
                self._take_in(self._ended(delay))
        finally:
            wait(self._in_flight)
        leases.release_all(Credential, self.rows)

    def _start(self) -> float | None:
        """Start the checks that may start now. Returns the seconds until the next may start;
        None: not before a check ends. If no check is in flight, it waits for the bucket itself.

        Checks that start together read the origin state once.
        """
        self.cache.clear()
        while self.rows and len(self._in_flight) < self.threads and not shutdown.is_requested():
            delay = self.bucket.delay()
            if delay and self._in_flight:
                return delay
            in_flight = [row for row, _ in self._in_flight.values()]
            found = next_to_start(self.rows, in_flight)
            if found is None or not self.bucket.wait(self.deadline) or shutdown.is_requested():
                return None
            row, attempt = found
            if delay:
                self.cache.clear()
            self.rows.remove(row)
            self._begin(row, attempt)
        return None

    def _ended(self, timeout: float | None) -> set[Future[CheckResult]]:
        """The checks that ended; if many are in flight, also those that end a moment later."""
        ended, rest = wait(self._in_flight, timeout=timeout, return_when=FIRST_COMPLETED)
        if ended and len(rest) >= MANY_IN_FLIGHT:
            ended |= wait(rest, timeout=GATHER_S).done
        return ended

    def _begin(self, row: Credential, attempt: LoginAttempt) -> None:
        if not self._still_ours(row):
            return
        try:
            now = database_now()
            prepared = prepare(row, self.rules.of(row), cache=self.cache, now=now, attempt=attempt)
            if isinstance(prepared, Postponed):
                leases.release(row, until=prepared.until)
        except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
            self.broke = record_broken(row, bug)
            return
        match prepared:
            case Ready() as ready:
                self._in_flight[ASKING.submit(_without_database, self.ask, ready)] = row, ready
                return
            case Refused(result):
                self._record([(row, result)])
            case Postponed():
                self.recorded.append(Recorded())
        if not row.is_trusted:
            self._release_untrusted()

    def _still_ours(self, row: Credential) -> bool:
        """Renew the lease on the origin and, before its check, on a row that has waited."""
        now = time.monotonic()
        if now - self.kept_at > FRESH_S:
            self._keep_origin()
        return now - self.began < FRESH_S or leases.renew(row)

    def _keep_origin(self) -> None:
        leases.keep_origin(self.held)
        self.kept_at = time.monotonic()

    def _take_in(self, ended: Iterable[Future[CheckResult]]) -> None:
        """Update the origin state by each answer, then record the results together."""
        results: list[Checked] = []
        for future in ended:
            row, ready = self._in_flight.pop(future)
            try:
                result = conclude(ready, future.result(), now=database_now())
            except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
                self.broke = record_broken(row, bug)
                continue
            self.bucket.spend(len(result.evidence.steps) - 1)
            results.append((row, result))
        self._record(results)
        self._keep_origin()

    def _record(self, results: list[Checked]) -> None:
        """Record together; if that fails, one by one, so that one row spoils no other."""
        if not results:
            return
        try:
            self.recorded += record.record_all(results, now=database_now())
        except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
            if len(results) == 1:
                self.broke = record_broken(results[0][0], bug)
                return
            for result in results:
                self._record([result])

    def _release_untrusted(self) -> None:
        """Release the untrusted rows, without opening them, if none of them may go now."""
        held = RegistryOrigin.objects.get(pk=self.held.pk)
        if wait_until(origin_state(held), database_now(), LoginAttempt()) is None:
            return
        untrusted = [row for row in self.rows if not row.is_trusted]
        self.rows = deque(row for row in self.rows if row.is_trusted)
        leases.release_all(Credential, untrusted)


def _without_database(ask: Callable[[Ready], CheckResult], ready: Ready) -> CheckResult:
    try:
        return ask(ready)
    finally:
        connections.close_all()


def run_batch(pks: Collection[UUID | str]) -> list[Recorded]:
    """Check those of these rows that are due and are of the first row's server.

    Nothing is checked while another batch holds that server.
    """
    servers = dict(Credential.objects.filter(pk__in=pks).values_list("pk", "server"))
    first = next((servers[pk] for pk in (UUID(str(key)) for key in pks) if pk in servers), "")
    held = leases.hold_origin(first) if first and not shutdown.is_requested() else None
    if held is None:
        return []
    try:
        with shutdown.release_on_shutdown(partial(leases.free_origin, held)):
            return _check_held(held, list(pks))
    finally:
        leases.free_origin(held)


def _check_held(held: RegistryOrigin, pks: list[UUID | str]) -> list[Recorded]:
    state = origin_state(held)
    if wait_until(state, database_now(), LoginAttempt(trusted=True)) is not None:
        return []
    size = batch_size(
        held.rate_per_s, held.burst, STARTING_TIME_S, trying_again=state.is_tried_again
    )
    rows = claim_for_check(Credential, pks[:size], server=held.origin)
    rows.sort(key=lambda row: not row.is_trusted)
    if not rows:
        return []
    release = partial(leases.release_all, Credential, rows)
    with open_network() as network, shutdown.release_on_shutdown(release):
        batch = Batch(held, rows, partial(ask_registry, connections=network))
        batch.run()
    if batch.broke is not None:
        raise batch.broke
    return batch.recorded
