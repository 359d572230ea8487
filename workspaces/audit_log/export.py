"""An audit log as a file: a table for people, or lines for machines; one event at a time."""

import json
from collections.abc import Collection, Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from common.downloads import CSV, csv_lines
from workspaces.audit_heads import BATCH, COLUMNS, export_lines, exported
from workspaces.audit_log.filters import Filter
from workspaces.audit_log.lines import told_of
from workspaces.audit_log.sentences import plain_sentence
from workspaces.models import AuditEvent

FORMATS = {"csv": CSV, "jsonl": "application/x-ndjson"}
HEADINGS = (
    "Time (UTC)", "Who", "What", "Code", "To what", "Workspace", "Outcome", "Via", "Address",
    "Details", "Request", "Number", "Id", "Hash",
)  # fmt: skip


def rows_as_csv(events: QuerySet[AuditEvent]) -> Iterator[str]:
    """A heading and a row for each event, the newest first."""
    return csv_lines(HEADINGS, map(_cells, events.order_by("-seq").iterator(chunk_size=BATCH)))


def rows_as_lines(
    events: QuerySet[AuditEvent], asked: Filter, workspaces: Collection[UUID] | None
) -> Iterator[str]:
    """The whole log with its heads, which ``audit_chain.py`` verifies; a part of it without."""
    if not asked.is_on:
        yield from (f"{line}\n" for line in export_lines(workspaces))
        return
    for row in events.order_by("seq").values(*COLUMNS).iterator(chunk_size=BATCH):
        yield json.dumps(exported(row), sort_keys=True) + "\n"


def _cells(event: AuditEvent) -> tuple[Any, ...]:
    return (
        event.at.astimezone(UTC).isoformat(timespec="seconds"),
        event.actor_label,
        plain_sentence(event),
        event.action,
        event.target_label,
        event.workspace_label,
        event.outcome,
        event.via,
        event.address,
        "; ".join(line for _, line in told_of(event)),
        event.request_id,
        event.number,
        event.id,
        event.hash,
    )
