"""Checks many credentials of one registry server: one batch at a time holds its origin."""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import connections

from common.clock import database_now
from common.database_outage import DATABASE_IS_GONE
from credentials_app.checks import leases, record, shutdown
from credentials_app.checks.batch_order import next_to_start, round_by_tenant
from credentials_app.checks.check import (
    CheckBroke,
    ask_registry,
    claim_for_check,
    finish,
    open_network,
    record_broken,
)
from credentials_app.checks.confirmations import hold_back
from credentials_app.checks.permits import Answered, MustWait, permit_together
from credentials_app.checks.prepare import Postponed, Ready, Refused, prepare
from credentials_app.checks.refusals import Refusals
from credentials_app.checks.result import Checked, CheckResult, Recorded
from credentials_app.checks.rules_in_use import FRESH_S, RulesInUse
from credentials_app.models import Credential, RegistryOrigin
from credentials_app.pacing.origins import OriginCache, origin_state
from credentials_app.pacing.rules import batch_size, is_refused, wait_of_state
from credentials_app.pacing.sign_ins import SignIn, give_back
from credentials_app.pacing.token_bucket import TokenBucket
from credentials_app.pacing.waits import Wait, WaitReason
from registry.addresses.origins import Origin

STARTING_TIME_S = 40.0
"""A batch starts checks for so long; then it releases the other rows."""
ASKING = ThreadPoolExecutor(256, thread_name_prefix="asking")
"""The threads of all batches of this process. They ask registries and use no database."""
MANY_IN_FLIGHT, GATHER_S = 8, 0.02
"""If so many checks are in flight, recording waits so long for others to finish."""


