"""Actions of the instance's administrators: check or pause any credential, set a rate limit.

The caller enqueues ``tasks.check_credential.delay_on_commit(pk)`` for each key that it gets back.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from common.clock import database_now
from credentials_app.models import Credential, RegistryOrigin
from credentials_app.services import columns
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import User
from workspaces.rights.access import has_right
from workspaces.rights.roles import InstanceCan

BUDGET = ("max_connections", "rate_per_s", "burst", "per_account")


def check_all(person: User, caller: Caller, pks: Iterable[UUID | str]) -> list[UUID]:
    """Make these due at once. Returns the keys of those that exist. Raises PermissionDenied."""
    return _each(person, caller, pks, "check", columns.mark_resumed)


def pause_all(person: User, caller: Caller, pks: Iterable[UUID | str]) -> list[UUID]:
    """Stop the checks of these until somebody resumes them. Raises PermissionDenied."""
    return _each(person, caller, pks, "pause", columns.mark_paused)


def _each(
    person: User,
    caller: Caller,
    pks: Iterable[UUID | str],
    verb: str,
    mark: Callable[[Credential, datetime], list[str]],
) -> list[UUID]:
    if not has_right(person, InstanceCan.CHECK_ALL):
        raise PermissionDenied
    with transaction.atomic(), audit.together():
        now = database_now()
        rows = Credential.objects.select_for_update(of=("self",)).filter(pk__in=list(pks))
        rows = rows.filter(workspace__is_sample=False, workspace__archived_at=None)
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
