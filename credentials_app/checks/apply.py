"""Applies a check's result to its credential: status, next check, status change."""

import random
from dataclasses import fields, replace
from datetime import datetime
from uuid import UUID

from credentials_app.checks import pins
from credentials_app.checks.result import CheckResult
from credentials_app.expiry import typed_end
from credentials_app.lifecycle import NextState, State, next_state
from credentials_app.models import CheckRun, Credential, StatusChange, Trial, WorkspaceRule
from credentials_app.pacing.sign_in_outage import PAUSE
from credentials_app.schedule import interval_of
from credentials_app.status import STATUS_FOR_OUTCOME, Notify, Status, is_bad
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from registry.providers.whose import kind_key
from workspaces import audit

STATE_COLUMNS = [field.name for field in fields(State)]
FREED = ["lease_id", "lease_until"]
"""The columns that releasing a row clears."""


def settle_columns(row: Credential | Trial, result: CheckResult) -> list[str]:
    """End the wait of a checked row, and note where it signed in. Returns the columns."""
    row.wait_reason, row.waits_since, row.send_again, row.lease_tenant = "", None, False, ""
    columns = ["wait_reason", "waits_since", "send_again", "lease_tenant"]
    if result.permits:
        signed_in = result.permits[-1].sign_in
        row.sign_in, row.account = str(signed_in.origin), signed_in.account
        columns += ["sign_in", "account"]
    return columns


def apply(row: Credential, result: CheckResult, *, now: datetime, run: CheckRun) -> UUID | None:
    """Apply and save. Returns the key of the status change, if people are notified of it."""
    rule = getattr(row.workspace, "rule", None)
    columns, change = apply_unsaved(row, result, rule=rule, now=now, run=run)
    row.save(update_fields=[*columns, *FREED])
    return change


def apply_unsaved(
    row: Credential,
    result: CheckResult,
    *,
    rule: WorkspaceRule | None,
    now: datetime,
    run: CheckRun,
) -> tuple[list[str], UUID | None]:
    """Apply without saving. Returns the columns to save, and the key as :func:`apply` does."""
    before = Status(row.status)
    taken_back = _take_back(row, result, now)
    jitter = random.uniform(0.9, 1.1)  # noqa: S311  # spreads load, guards nothing
    after = next_state(
        credential_state(row),
        result.verdict,
        now,
        asked=row.asked_at is not None,
        interval=interval_of(row, rule),
        jitter=jitter,
        typed_end=typed_end(row.expires_on),
    )
    if result.taken_back:
        after = replace(after, next_check_at=now + PAUSE)
    asked = pins.note_questions(row, result.verdict)
    columns = [*_write(row, result, after, now, run), *asked, *taken_back]
    if after.state.status is before:
        return columns, None
    why = result.verdict.outcome
    return columns, note_change(row, before, why, now=now, notify=after.notify, run=run)


def note_change(
    row: Credential,
    old: Status,
    why: str,
    *,
    now: datetime,
    notify: Notify = Notify.NOBODY,
    run: CheckRun | None = None,
) -> UUID | None:
    """Add a status change, which history and mails read. Returns its key if people are notified."""
    change = StatusChange.objects.create(
        credential=row, run=run, old=old, new=row.status, at=now, why=str(why), tell=notify
    )
    if run is not None:
        audit.record(
            "credentials:status:change",
            workspace=row.workspace,
            target=row,
            details={"old_status": str(old), "status": str(row.status), "cause": str(why)},
        )
    return change.pk if notify else None


def _take_back(row: Credential, result: CheckResult, now: datetime) -> list[str]:
    """In an outage of the sign-in the refusals so far count no longer."""
    if result.taken_back:
        row.taken_back_since = row.taken_back_since or now
        row.rejections, row.rejected_since = 0, None
    elif result.verdict.outcome is Outcome.VALID:
        row.taken_back_since = None
    row.refused_again_at = None
    return ["taken_back_since", "refused_again_at"]


def credential_state(row: Credential) -> State:
    """The columns of a row that the lifecycle reads."""
    values = {name: getattr(row, name) for name in STATE_COLUMNS}
    values["status"] = Status(row.status)
    values["expires_source"] = ExpirySource(row.expires_source)
    return State(**values)


def _write(
    row: Credential, result: CheckResult, after: NextState, now: datetime, run: CheckRun
) -> list[str]:
    if after.state.status != row.status:
        row.status_since = now
    for name in STATE_COLUMNS:
        setattr(row, name, getattr(after.state, name))
    row.next_check_at, row.asked_at = after.next_check_at, None
    row.last_checked_at = result.started_at
    row.verdict = run.verdict
    if run.evidence.get("kind"):
        row.secret_kind = kind_key(result.verdict.provider, run.evidence["kind"])
    if result.secret_digest:
        row.secret_digest = result.secret_digest
    times = ["status_since", "next_check_at", "asked_at", "last_checked_at"]
    shown = ["verdict", "secret_kind", "secret_digest"]
    return [*STATE_COLUMNS, *times, *_write_last(row, result), *shown]


def _write_last(row: Credential, result: CheckResult) -> list[str]:
    """Set when the login last worked or failed, unless the check was inconclusive. Returns the
    changed columns."""
    status = STATUS_FOR_OUTCOME.get(result.verdict.outcome)
    if status is None:
        return []
    row.last_conclusive_at = result.started_at
    row.has_excess = bool(result.verdict.excess)
    if status is Status.VALID:
        row.last_good_at = result.started_at
    elif is_bad(status):
        row.last_bad_at = result.started_at
    return ["last_conclusive_at", "last_good_at", "last_bad_at", "has_excess"]
