"""Claims what is due, asks the registry, records what it showed. No socket in a transaction."""

import logging
import time
import traceback
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from common.clock import database_now
from credentials_app import secrets
from credentials_app.checks import leases, network, record, shutdown
from credentials_app.checks.apply import CheckResult, Recorded
from credentials_app.checks.leases import Row
from credentials_app.checks.prepare import (
    Answer,
    Question,
    question_about,
    result_of,
    result_without_request,
)
from credentials_app.checks.record import Checked
from credentials_app.models import Credential, ServerRule, Trial
from credentials_app.pacing.failed_logins import Attempt
from credentials_app.pacing.origins import OriginCache
from credentials_app.secrets import Reason
from registry.check import USER_AGENT, check
from registry.outcome import Outcome
from registry.transport.dial import look_up
from registry.transport.network import Network
from workspaces import audit
from workspaces.models import Workspace

__all__ = ["CheckBroke", "Network", "check_one", "claim_for_check", "open_network"]

log = logging.getLogger(__name__)
ALONE = Attempt()
UNRECORDABLE = timedelta(hours=1)
"""What can be recorded in no way is left alone for so long: each look at it is a login."""


class CheckBroke(Exception):
    """A bug of ours ended a check. It tells the kind of the bug and nothing that it carried."""


def open_network() -> Network:
    """The connections of one batch."""
    return Network(network.policy(look_up), user_agent=USER_AGENT, proxy=settings.LOCKKEEPER_PROXY)


def check_one(model: type[Row], pk: UUID | str) -> Recorded:
    """Check one credential or trial now, if it is due and nobody else has it.

    Each origin has one connection for people who wait; while it is in use, the row queues for it.
    """
    if shutdown.is_requested():
        return Recorded()
    with transaction.atomic():
        rows = leases.claim(model, [pk])
        if not rows:
            return Recorded()
        held = leases.hold_for_person(rows[0].server)
        if held is None:
            leases.put_off(rows[0])
            return Recorded()
        _note_opening(rows)
    ways = (partial(leases.release, rows[0]), partial(leases.free_for_person, held))
    try:
        with open_network() as lines, shutdown.release_on_shutdown(*ways):
            done = check_claimed(rows[0], lines)
    finally:
        leases.free_for_person(held)
    return replace(done, then=leases.call_next_person(held.origin)) if done.requests else done


def claim_for_check(
    model: type[Row], pks: Collection[UUID | str], *, server: str = ""
) -> list[Row]:
    """Take rows; that their secrets will be opened is written down in the same transaction."""
    with transaction.atomic():
        rows = leases.claim(model, pks, server=server)
        _note_opening(rows)
    return rows


def _note_opening(rows: Sequence[Credential | Trial]) -> None:
    by_place: dict[Workspace, list[str]] = {}
    for row in rows:
        by_place.setdefault(row.workspace, []).append(str(row.pk))
    for place, ids in by_place.items():
        audit.record(
            "credentials:secret:open",
            actor="checker",
            workspace=place,
            details={"reason": Reason.CHECK.value, "count": len(ids), "ids": ids},
        )


def check_claimed(row: Credential | Trial, lines: Network) -> Recorded:
    """Look at a claimed row and record it; a bug is recorded as a look in vain."""
    try:
        found = prepare(row, secrets.rule_of(row), memory=OriginCache())
        if found is None:
            return Recorded()
        result = (
            found if isinstance(found, CheckResult) else conclude(found, ask_registry(found, lines))
        )
        return _record(row, result)
    except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, then raised without its text
        broke = record_broken(row, bug)
    raise broke


def prepare(
    row: Credential | Trial,
    rule: ServerRule | None,
    *,
    memory: OriginCache,
    beside: Attempt = ALONE,
) -> Question | CheckResult | None:
    """What to ask of the registry; a look where nothing may be sent; None: it is due later.

    ``beside`` counts what goes on at the same origin; ``memory`` is what origins remember now.
    """
    return question_about(row, rule, beside=beside, memory=memory, now=database_now())


def ask_registry(question: Question, lines: Network) -> Answer:
    """Ask the registry. The only part of a look that takes long; it touches no database."""
    began = time.monotonic()
    evidence, verdict = check(question.login, question.need, lines, now=question.started_at)
    return Answer(evidence, verdict, round((time.monotonic() - began) * 1000))


def conclude(question: Question, answer: Answer) -> CheckResult:
    """Let the origins remember the answer, at once: a failed login that was forgotten could get
    everybody banned. Recording the look may wait for others."""
    return result_of(question, answer, now=database_now())


def record_results(results: Sequence[Checked]) -> list[Recorded]:
    """Record looks at credentials of one batch; all of them or none."""
    return record.record_all(results, now=database_now())


def record_broken(row: Credential | Trial, bug: Exception) -> CheckBroke:
    """A bug is told by its kind alone, and its check was a look in vain."""
    where = traceback.extract_tb(bug.__traceback__)[-1]
    log.error("A check broke: %s at %s:%s", type(bug).__name__, where.name, where.lineno)
    result = result_without_request(
        Outcome.BROKEN_ANSWER, "cause_broken_answer", now=database_now()
    )
    try:
        _record(row, result)
    except (OperationalError, InterfaceError):
        raise
    except Exception as worse:  # noqa: BLE001  # it spoils no other's, nor is it asked for at once again
        log.error("It cannot be recorded either: %s", type(worse).__name__)  # no text
        leases.release(row, until=result.started_at + UNRECORDABLE)
    return CheckBroke(type(bug).__name__)


def _record(row: Credential | Trial, result: CheckResult) -> Recorded:
    now = database_now()
    if isinstance(row, Trial):
        return record.record_trial(row, result, now=now)
    return record.record_one(row, result, now=now)
