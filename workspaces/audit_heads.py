"""Adds events to their chains, and reads the chains for verification and export."""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from common.clock import database_now
from workspaces.audit_chain import (
    FORMAT,
    INSTANCE,
    Anchors,
    Flaw,
    Head,
    Walk,
    chain_of,
    conclude_walks,
    link,
)
from workspaces.models import AuditEvent, AuditHead

OF_THE_INSTANCE = UUID(int=2**128 - 1)
"""The key of the instance's head. It is the highest, so that it is locked last."""
BATCH = 2000
COLUMNS = (
    "number", "prev", "hash", "seq", "id", "at", "workspace_id", "workspace_label",
    "actor_type", "actor_id", "actor_label", "via", "address", "request_id", "action",
    "target_type", "target_id", "target_label", "outcome", "details",
)  # fmt: skip


def exported(values: Mapping[str, Any]) -> dict[str, Any]:
    """An event as the chain and the export know it, from its columns."""
    found = {name: values[name] for name in COLUMNS if name != "workspace_id"}
    found["at"] = values["at"].astimezone(UTC).isoformat(timespec="microseconds")
    found["workspace"] = values["workspace_id"]
    for key in ("id", "workspace", "actor_id"):
        found[key] = None if found[key] is None else str(found[key])
    return found


def append(events: Sequence[AuditEvent]) -> None:
    """Store these unsaved events, each behind the last one of its chain.

    The heads stay locked until the transaction ends. They are locked in the order of their keys:
    no two transactions wait for each other.
    """
    by_chain: dict[UUID, list[AuditEvent]] = {}
    for event in events:
        by_chain.setdefault(event.workspace_id or OF_THE_INSTANCE, []).append(event)
    with transaction.atomic(savepoint=False):
        for head in _locked(sorted(by_chain)):
            for event in by_chain[head.chain]:
                event.number, event.prev = head.number + 1, head.hash
                event.hash = link(exported({name: getattr(event, name) for name in COLUMNS}))
                head.number, head.hash = event.number, event.hash
            AuditEvent.objects.bulk_create(by_chain[head.chain])
            head.save(update_fields=["number", "hash"])


def _locked(keys: Sequence[UUID]) -> list[AuditHead]:
    rows = AuditHead.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    heads = list(rows)
    if len(heads) < len(keys):
        new = sorted({*keys} - {head.chain for head in heads})
        AuditHead.objects.bulk_create((AuditHead(chain=key) for key in new), ignore_conflicts=True)
        heads = list(rows.all())
    return heads


def heads_of(workspaces: Collection[UUID] | None = None) -> dict[str, Head]:
    """The heads by the names of their chains; by default all."""
    rows = AuditHead.objects.order_by("chain")
    if workspaces is not None:
        rows = rows.filter(chain__in=workspaces)
    return {
        INSTANCE if row.chain == OF_THE_INSTANCE else str(row.chain): Head(
            row.number, row.hash, row.removed, row.removed_hash
        )
        for row in rows
    }


def heads_astray() -> list[AuditHead]:
    """The heads that do not name the newest event of their chain; quick, whatever the log has."""
    of_instance = Q(chain=OF_THE_INSTANCE)
    found = _not_at_end(AuditHead.objects.exclude(of_instance), workspace_id=OuterRef("chain"))
    return found + _not_at_end(AuditHead.objects.filter(of_instance), workspace_id__isnull=True)


def _not_at_end(heads: QuerySet[AuditHead], **of_chain: Any) -> list[AuditHead]:
    newest = AuditEvent.objects.filter(**of_chain).order_by("-seq").values("hash")[:1]
    last = Coalesce(Subquery(newest), Value(""), output_field=CharField())
    return list(heads.annotate(last=last).exclude(last=F("hash")).order_by("pk"))


def anchor_lines() -> Iterator[str]:
    """The heads of all chains as lines of an anchor file, which belongs to another place."""
    at = database_now().astimezone(UTC).isoformat(timespec="seconds")
    for chain, head in heads_of().items():
        anchor = {"at": at, "chain": chain, "number": head.number, "hash": head.hash}
        yield json.dumps(anchor, sort_keys=True)


def events_in_order(workspaces: Collection[UUID] | None = None) -> Iterator[dict[str, Any]]:
    """The events of these workspaces, by default all, in the order of the log, one by one."""
    rows = AuditEvent.objects.order_by("seq").values(*COLUMNS)
    if workspaces is not None:
        rows = rows.filter(workspace_id__in=workspaces)
    yield from map(exported, rows.iterator(chunk_size=BATCH))


def export_lines(workspaces: Collection[UUID] | None = None) -> Iterator[str]:
    """The log of these workspaces, by default of all and the instance, as JSON Lines.

    First the heads, then every event that they cover, in the order of the log.
    """
    heads = heads_of(workspaces)
    for chain, head in heads.items():
        yield json.dumps({"format": FORMAT, "chain": chain} | asdict(head), sort_keys=True)
    for event in events_in_order(workspaces):
        head = heads.get(chain_of(event), Head())
        if event["number"] is None or event["number"] <= head.number:
            yield json.dumps(event, sort_keys=True)


def write_anchors(folder: Path) -> Path | None:
    """Write the anchors of today, once; None if they are there. Nothing is ever replaced."""
    file = folder / f"anchors-{database_now().astimezone(UTC):%Y-%m-%d}.jsonl"
    if file.exists():
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{file.name}.{os.getpid()}"
    with unfinished.open("w", encoding="utf-8") as written:
        written.writelines(f"{line}\n" for line in anchor_lines())
        written.flush()
        os.fsync(written.fileno())
    unfinished.replace(file)
    return file


def verify_log(anchors: Mapping[str, Anchors]) -> tuple[int, list[Flaw]]:
    """The number of events, and what is wrong with them.

    Events that are added meanwhile are no findings: the heads are read before and after.
    """
    before = heads_of()
    chains = {*before, *anchors}
    walks = {chain: Walk(chain, before.get(chain, Head()), anchors) for chain in chains}
    count = 0
    for event in events_in_order():
        count += 1
        chain = chain_of(event)
        if chain not in walks:
            walks[chain] = Walk(chain, Head(), anchors)
        walks[chain].add(event)
    after = heads_of()
    for chain, walk in walks.items():
        walk.end(after.get(chain, Head()).number)
    return count, conclude_walks(walks)
