"""An audit log as a file: a table for people, or lines for machines; one event at a time."""

import csv
import json
from collections.abc import Collection, Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from workspaces.audit_heads import BATCH, COLUMNS, export_lines, exported
from workspaces.audit_log.filters import Filter
from workspaces.audit_log.lines import told_of
from workspaces.audit_log.sentences import plain_sentence
from workspaces.models import AuditEvent

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
HEADINGS = (
    "Time (UTC)", "Who", "What", "Code", "To what", "Workspace", "Outcome", "Via", "Address",
    "Details", "Request", "Number", "Id", "Hash",
)  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""A spreadsheet would run a cell that begins like this (ASVS 1.2.10)."""


class _Echo:
    """A file whose ``write`` returns the line."""

    def write(self, line: str) -> str:
        return line


def rows_as_csv(events: QuerySet[AuditEvent]) -> Iterator[str]:
    """A heading and a row for each event, the newest first."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADINGS)
    for event in events.order_by("-seq").iterator(chunk_size=BATCH):
        yield writer.writerow([safe_cell(value) for value in _cells(event)])


def rows_as_lines(
    events: QuerySet[AuditEvent], asked: Filter, workspaces: Collection[UUID] | None
) -> Iterator[str]:
    """The whole log with its heads, which ``audit_chain.py`` verifies; a part of it without."""
    if not asked.is_on:
        yield from (f"{line}\n" for line in export_lines(workspaces))
        return
    for row in events.order_by("seq").values(*COLUMNS).iterator(chunk_size=BATCH):
        yield json.dumps(exported(row), sort_keys=True) + "\n"


def safe_cell(value: Any) -> str:
    """The text of a cell, which no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


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
