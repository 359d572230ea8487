"""What a look changes in its credential, and the rows that tell of it."""

import random
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from credentials_app.checks import pins
from credentials_app.expiry import typed_end
from credentials_app.lifecycle import NextState, State, next_state
from credentials_app.models import CheckRun, Credential, StatusChange, Trial, WorkspaceRule
from credentials_app.schedule import USUAL_INTERVAL, interval_of
from credentials_app.serialization import dump_verdict
from credentials_app.status import STATUS_FOR_OUTCOME, Notify, Status, is_bad
from registry.evidence import Evidence, ExpirySource
from registry.verdicts.verdict import Verdict
from workspaces import audit

STATE_COLUMNS = [field.name for field in fields(State)]
FREED = ["lease_id", "lease_until"]


@dataclass(frozen=True)
class CheckResult:
    """One look: when, how long, what was seen, what it means.

    ``is_pinned``: who may receive the secret was sealed with it before.
    """

    started_at: datetime
    took_ms: int
    evidence: Evidence
    verdict: Verdict
    is_pinned: bool = False


@dataclass(frozen=True)
class Recorded:
    """``pk``: what was looked at. ``change``: a change that people are to hear of.

    ``again``: the login had changed meanwhile, and somebody waits. ``requests``: how many the
    look took. ``then``: the model and key of who comes next at a connection that became free.
    """

    pk: UUID | None = None
    change: UUID | None = None
    again: bool = False
    requests: int = 0
    then: tuple[type[Credential | Trial], UUID] | None = None


def interval() -> timedelta:
    """The instance's time between two scheduled looks."""
    return getattr(settings, "LOCKKEEPER_CHECK_INTERVAL", USUAL_INTERVAL)


def apply(row: Credential, result: CheckResult, *, now: datetime, run: CheckRun) -> UUID | None:
    """Let the credential follow from a look; gives the change that people are to hear of."""
    rule = getattr(row.workspace, "rule", None)
    columns, change = follow(row, result, rule=rule, now=now, run=run)
    row.save(update_fields=[*columns, *FREED])
    return change


def follow(
    row: Credential,
    result: CheckResult,
    *,
    rule: WorkspaceRule | None,
    now: datetime,
    run: CheckRun,
) -> tuple[list[str], UUID | None]:
    """The same without saving: the columns that are to be saved, and the change."""
    before = Status(row.status)
    jitter = random.uniform(0.9, 1.1)  # noqa: S311  # spreads load, guards nothing
    after = next_state(
        credential_state(row),
        result.verdict,
        now,
        asked=row.asked_at is not None,
        interval=interval_of(row, rule, instance=interval()),
        jitter=jitter,
        typed_end=typed_end(row.expires_on),
    )
    pins.note_refusal(row, result.verdict)
    columns = _write(row, result, after, now)
    if not result.is_pinned:
        columns += pins.pin(row, result.evidence, result.verdict)
    columns += pins.ask_about_sign_in(row, result.verdict)
    if after.status is before:
        return columns, None
    why = result.verdict.outcome
    return columns, note_change(row, before, why, now=now, tell=after.tell, run=run)


def note_change(
    row: Credential,
    old: Status,
    why: str,
    *,
    now: datetime,
    tell: Notify = Notify.NOBODY,
    run: CheckRun | None = None,
) -> UUID | None:
    """Add the row that history and mails read; gives its id when people are to hear of it."""
    change = StatusChange.objects.create(
        credential=row, run=run, old=old, new=row.status, at=now, why=str(why), tell=tell
    )
    if run is not None:
        audit.record(
            "credentials:status:change",
            workspace=row.workspace,
            target=row,
            details={"old_status": str(old), "status": str(row.status), "cause": str(why)},
        )
    return change.pk if tell else None


def credential_state(row: Credential) -> State:
    """The columns that the lifecycle reads."""
    values = {name: getattr(row, name) for name in STATE_COLUMNS}
    values["status"] = Status(row.status)
    values["expires_source"] = ExpirySource(row.expires_source)
    return State(**values)


def _write(row: Credential, result: CheckResult, after: NextState, now: datetime) -> list[str]:
    if after.status != row.status:
        row.status_since = now
    for name in STATE_COLUMNS:
        setattr(row, name, getattr(after.state, name))
    row.next_check_at, row.asked_at = after.next_check_at, None
    row.last_checked_at = result.started_at
    row.verdict = dump_verdict(result.verdict)
    times = ["status_since", "next_check_at", "asked_at", "last_checked_at"]
    return [*STATE_COLUMNS, *times, *_write_last(row, result), "verdict"]


def _write_last(row: Credential, result: CheckResult) -> list[str]:
    """When it was last seen working, or failing; a look in vain is neither."""
    belief = STATUS_FOR_OUTCOME.get(result.verdict.outcome)
    if belief is None:
        return []
    row.last_conclusive_at = result.started_at
    if belief is Status.VALID:
        row.last_good_at = result.started_at
    elif is_bad(belief):
        row.last_bad_at = result.started_at
    return ["last_conclusive_at", "last_good_at", "last_bad_at"]
