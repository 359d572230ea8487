"""Lets old events of the audit log end: exported first, and each chain keeps what proves it."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q, QuerySet

from common.clock import database_now
from workspaces.audit_chain import INSTANCE, REMOVE, verify_export
from workspaces.audit_heads import OF_THE_INSTANCE, append, export_lines, heads_of
from workspaces.kept_openings import KEPT, details_to_keep
from workspaces.models import AuditEvent, AuditHead


class NotWhole(Exception):
    """The export does not verify, so that nothing is removed. The text says what was found."""


def export_to(file: Path) -> int:
    """Write the whole log to a new file and verify it. Returns the number of its events.

    Raises FileExistsError and other kinds of OSError; NotWhole, and the file stays.
    """
    with file.open("x", encoding="utf-8") as written:
        file.chmod(0o600)
        for line in export_lines():
            written.write(f"{line}\n")
        written.flush()
        os.fsync(written.fileno())
    with file.open(encoding="utf-8") as lines:
        count, findings = verify_export(lines, {})
    if findings:
        raise NotWhole(f"{findings[0].chain}: {findings[0]}")
    return count


def remove_before(cutoff: datetime, *, exported: dict[str, int]) -> int:
    """Remove the events before ``cutoff`` from every chain. Returns how many.

    ``exported``: the number of the last event of each chain that the export has. A chain ends no
    earlier than there; one transaction for each, with the event that proves it.
    """
    return sum(_remove(chain, last, cutoff) for chain, last in exported.items())


def last_numbers() -> dict[str, int]:
    """The number of the last event by chain."""
    return {chain: head.number for chain, head in heads_of().items()}


def _remove(chain: str, exported: int, cutoff: datetime) -> int:
    key = OF_THE_INSTANCE if chain == INSTANCE else UUID(chain)
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().get(pk=key)
        events = AuditEvent.objects.filter(workspace_id=None if chain == INSTANCE else key)
        last = _last_before(events.filter(number__lte=exported), cutoff)
        if last is None or last.number is None or last.hash is None:
            return 0
        ended: Any = events.filter(Q(number__lte=last.number) | Q(number=None))
        count: int = ended.count()
        kept = [_event(last, KEPT, details) for details in details_to_keep(ended)]
        removed = {
            "count": count,
            "through": last.number,
            "digest": last.hash,
            "until": last.at.isoformat(),
        }
        append([*kept, _event(last, REMOVE, removed)])
        head.removed, head.removed_hash = last.number, last.hash
        head.save(update_fields=["removed", "removed_hash"])
        ended._raw_delete(DEFAULT_DB_ALIAS)
    return count


def _last_before(events: QuerySet[AuditEvent], cutoff: datetime) -> AuditEvent | None:
    """The last event before the first one that is not old."""
    young = events.filter(at__gte=cutoff).order_by("number").values_list("number", flat=True)
    first = young.first()
    old = events if first is None else events.filter(number__lt=first)
    return old.order_by("-number").first()


def _event(last: AuditEvent, action: str, details: dict[str, Any]) -> AuditEvent:
    return AuditEvent(
        at=database_now(),
        workspace_id=last.workspace_id,
        workspace_label=last.workspace_label,
        actor_type="system",
        actor_label="system",
        via="command",
        action=action,
        details=details,
    )
