"""Checks one stored credential or trial: claim, prepare, ask the registry, record.

No connection to a registry is open inside a transaction.
"""

import logging
import time
import traceback
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction

from common.clock import database_now
from common.database_outage import DATABASE_IS_GONE
from credentials_app.checks import leases, network, progress, record, shutdown
from credentials_app.checks.leases import Row
from credentials_app.checks.permits import Answered, MustWait, Permits, settle
from credentials_app.checks.prepare import (
    Postponed,
    Ready,
    Refused,
    conclude,
    prepare,
)
from credentials_app.checks.refusals import Refusals
from credentials_app.checks.result import CheckResult, Recorded, failed_check
from credentials_app.checks.rules_in_use import rules_of_one
from credentials_app.models import Credential, Trial
from credentials_app.pacing.origins import OriginCache
from credentials_app.secrets import Reason
from registry.check import USER_AGENT, check
from registry.evidence import Follow, for_nobody
from registry.outcome import Outcome
from registry.transport.dial import look_up
from registry.transport.network import Network
from workspaces import audit
from workspaces.models import Workspace

log = logging.getLogger(__name__)
UNRECORDABLE = timedelta(hours=1)
"""A row whose result cannot be recorded is not due for so long: each check of it is a login."""


class CheckBroke(Exception):
    """A bug of ours ended a check. The text names the type of the exception and no value."""


def open_network() -> Network:
    """The connections of one batch."""
    return Network(network.policy(look_up), user_agent=USER_AGENT, proxy=settings.LOCKKEEPER_PROXY)


def check_one(model: type[Row], pk: UUID | str) -> Recorded:
    """Check one credential or trial now, if it is due and nobody else checks it.

    Each origin has one connection for checks that people ask for; while it is in use, the row
    queues for it.
    """
    if shutdown.is_requested():
        return Recorded()
    with transaction.atomic():
        rows = leases.claim_asked(model, pk)
        if not rows:
            return Recorded()
        held = leases.hold_for_person(rows[0].server)
        if held is None:
            leases.put_off(rows[0])
            return Recorded()
        _audit_opening(rows)
    row = rows[0]
    releases = (partial(leases.release, row), partial(leases.free_for_person, held))
    try:
        with (
            open_network() as network_of_one,
            progress.shown_to_person(row) as follow,
            shutdown.release_on_shutdown(*releases),
        ):
            recorded = check_claimed(row, network_of_one, follow=follow)
    finally:
        shutdown.until_stored(partial(leases.free_for_person, held))
    return replace(recorded, next_in_queue=leases.call_next(row, held.origin))


def claim_for_check(
    model: type[Row], pks: Collection[UUID | str], *, server: str = ""
) -> list[Row]:
    """Claim rows, and audit in the same transaction that their secrets will be opened."""
    with transaction.atomic():
        rows = leases.claim(model, pks, server=server)
        _audit_opening(rows)
    return rows


def _audit_opening(rows: Sequence[Credential | Trial]) -> None:
    """Write one audit event for each workspace, however many of its rows were claimed."""
    by_workspace: dict[Workspace, list[Credential | Trial]] = {}
    for row in rows:
        by_workspace.setdefault(row.workspace, []).append(row)
    with audit.together():
        for workspace, claimed in by_workspace.items():
            ids, names = [str(row.pk) for row in claimed], [str(row) for row in claimed]
            audit.record(
                "credentials:secret:open",
                actor="checker",
                workspace=workspace,
                details={"reason": Reason.CHECK, "count": len(ids), "ids": ids, "names": names},
            )


def check_claimed(
    row: Credential | Trial, connections: Network, *, follow: Follow = for_nobody
) -> Recorded:
    """Check a claimed row and record the result; a bug is recorded as an inconclusive check."""
    try:
        rules, memory = rules_of_one(row), Refusals()
        prepared = prepare(row, rules, cache=OriginCache(), refused=memory, now=database_now())
        match prepared:
            case Postponed(wait):
                leases.postpone([row], wait)
                return Recorded()
            case Refused(result):
                pass
            case Ready() as ready:
                [result] = finish([(ready, ask_registry(ready, connections, follow=follow))])
        return shutdown.until_stored(partial(record.record_one, row, result, now=database_now()))
    except MustWait as held:
        leases.postpone([row], held.wait, sign_in=held.sign_in)
        return Recorded()
    except DATABASE_IS_GONE:
        shutdown.until_stored(partial(leases.release, row))
        raise
    except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, then raised without its text
        broke = record_broken(row, bug)
    raise broke


def ask_registry(ready: Ready, connections: Network, *, follow: Follow = for_nobody) -> CheckResult:
    """Ask the registry. The only step of a check that takes long.

    It uses the database for a permit that the check did not get before, and as ``follow`` does.
    Raises MustWait.
    """
    began = time.monotonic()
    permits = Permits(ready, [ready.permit] if ready.permit else [])
    evidence, verdict = check(
        ready.login,
        ready.need,
        connections,
        now=ready.started_at,
        may_sign_in=permits.obtain,
        follow=follow,
    )
    took_ms = round((time.monotonic() - began) * 1000)
    return CheckResult(ready.started_at, took_ms, evidence, verdict, permits=tuple(permits.held))


def finish(answered: Sequence[Answered]) -> list[CheckResult]:
    """Count the failed logins among these answers, and update the state of their origins.

    Call it at once: a failed login that we do not count could get everybody banned.
    """
    return shutdown.until_stored(partial(_settle_and_conclude, answered))


def _settle_and_conclude(answered: Sequence[Answered]) -> list[CheckResult]:
    settled = settle(answered, database_now())
    pairs = zip(answered, settled, strict=True)
    return [conclude(ready, result, now=database_now()) for (ready, _), result in pairs]


def record_broken(row: Credential | Trial, bug: Exception) -> CheckBroke:
    """Record an inconclusive check for a bug of ours; log the exception's type, not its text.

    An outage of the database is no bug of ours: it is raised.
    """
    if isinstance(bug, DATABASE_IS_GONE):
        raise bug
    where = traceback.extract_tb(bug.__traceback__)[-1]
    log.error("A check broke: %s at %s:%s", type(bug).__name__, where.name, where.lineno)
    now = database_now()
    try:
        result = failed_check(Outcome.BROKEN_ANSWER, "cause_own_fault", "do_read_log", now=now)
        record.record_one(row, result, now=now)
    except DATABASE_IS_GONE:
        raise
    except Exception as worse:  # noqa: BLE001  # it must neither spoil other rows nor come back at once
        log.error("It cannot be recorded either: %s", type(worse).__name__)  # no text
        leases.release(row, until=now + UNRECORDABLE)
    return CheckBroke(type(bug).__name__)
