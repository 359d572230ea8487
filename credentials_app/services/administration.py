"""Actions of administrators: check, pause or resume many credentials, set a rate limit.

The caller enqueues ``tasks.check_credential.delay_on_commit(pk)`` for each key that it gets back.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from common.clock import database_now
from credentials_app.models import Credential, RegistryOrigin
from credentials_app.services import columns
from credentials_app.services.limits import count_checks_of_many
from credentials_app.status import Status
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import User
from workspaces.rights.access import has_right
from workspaces.rights.roles import InstanceCan

Keys = Iterable[UUID | str]
Places = Collection[UUID] | None
AT_ONCE = 50
"""So many checks that a person waits for are enqueued at once; more are checked in their turn."""
BUDGET = ("max_connections", "rate_per_s", "burst", "per_account")


def check_all(person: User, caller: Caller, pks: Keys, *, within: Places = None) -> list[UUID]:
    """Make these due at once; beyond ``AT_ONCE`` nobody waits for each. Returns the keys of those
    that exist. ``within``: the workspaces that the person administers; None: the instance.

    Raises PermissionDenied, AskedTooOften.
    """
    keys = list(pks)
    if within is not None:
        count_checks_of_many(person)
    mark = columns.mark_resumed if len(keys) <= AT_ONCE else _mark_in_turn
    return _each(person, caller, keys, "check", mark, within=within)


def pause_all(person: User, caller: Caller, pks: Keys, *, within: Places = None) -> list[UUID]:
    """Stop the checks of these until somebody resumes them; as :func:`check_all`."""
    found = ~Q(status=Status.PAUSED)
    return _each(person, caller, pks, "pause", columns.mark_paused, within=within, found=found)


def resume_all(person: User, caller: Caller, pks: Keys, *, within: Places = None) -> list[UUID]:
    """Make those of these due that are paused; as :func:`check_all`."""
    found = Q(status=Status.PAUSED)
    return _each(person, caller, pks, "resume", _mark_in_turn, within=within, found=found)


def _mark_in_turn(row: Credential, now: datetime) -> list[str]:
    """Make it due without priority: nobody waits at its page."""
    changed = columns.mark_resumed(row, now)
    row.asked_at = None
    return changed


def _each(
    person: User,
    caller: Caller,
    pks: Keys,
    verb: str,
    mark: Callable[[Credential, datetime], list[str]],
    *,
    within: Places,
    found: Q | None = None,
) -> list[UUID]:
    if within is None and not has_right(person, InstanceCan.CHECK_ALL):
        raise PermissionDenied
    with transaction.atomic(), audit.together():
        now = database_now()
        rows = Credential.objects.select_for_update(of=("self",)).filter(pk__in=list(pks))
        rows = rows.filter(workspace__is_sample=False, workspace__archived_at=None)
        rows = rows if within is None else rows.filter(workspace__in=within)
        rows = rows if found is None else rows.filter(found)
        rows = rows.select_related("workspace__organization").order_by("pk")
        for row in rows:
            row.save(update_fields=mark(row, now))
            audit.record(
                f"credentials:credential:{verb}",
                actor=person,
                caller=caller,
                workspace=row.workspace,
                target=row,
            )
    return [row.pk for row in rows]


def set_budget(
    person: User, caller: Caller, origin: RegistryOrigin, *, fields: Iterable[str]
) -> None:
    """Store the rate limit that an administrator set for an origin. Raises PermissionDenied."""
    changed = [field for field in fields if field in BUDGET]
    if not has_right(person, InstanceCan.CHECK_ALL):
        raise PermissionDenied
    if not changed:
        return
    with transaction.atomic():
        origin.save(update_fields=changed)
        audit.record(
            "credentials:origin:edit",
            actor=person,
            caller=caller,
            target=origin,
            details={"fields": changed, "server": origin.origin},
        )


def let_go_on(person: User, caller: Caller, pks: Iterable[UUID | str]) -> int:
    """End the pauses of these origins now. Returns how many were paused. Raises PermissionDenied.

    The failed logins stay counted: this lifts a pause, and no share.
    """
    if not has_right(person, InstanceCan.CHECK_ALL):
        raise PermissionDenied
    with transaction.atomic(), audit.together():
        now = database_now()
        paused = Q(paused_until__gt=now) | Q(circuit_until__gt=now)
        rows = list(RegistryOrigin.objects.select_for_update().filter(paused, pk__in=list(pks)))
        ended = {"paused_until": None, "why": "", "circuit_until": None, "failures": 0}
        RegistryOrigin.objects.filter(pk__in=[row.pk for row in rows]).update(**ended)
        for row in rows:
            audit.record(
                "credentials:origin:go_on",
                actor=person,
                caller=caller,
                target=row,
                details={"server": row.origin, "cause": row.why},
            )
    return len(rows)