class Batch:
    """The claimed rows of one origin: one thread uses the database, others ask the registry."""

    def __init__(
        self, held: RegistryOrigin, rows: list[Credential], ask: Callable[[Ready], CheckResult]
    ) -> None:
        self.held, self.rows, self.ask = held, round_by_tenant(rows), ask
        self.threads = min(held.max_connections, len(rows))
        self.bucket = TokenBucket(held.rate_per_s, held.burst)
        self.began = self.kept_at = time.monotonic()
        self.deadline = self.began + STARTING_TIME_S
        self.rules, self.cache, self.refused = RulesInUse(held.origin), OriginCache(), Refusals()
        self.permitted: deque[Ready] = deque()
        self.sign_in: Origin | None = None
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
            ended, _ = wait(self._in_flight)
            self._take_in(ended)
            self._give_back()
        leases.release_all(Credential, self.rows)

    def _start(self) -> float | None:
        """Start the checks that may start now. Returns the seconds until the next may start;
        None: not before a check ends. If no check is in flight, it waits for the bucket itself.

        Checks that start together read the origin state once.
        """
        self.cache.clear()
        while len(self._in_flight) < self.threads and not shutdown.is_requested():
            delay = self.bucket.delay()
            if delay and self._in_flight:
                return delay
            if not self.permitted and not self._permit_next():
                return None
            if not self.bucket.wait(self.deadline) or shutdown.is_requested():
                return None
            if self.permitted:
                self._begin(self.permitted.popleft())
        return None

    def _permit_next(self) -> bool:
        """Prepare the rows that may start now, and permit their sign-ins together. False: no row
        may start beside the checks in flight.

        What waits for nothing but sign-ins in flight is tried again when one of ours ends.
        """
        in_flight = [row for row, _ in self._in_flight.values()]
        found = list(
            islice(next_to_start(self.rows, in_flight, threads=self.threads), self._ahead())
        )
        if not found:
            return False
        self.rows = [row for row in self.rows if row not in found]
        readies = [ready for ready in map(self._prepare, found) if ready is not None]
        now, later = database_now(), []
        permits = permit_together(readies, now, seen=self.sign_in) if readies else ()
        for permit in permits:
            if isinstance(permit, Ready):
                self.permitted.append(permit)
                continue
            ready, waiting = permit
            if waiting.is_soon(now) and (self._in_flight or self.permitted):
                later.append(ready.row)
            else:
                self._postpone(ready, waiting)
        self.rows = [row for row in found if row in later] + self.rows
        return len(later) < len(found)

    def _ahead(self) -> int:
        """How many checks can start within a few seconds: so many are permitted at once."""
        soon = batch_size(self.held.rate_per_s, self.held.burst, FRESH_S, trying_again=False)
        return max(1, min(soon, self.threads))

    def _prepare(self, row: Credential) -> Ready | None:
        """Prepare a row; one that needs no request is recorded, one that waits is released."""
        if not self._still_ours(row):
            return None
        now = database_now()
        try:
            prepared = prepare(
                row, self.rules.of(row), cache=self.cache, refused=self.refused, now=now
            )
            if isinstance(prepared, Postponed):
                leases.postpone([row], prepared.wait)
                self.recorded.append(Recorded())
        except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
            self.broke = record_broken(row, bug)
            return None
        if isinstance(prepared, Ready):
            return prepared
        if isinstance(prepared, Refused):
            self._record([(row, prepared.result)])
        return None

    def _postpone(self, ready: Ready, wait: Wait, sign_in: SignIn | None = None) -> None:
        """Release a row whose share is used up. If the origin's is, release all untrusted ones:
        none of them needs to be claimed or opened."""
        row = ready.row
        leases.postpone([row], wait, sign_in=sign_in)
        if (
            wait.reason is WaitReason.REGISTRY
            and isinstance(row, Credential)
            and not row.is_trusted
        ):
            untrusted = [other for other in self.rows if not other.is_trusted]
            self.rows = [other for other in self.rows if other.is_trusted]
            leases.postpone_untrusted(self.held.origin, untrusted, wait)
        self.recorded.append(Recorded())

    def _give_back(self) -> None:
        """Give back the permits of checks that did not start; their rows may start later."""
        if self.permitted:
            give_back([ready.permit for ready in self.permitted if ready.permit])
            rows = [ready.row for ready in self.permitted if isinstance(ready.row, Credential)]
            self.rows = [*rows, *self.rows]
            self.permitted.clear()

    def _ended(self, timeout: float | None) -> set[Future[CheckResult]]:
        """The checks that ended; if many are in flight, also those that end a moment later."""
        ended, rest = wait(self._in_flight, timeout=timeout, return_when=FIRST_COMPLETED)
        if ended and len(rest) >= MANY_IN_FLIGHT:
            ended |= wait(rest, timeout=GATHER_S).done
        return ended

    def _begin(self, ready: Ready) -> None:
        row = ready.row
        if isinstance(row, Credential):
            started = replace(ready, started_at=database_now())
            asking = ASKING.submit(_without_database, self.ask, started)
            self._in_flight[asking] = row, started

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
        answered: list[Answered] = []
        for future in ended:
            row, ready = self._in_flight.pop(future)
            try:
                answered.append((ready, future.result()))
            except MustWait as held:
                self._postpone(ready, held.wait, held.sign_in)
            except DATABASE_IS_GONE:  # it got no permit, and sent nothing
                shutdown.until_stored(partial(leases.release, row))
            except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
                self.broke = record_broken(row, bug)
        if answered:
            self._record(self._conclude(answered))
            self._keep_origin()

    def _conclude(self, answered: list[Answered]) -> list[Checked]:
        """Count the failures among the answers. After one nothing is permitted ahead."""
        try:
            results = finish(answered)
        except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
            for ready, _ in answered:
                self.broke = record_broken(ready.row, bug)
            return []
        if any(is_refused(result.evidence, result.verdict) for result in results):
            self._give_back()
            self.refused.clear()
        concluded: list[Checked] = []
        for (ready, _), result in zip(answered, results, strict=True):
            self.bucket.spend(len(result.evidence.steps) - 1)
            row = ready.row
            if result.permits:
                self.sign_in = result.permits[-1].sign_in.origin
            if isinstance(row, Credential) and not hold_back(
                row, result, ready.tenant, database_now()
            ):
                concluded.append((row, result))
        return concluded

    def _record(self, results: list[Checked]) -> None:
        """Record together; if that fails, one by one, so that one row spoils no other."""
        if not results:
            return
        recorded = partial(record.record_all, results, now=database_now())
        try:
            self.recorded += shutdown.until_stored(recorded)
        except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
            if len(results) == 1:
                self.broke = record_broken(results[0][0], bug)
                return
            for result in results:
                self._record([result])


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
        shutdown.until_stored(partial(leases.free_origin, held))


def _check_held(held: RegistryOrigin, pks: list[UUID | str]) -> list[Recorded]:
    state = origin_state(held)
    if wait_of_state(state, database_now()) is not None:
        return []
    size = batch_size(
        held.rate_per_s, held.burst, STARTING_TIME_S, trying_again=state.is_tried_again
    )
    rows = claim_for_check(Credential, pks[:size], server=held.origin)
    if not rows:
        return []
    release = partial(leases.release_all, Credential, rows)
    with open_network() as network, shutdown.release_on_shutdown(release):
        batch = Batch(held, rows, partial(ask_registry, connections=network))
        try:
            batch.run()
        except DATABASE_IS_GONE:
            shutdown.until_stored(release)
            raise
    if batch.broke is not None:
        raise batch.broke
    return batch.recorded
