"""Writes down what looks showed: one transaction for many, each guarded by its claim."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from credentials_app.checks import pins
from credentials_app.checks.apply import FREED, CheckResult, Recorded, follow
from credentials_app.models import BulkCheckEntry, CheckRun, Credential, Trial, WorkspaceRule
from credentials_app.serialization import dump_evidence, dump_verdict

Saved = tuple[Model, Sequence[str]]
"""A row, and which of its columns changed."""


def save_all(changes: Collection[Saved]) -> None:
    """Save each row's columns, as ``save(update_fields=…)`` would; all rows are of one table."""
    ordered = sorted(changes, key=_columns)
    for columns, same in groupby(ordered, key=_columns):
        _save([row for row, _ in same], columns)


def _columns(change: Saved) -> tuple[str, ...]:
    return tuple(change[1])


def _save(rows: Sequence[Model], columns: Sequence[str]) -> None:
    table, quote = type(rows[0])._meta, connection.ops.quote_name
    fields: list[Any] = [table.get_field(column) for column in columns]
    key: Any = table.pk
    values = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    where = f"{quote(key.column)} = %s"
    statement = f"UPDATE {quote(table.db_table)} SET {values} WHERE {where}"  # noqa: S608  # our own names
    fields.append(key)
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in fields
                ]
                for row in rows
            ],
        )


Checked = tuple[Credential, CheckResult]
"""A claimed credential, and what the look at it showed."""


def record_one(claimed: Credential, result: CheckResult, *, now: datetime) -> Recorded:
    """Record one look; nothing when the claim is lost or the row gone."""
    return record_all([(claimed, result)], now=now)[0]


def record_all(results: Sequence[Checked], *, now: datetime) -> list[Recorded]:
    """Record looks at credentials of one batch, in their order; all of them or none."""
    with transaction.atomic():
        rows = _held(row for row, _ in results)
        here = [(claimed, result) for claimed, result in results if claimed.pk in rows]
        runs = {claimed.pk: _run(rows[claimed.pk], claimed, result) for claimed, result in here}
        CheckRun.objects.bulk_create(runs.values())
        recorded, changes, rules = {}, [], _rules(rows.values())
        for claimed, result in here:
            row, run = rows[claimed.pk], runs[claimed.pk]
            rule = rules.get(row.workspace_id)
            recorded[row.pk], change = _follow(row, result, run, rule=rule, now=now)
            changes.append(change)
        save_all(changes)
        counted = {claimed.pk: result for claimed, result in here if runs[claimed.pk].counted}
        _close_entries(counted, now)
    return [
        replace(recorded.get(claimed.pk, Recorded()), requests=len(result.evidence.steps))
        for claimed, result in results
    ]


def record_trial(claimed: Trial, result: CheckResult, *, now: datetime) -> Recorded:
    """Record a look at a claimed trial; nobody hears of it but who looks."""
    with transaction.atomic():
        row = (
            Trial.objects.select_for_update()
            .filter(pk=claimed.pk, lease_id=claimed.lease_id, secret_version=claimed.secret_version)
            .first()
        )
        if row is None:
            return Recorded()
        row.lease_id = row.lease_until = row.next_check_at = row.asked_at = None
        row.outcome = result.verdict.outcome.value
        row.verdict = dump_verdict(result.verdict)
        row.evidence = dump_evidence(result.evidence)
        row.checked_at, row.took_ms = result.started_at, result.took_ms
        pinned = pins.pin(row, result.evidence, result.verdict)
        row.asks = str(result.verdict.asks) if result.verdict.asks else ""
        columns = ["outcome", "verdict", "evidence", "checked_at", "took_ms", "asks"]
        row.save(update_fields=[*columns, *pinned, "next_check_at", "asked_at", *FREED])
    return Recorded(requests=len(result.evidence.steps))


def _held(claimed: Iterable[Credential]) -> dict[UUID, Credential]:
    """The rows as they are now, locked in the order of their keys, where the claim still holds.

    What is sealed, what people wrote and the last verdict are not needed, or seldom; a credential
    never moves.
    """
    mine = {row.pk: row for row in claimed}
    rows = (
        Credential.objects.select_for_update(of=("self",), no_key=True)
        .defer("sealed", "notes", "verdict")
        .filter(pk__in=mine, lease_id__in={row.lease_id for row in mine.values()})
        .order_by("pk")
    )
    held = {row.pk: row for row in rows if row.lease_id == mine[row.pk].lease_id}
    for row in held.values():
        row.workspace = mine[row.pk].workspace
    return held


def _rules(rows: Iterable[Credential]) -> dict[UUID, WorkspaceRule]:
    """What the workspaces of these say about checking, as of now."""
    places = {row.workspace_id for row in rows}
    return {rule.pk: rule for rule in WorkspaceRule.objects.filter(pk__in=places)}


def _run(row: Credential, claimed: Credential, result: CheckResult) -> CheckRun:
    return CheckRun(
        credential=row,
        started_at=result.started_at,
        took_ms=result.took_ms,
        outcome=result.verdict.outcome,
        verdict=dump_verdict(result.verdict),
        evidence=dump_evidence(result.evidence),
        secret_version=claimed.secret_version,
        asked=claimed.asked_at is not None,
        counted=_login(row) == _login(claimed),
    )


def _login(row: Credential) -> tuple[object, ...]:
    """What a look was about; a result for anything else does not count."""
    return row.secret_version, row.provider, row.push, row.repository


def _follow(
    row: Credential,
    result: CheckResult,
    run: CheckRun,
    *,
    rule: WorkspaceRule | None,
    now: datetime,
) -> tuple[Recorded, Saved]:
    """What the row becomes; saving is the caller's."""
    row.lease_id = row.lease_until = None
    if not run.counted:
        return Recorded(row.pk, again=row.asked_at is not None), (row, FREED)
    columns, change = follow(row, result, rule=rule, now=now, run=run)
    return Recorded(row.pk, change=change), (row, [*columns, *FREED])


def _close_entries(results: Mapping[UUID, CheckResult], now: datetime) -> None:
    """Checks of many that wait for these credentials wait no longer."""
    left = BulkCheckEntry.objects.filter(credential__in=list(results), done_at__isnull=True)
    by_outcome: dict[str, list[int]] = defaultdict(list)
    in_order = left.select_for_update().order_by("pk")
    for pk, credential in in_order.values_list("pk", "credential"):
        by_outcome[results[credential].verdict.outcome.value].append(pk)
    for outcome, pks in by_outcome.items():
        BulkCheckEntry.objects.filter(pk__in=pks, done_at__isnull=True).update(
            outcome=outcome, done_at=now
        )
