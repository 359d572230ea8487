"""What restores took away from the audit log: an event says it, and anchors of then may differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from workspaces.audit_chain import ANCHOR, INSTANCE, Anchors, Head
from workspaces.audit_heads import heads_of
from workspaces.models import AuditEvent

RESTORED = "instance:backup:restore"
ANY = "*"
"""Instead of a chain: the log that was replaced is not known, as on a new machine."""


@dataclass(frozen=True)
class FormerRestore:
    """The event of a restore: what it says of the log before it, and where each chain was."""

    id: UUID
    at: datetime
    gaps: tuple[str, ...]
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class LogState:
    """What an audit log was when a restore replaced it. ``first``: its first event, if any."""

    first: UUID | None = None
    began_at: datetime | None = None
    heads: Mapping[str, Head] = field(default_factory=dict)
    restores: tuple[FormerRestore, ...] = ()


def state_of_log() -> LogState:
    """The state of the log that is in the database now."""
    first = AuditEvent.objects.order_by("seq").only("id", "at").first()
    heads, restores = heads_of(), tuple(_restores())
    return LogState(first.id, first.at, heads, restores) if first else LogState(heads=heads)


def _restores() -> Iterator[FormerRestore]:
    rows = AuditEvent.objects.filter(action=RESTORED, workspace_id=None).order_by("seq")
    for seq, key, at, details in rows.values_list("seq", "id", "at", "details"):
        before = AuditEvent.objects.filter(seq__lt=seq).order_by().values_list("workspace_id")
        numbers = {
            INSTANCE if chain is None else str(chain): number or 0
            for chain, number in before.annotate(Max("number"))
        }
        yield FormerRestore(key, at, tuple(details.get("gap", ())), numbers)


def gaps_after(old: LogState, *, made_at: datetime, now: datetime) -> list[str]:
    """What the event of a restore says of the log that it replaced.

    For each chain that had more: its last common event, its last one with its hash, and the times
    between which the lost ones were written. A log that is another one, as on a new machine, says
    nothing of what was lost: then the times alone count, for any chain.

    Call it when the restored log is in the database, before the event is written.
    """
    new = state_of_log()
    known = {restore.id for restore in new.restores}
    lost = [restore for restore in old.restores if restore.id not in known]
    gaps = [gap for restore in lost for gap in restore.gaps]
    since = min([made_at, *(restore.at for restore in lost)])
    is_another = old.first is None or not AuditEvent.objects.filter(id=old.first).exists()
    if is_another:
        gaps.append(f"{ANY} {_words(made_at, now)}")
        since = old.began_at or made_at
    for chain, head in sorted(old.heads.items()):
        if not _is_in_log(chain, head):
            kept = 0 if is_another else new.heads.get(chain, Head()).number
            fork = min([kept, *(restore.numbers.get(chain, 0) for restore in lost)])
            gaps.append(f"{chain} {fork} {head.number} {head.hash} {_words(since, now)}")
    return gaps


def _words(since: datetime, until: datetime) -> str:
    """Both times in whole seconds, as anchors have them."""
    return f"{since.isoformat(timespec='seconds')} {until.isoformat(timespec='seconds')}"


def _is_in_log(chain: str, head: Head) -> bool:
    """True if the log has the event that this head names, or never had to have it."""
    place = None if chain == INSTANCE else UUID(chain)
    rows = AuditEvent.objects.filter(workspace_id=place, number=head.number, hash=head.hash)
    return head.number <= head.removed or rows.exists()


def without_gaps(anchors: Mapping[str, Anchors]) -> dict[str, Anchors]:
    """The anchors but for those of events that a restore took away, as its own event says."""
    restores = tuple(_restores()) if anchors else ()
    return {
        chain: {
            number: left
            for number, places in numbers.items()
            if (left := _unexplained(restores, chain, number, places))
        }
        for chain, numbers in anchors.items()
    }


def _unexplained(
    restores: tuple[FormerRestore, ...], chain: str, number: int, places: Mapping[str, str]
) -> dict[str, str]:
    return {
        digest: where
        for digest, where in places.items()
        if not any(
            _explains(gap, restore.numbers.get(chain, 0), chain, number, digest, where)
            for restore in restores
            for gap in restore.gaps
        )
    }


def _explains(gap: str, kept: int, chain: str, number: int, digest: str, where: str) -> bool:
    """True if this gap has the event that an anchor names. ``kept``: the chain at the restore."""
    named, *words, since, until = gap.split()
    at = datetime.fromisoformat(where.removeprefix(ANCHOR))
    if not datetime.fromisoformat(since) <= at <= datetime.fromisoformat(until):
        return False
    if named == ANY:
        return number > kept
    if named != chain:
        return False
    fork, last, head = words
    return int(fork) < number < int(last) or (number == int(last) and digest == head)
