"""Who may check what: leases on rows, decided by one UPDATE each."""

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
    """Take the due and free rows among these; each carries the lease that was won."""
    now, lease_id = database_now(), uuid.uuid4()
    wanted = model._default_manager.filter(_is_free(now), pk__in=pks, next_check_at__lte=now)
    if server:
        wanted = wanted.filter(server=server)
    if not wanted.update(lease_id=lease_id, lease_until=now + LEASE):
        return []
    won = model._default_manager.filter(lease_id=lease_id).select_related("workspace__organization")
    return list(won.order_by("next_check_at"))


def renew(row: Credential | Trial) -> bool:
    """Begin the lease anew before a check; False when somebody else has taken the row."""
    mine = type(row)._default_manager.filter(pk=row.pk, lease_id=row.lease_id)
    return bool(mine.update(lease_until=database_now() + LEASE))


def release(row: Credential | Trial, *, until: datetime | None = None) -> None:
    """Give the row back unchecked; with ``until`` it is due only then."""
    freed = type(row)._default_manager.filter(pk=row.pk, lease_id=row.lease_id)
    if until is None:
        freed.update(lease_id=None, lease_until=None)
    else:
        freed.update(lease_id=None, lease_until=None, next_check_at=until)


def release_all(model: type[Row], rows: Collection[Row]) -> None:
    """Give rows of one claim back unchecked; they stay due."""
    mine = {"pk__in": [row.pk for row in rows], "lease_id__in": {row.lease_id for row in rows}}
    model._default_manager.filter(**mine).update(lease_id=None, lease_until=None)


def hold_origin(server: str) -> RegistryOrigin | None:
    """Hold this origin for one batch; None when another batch holds it."""
    now, lease_id = database_now(), uuid.uuid4()
    RegistryOrigin.objects.get_or_create(origin=server)
    free = RegistryOrigin.objects.filter(_is_free(now), origin=server)
    if not free.update(lease_id=lease_id, lease_until=now + LEASE):
        return None
    return RegistryOrigin.objects.filter(origin=server, lease_id=lease_id).first()


def keep_origin(held: RegistryOrigin) -> None:
    """Begin the lease on the origin anew, while its batch goes on."""
    mine = RegistryOrigin.objects.filter(pk=held.pk, lease_id=held.lease_id)
    mine.update(lease_until=database_now() + LEASE)


def free_origin(held: RegistryOrigin) -> None:
    """Let the next batch have it."""
    RegistryOrigin.objects.filter(pk=held.pk, lease_id=held.lease_id).update(
        lease_id=None, lease_until=None
    )


def hold_for_person(server: str) -> RegistryOrigin | None:
    """Hold the one connection that this origin has for people who wait; None: it is in use."""
    now, lease_id = database_now(), uuid.uuid4()
    RegistryOrigin.objects.get_or_create(origin=server)
    unused = Q(person_lease_until__isnull=True) | Q(person_lease_until__lte=now)
    free = RegistryOrigin.objects.filter(unused, origin=server)
    if not free.update(person_lease_id=lease_id, person_lease_until=now + LEASE):
        return None
    return RegistryOrigin.objects.filter(origin=server, person_lease_id=lease_id).first()


def free_for_person(held: RegistryOrigin) -> None:
    """Let the next person have it."""
    RegistryOrigin.objects.filter(pk=held.pk, person_lease_id=held.person_lease_id).update(
        person_lease_id=None, person_lease_until=None
    )


def put_off(row: Credential | Trial) -> datetime:
    """Give back a row whose person must queue; gives when its turn is likely."""
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
    """Make the first due who queues for this origin's connection; None: nobody does."""
    now = database_now()
    for model in (Trial, Credential):
        queue = model._default_manager.filter(
            _is_free(now), server=server, asked_at__isnull=False, next_check_at__gt=now
        )
        first = queue.order_by("asked_at").values_list("pk", flat=True).first()
        if first is not None and queue.filter(pk=first).update(next_check_at=now):
            return model, first
    return None
