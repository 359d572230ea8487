"""Checks of many credentials of one registry server: one batch at a time holds its origin."""

import time
from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from uuid import UUID

from django.db import connections

from common.clock import database_now
from credentials_app import secrets
from credentials_app.checks import check, leases, shutdown
from credentials_app.checks.apply import CheckResult, Recorded
from credentials_app.checks.check import CheckBroke, Network, claim_for_check, open_network
from credentials_app.checks.prepare import Answer, Question
from credentials_app.checks.record import Checked
from credentials_app.models import Credential, RegistryOrigin, ServerRule
from credentials_app.pacing.failed_logins import Attempt
from credentials_app.pacing.origins import OriginCache, origin_state
from credentials_app.pacing.rules import batch_size, wait_until
from credentials_app.pacing.token_bucket import TokenBucket

MOST_ALIKE = 2
"""So many at once of one user name, and so many that may well be refused."""


def first_that_may_go(
    rows: Iterable[Credential], others: Collection[Credential]
) -> tuple[Credential, Attempt] | None:
    """The first of these rows that may go beside the others, and its turn; None: none may."""
    for row in rows:
        turn = beside(row, others)
        if turn.same_account < MOST_ALIKE and (row.is_trusted or turn.doubtful < MOST_ALIKE):
            return row, turn
    return None


def beside(row: Credential, others: Collection[Credential]) -> Attempt:
    """What goes on beside a row, counted."""
    name = row.username.strip().casefold()
    return Attempt(
        beside=len(others),
        doubtful=sum(not other.is_trusted for other in others),
        same_account=sum(other.username.strip().casefold() == name for other in others),
    )


FRESH_S = 5.0
"""What was read so lately needs not to be read again."""


class Rules:
    """The server rules for one origin, of every workspace, read again every few seconds."""

    def __init__(self, origin: str) -> None:
        self.origin, self.read_at = origin, -FRESH_S
        self.by_place: dict[UUID, ServerRule] = {}

    def of(self, row: Credential) -> ServerRule | None:
        """The rule of the row's workspace."""
        now = time.monotonic()
        if now - self.read_at >= FRESH_S:
            self.by_place, self.read_at = secrets.rules_for(self.origin), now
        return self.by_place.get(row.workspace_id)


STARTING_TIME_S = 40.0
"""In this time the checks of a batch begin; then what is left goes back."""
ASKING = ThreadPoolExecutor(256, thread_name_prefix="asking")
"""The threads of all batches of this process; they have no business with the database."""
MANY, MOMENT_S = 8, 0.02
"""With so many on their way, recording waits so long for company."""


