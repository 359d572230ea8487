"""Leases on rows and origins: one UPDATE decides which worker checks what."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q

from common.clock import database_now
from credentials_app.models import Credential, RegistryOrigin, Trial
from credentials_app.pacing.failed_logins import SOON

LEASE = timedelta(seconds=60)
Row = TypeVar("Row", Credential, Trial)


def _is_free(now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


def claim(model: type[Row], pks: Collection[uuid.UUID | str], *, server: str = "") -> list[Row]:
    """Claim the rows among these that are due and free. The returned rows carry the new lease."""
    now, lease_id = database_now(), uuid.uuid4()
    due = model._default_manager.filter(_is_free(now), pk__in=pks, next_check_at__lte=now)
    if server:
        due = due.filter(server=server)
    if not due.update(lease_id=lease_id, lease_until=now + LEASE):
        return []
    rows = model._default_manager.filter(lease_id=lease_id)
    return list(rows.select_related("workspace__organization").order_by("next_check_at", "pk"))


def renew(row: Credential | Trial) -> bool:
    """Extend the lease before a check. False: the row is no longer claimed by this batch."""
    claimed = type(row)._default_manager.filter(pk=row.pk, lease_id=row.lease_id)
    return bool(claimed.update(lease_until=database_now() + LEASE))


def release(row: Credential | Trial, *, until: datetime | None = None) -> None:
    """Release a claimed row without a check. It stays due, or is due at ``until``."""
    claimed = type(row)._default_manager.filter(pk=row.pk, lease_id=row.lease_id)
    if until is None:
        claimed.update(lease_id=None, lease_until=None)
    else:
        claimed.update(lease_id=None, lease_until=None, next_check_at=until)


def release_all(model: type[Row], rows: Collection[Row]) -> None:
    """Release claimed rows without a check; they stay due."""
    claimed = {"pk__in": [row.pk for row in rows], "lease_id__in": {row.lease_id for row in rows}}
    model._default_manager.filter(**claimed).update(lease_id=None, lease_until=None)


def hold_origin(server: str) -> RegistryOrigin | None:
    """Take the batch lease on this origin. None: another batch holds it."""
    now, lease_id = database_now(), uuid.uuid4()
    RegistryOrigin.objects.get_or_create(origin=server)
    free = RegistryOrigin.objects.filter(_is_free(now), origin=server)
    if not free.update(lease_id=lease_id, lease_until=now + LEASE):
        return None
    return RegistryOrigin.objects.filter(origin=server, lease_id=lease_id).first()


def keep_origin(held: RegistryOrigin) -> None:
    """Extend the batch lease on the origin while the batch runs."""
    still_held = RegistryOrigin.objects.filter(pk=held.pk, lease_id=held.lease_id)
    still_held.update(lease_until=database_now() + LEASE)


def free_origin(held: RegistryOrigin) -> None:
    """Release the batch lease on the origin."""
    RegistryOrigin.objects.filter(pk=held.pk, lease_id=held.lease_id).update(
        lease_id=None, lease_until=None
    )


def hold_for_person(server: str) -> RegistryOrigin | None:
    """Take the lease on the one connection that this origin has for checks that people ask for.

    None: it is in use.
    """
    now, lease_id = database_now(), uuid.uuid4()
    RegistryOrigin.objects.get_or_create(origin=server)
    unused = Q(person_lease_until__isnull=True) | Q(person_lease_until__lte=now)
    free = RegistryOrigin.objects.filter(unused, origin=server)
    if not free.update(person_lease_id=lease_id, person_lease_until=now + LEASE):
        return None
    return RegistryOrigin.objects.filter(origin=server, person_lease_id=lease_id).first()


def free_for_person(held: RegistryOrigin) -> None:
    """Release that lease."""
    RegistryOrigin.objects.filter(pk=held.pk, person_lease_id=held.person_lease_id).update(
        person_lease_id=None, person_lease_until=None
    )


def put_off(row: Credential | Trial) -> datetime:
    """Release a row that must queue for that connection. Returns when its check is likely."""
    now = database_now()
    ahead = sum(
        model._default_manager.filter(
            server=row.server, asked_at__isnull=False, next_check_at__gt=now
        ).count()
        for model in (Credential, Trial)
    )
    until = now + SOON * (ahead + 1)
    release(row, until=until)
    return until


def call_next_person(server: str) -> tuple[type[Credential | Trial], uuid.UUID] | None:
    """Make the first row due that queues for this origin's connection. Returns its model and key.

    None: the queue is empty.
    """
    now = database_now()
    for model in (Trial, Credential):
        queue = model._default_manager.filter(
            _is_free(now), server=server, asked_at__isnull=False, next_check_at__gt=now
        )
        first = queue.order_by("asked_at", "pk").values_list("pk", flat=True).first()
        if first is not None and queue.filter(pk=first).update(next_check_at=now):
            return model, first
    return None