class Batch:
    """The claimed rows of one origin: one thread has the database, others ask the registry."""

    def __init__(self, held: RegistryOrigin, rows: list[Credential], lines: Network) -> None:
        self.held, self.rows, self.lines = held, deque(rows), lines
        self.threads = min(held.max_connections, len(rows))
        self.pace = TokenBucket(held.rate_per_s, held.burst)
        self.began = self.kept_at = time.monotonic()
        self.deadline = self.began + STARTING_TIME_S
        self.rules, self.memory = Rules(held.origin), OriginCache()
        self.results: list[Recorded] = []
        self.broke: CheckBroke | None = None
        self._on_the_way: dict[Future[Answer], tuple[Credential, Question]] = {}

    def run(self) -> None:
        """Check until the rows or the time have run out; give back what is left."""
        try:
            while True:
                delay = self._start()
                if not self._on_the_way:
                    break
                self._take_in(self._ended(delay))
        finally:
            wait(self._on_the_way)
        leases.release_all(Credential, self.rows)

    def _start(self) -> float | None:
        """Start what may go now. Gives the time after which more may; None: not before a look
        ends. With nothing on its way it waits for the pace itself.

        What starts together goes by one reading of what the origins remember.
        """
        self.memory.forget()
        while self.rows and len(self._on_the_way) < self.threads and not shutdown.is_requested():
            delay = self.pace.delay()
            if delay and self._on_the_way:
                return delay
            others = [other for other, _ in self._on_the_way.values()]
            found = first_that_may_go(self.rows, others)
            if found is None or not self.pace.wait(self.deadline) or shutdown.is_requested():
                return None
            row, turn = found
            if delay:
                self.memory.forget()
            self.rows.remove(row)
            self._begin(row, turn)
        return None

    def _ended(self, timeout: float | None) -> set[Future[Answer]]:
        """What has ended; where many are on their way, also what ends a moment later."""
        ended, rest = wait(self._on_the_way, timeout=timeout, return_when=FIRST_COMPLETED)
        if ended and len(rest) >= MANY:
            ended |= wait(rest, timeout=MOMENT_S).done
        return ended

    def _begin(self, row: Credential, turn: Attempt) -> None:
        if not self._still_ours(row):
            return
        try:
            rule = self.rules.of(row)
            found = check.prepare(row, rule, memory=self.memory, beside=turn)
        except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
            self.broke = check.record_broken(row, bug)
            return
        if isinstance(found, Question):
            self._on_the_way[ASKING.submit(_ask, found, self.lines)] = row, found
            return
        if isinstance(found, CheckResult):
            self._record([(row, found)])
        else:
            self.results.append(Recorded())
        if not row.is_trusted:
            self._give_back_doubtful()

    def _still_ours(self, row: Credential) -> bool:
        """Keep the leases on the origin and, before its check, on a row that has waited."""
        now = time.monotonic()
        if now - self.kept_at > FRESH_S:
            self._keep_origin()
        return now - self.began < FRESH_S or leases.renew(row)

    def _keep_origin(self) -> None:
        leases.keep_origin(self.held)
        self.kept_at = time.monotonic()

    def _take_in(self, ended: Iterable[Future[Answer]]) -> None:
        """Let origins remember what was answered, then record it together."""
        results: list[Checked] = []
        for future in ended:
            row, question = self._on_the_way.pop(future)
            try:
                result = check.conclude(question, future.result())
            except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
                self.broke = check.record_broken(row, bug)
                continue
            self.pace.spend(len(result.evidence.steps) - 1)
            results.append((row, result))
        self._record(results)
        self._keep_origin()

    def _record(self, results: list[Checked]) -> None:
        """Together; where that fails, one by one, so that one row spoils no other's."""
        if not results:
            return
        try:
            self.results += check.record_results(results)
        except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, and raised by kind
            if len(results) == 1:
                self.broke = check.record_broken(results[0][0], bug)
                return
            for result in results:
                self._record([result])

    def _give_back_doubtful(self) -> None:
        """When this server lets none of them go now, their secrets need not be opened."""
        held = RegistryOrigin.objects.get(pk=self.held.pk)
        if wait_until(origin_state(held), database_now(), Attempt()) is None:
            return
        doubtful = [row for row in self.rows if not row.is_trusted]
        self.rows = deque(row for row in self.rows if row.is_trusted)
        leases.release_all(Credential, doubtful)


def _ask(question: Question, lines: Network) -> Answer:
    try:
        return check.ask_registry(question, lines)
    finally:
        connections.close_all()


def run_batch(pks: Collection[UUID | str]) -> list[Recorded]:
    """Check what is due among these, all of the first one's server; nothing while it is held."""
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
    if wait_until(state, database_now(), Attempt(trusted=True)) is not None:
        return []
    size = batch_size(
        held.rate_per_s, held.burst, STARTING_TIME_S, trying_again=state.is_tried_again
    )
    rows = claim_for_check(Credential, pks[:size], server=held.origin)
    rows.sort(key=lambda row: not row.is_trusted)
    if not rows:
        return []
    give_back = partial(leases.release_all, Credential, rows)
    with open_network() as lines, shutdown.release_on_shutdown(give_back):
        batch = Batch(held, rows, lines)
        batch.run()
    if batch.broke is not None:
        raise batch.broke
    return batch.results
