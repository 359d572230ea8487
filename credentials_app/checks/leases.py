"""Leases on rows and origins: one UPDATE decides which worker checks what."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from common.clock import database_now
from common.restore_pause import not_paused
from credentials_app.models import IS_TRUSTED, Credential, RegistryOrigin, Trial
from credentials_app.pacing.sign_ins import SignIn
from credentials_app.pacing.tenants import is_of_tenant, tenant_of
from credentials_app.pacing.waits import SOON, Wait, WaitReason
from credentials_app.schedule import interval_of
from registry.outcome import Outcome
from workspaces.models import Organization, User, Workspace

LEASE = timedelta(seconds=60)
ASKED_AT_ONCE = 4
"""A tenant has at most so many checks that people asked for in flight, on the whole instance."""
Row = TypeVar("Row", Credential, Trial)


def _is_free(now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


def claim(model: type[Row], pks: Collection[uuid.UUID | str], *, server: str = "") -> list[Row]:
    """Claim the rows among these that are due and free. The returned rows carry the new lease."""
    now, lease_id = database_now(), uuid.uuid4()
    due = model._default_manager.filter(
        _is_free(now), not_paused(), pk__in=pks, next_check_at__lte=now
    )
    if server:
        due = due.filter(server=server)
    if not due.update(lease_id=lease_id, lease_until=now + LEASE):
        return []
    rows = model._default_manager.filter(lease_id=lease_id)
    found = list(rows.select_related("workspace__organization").order_by("next_check_at", "pk"))
    for row in found:
        row.lease_tenant = tenant_of(row.workspace, now)
    return found


def claim_asked(model: type[Row], pk: uuid.UUID | str) -> list[Row]:
    """Claim a row that a person asked for, unless its tenant has four of these in flight.

    The row of the tenant is locked, so that two workers never count the same lease.
    """
    workspace = _workspace_of(model, pk)
    if workspace is None:
        return []
    now, lease_id = database_now(), uuid.uuid4()
    tenant = tenant_of(workspace, now)
    _lock_tenant(tenant)
    in_flight = _in_flight(Credential, tenant, now) + _in_flight(Trial, tenant, now)
    free = model._default_manager.filter(
        _is_free(now),
        not_paused(),
        LessThan(in_flight, ASKED_AT_ONCE),
        pk=pk,
        next_check_at__lte=now,
    )
    if not free.update(lease_id=lease_id, lease_until=now + LEASE, lease_tenant=tenant):
        return []
    row = model._default_manager.select_related("workspace__organization").get(pk=pk)
    return [row]


def _in_flight(model: type[Credential | Trial], tenant: str, now: datetime) -> Coalesce:
    """How many rows of this table the tenant has leased that a person asked for."""
    leased = model._default_manager.filter(
        lease_tenant=tenant, lease_until__gt=now, asked_at__isnull=False
    )
    counted = leased.order_by().values("lease_tenant").annotate(count=Count("*"))
    return Coalesce(Subquery(counted.values("count")), 0)


def _workspace_of(model: type[Row], pk: uuid.UUID | str) -> Workspace | None:
    """The workspace of this row, with its organization."""
    return (
        Workspace.objects.select_related("organization")
        .filter(pk__in=model._default_manager.filter(pk=pk).values("workspace"))
        .first()
    )


def _lock_tenant(tenant: str) -> None:
    kind, _, key = tenant.partition(":")
    table: type[User] | type[Organization] = User if kind == "person" else Organization
    list(table._default_manager.select_for_update(no_key=True).filter(pk=key).values_list("pk"))


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


def postpone(
    rows: Sequence[Credential | Trial], wait: Wait, *, sign_in: SignIn | None = None
) -> None:
    """Release claimed rows of one table that wait. ``sign_in``: where the first of them waits."""
    now = database_now()
    claimed = type(rows[0])._default_manager.filter(
        pk__in=[row.pk for row in rows], lease_id__in={row.lease_id for row in rows}
    )
    claimed.filter(waits_since__isnull=True).update(waits_since=now)
    if sign_in is not None:
        claimed.filter(pk=rows[0].pk).update(sign_in=str(sign_in.origin), account=sign_in.account)
    late = [row.pk for row in rows if isinstance(row, Credential) and _is_late(row, wait)]
    if late:
        Credential.objects.filter(pk__in=late, could_not_look_shown=False).update(
            could_not_look_shown=True,
            could_not_look_since=Coalesce("could_not_look_since", Value(now)),
            could_not_look_why=Outcome.THROTTLED.value,
        )
    claimed.update(
        lease_id=None, lease_until=None, next_check_at=wait.until, wait_reason=wait.reason.value
    )


def postpone_untrusted(server: str, claimed: Sequence[Credential], wait: Wait) -> None:
    """Release these claimed rows, and put off the other untrusted ones of this server that are
    due and that no person asked for: they share what the origin leaves to them."""
    if claimed:
        postpone(claimed, wait)
    now = database_now()
    due = Credential.objects.filter(
        _is_free(now), ~IS_TRUSTED, server=server, asked_at__isnull=True, next_check_at__lte=now
    )
    due.update(
        next_check_at=wait.until,
        wait_reason=wait.reason.value,
        waits_since=Coalesce("waits_since", Value(now)),
    )


def _is_late(row: Credential, wait: Wait) -> bool:
    """True if the check is held back for longer than its interval."""
    if row.waits_since is None:
        return False
    return wait.until - row.waits_since > interval_of(row, getattr(row.workspace, "rule", None))


def hold_confirmation(row: Credential, *, refused_at: datetime, until: datetime) -> None:
    """Release a row whose confirmed refusal is recorded at ``until``, unless it proves wrong."""
    claimed = Credential.objects.filter(pk=row.pk, lease_id=row.lease_id)
    claimed.update(
        lease_id=None, lease_until=None, next_check_at=until, refused_again_at=refused_at
    )


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
            server=row.server, wait_reason=WaitReason.OTHERS.value, next_check_at__gt=now
        ).count()
        for model in (Credential, Trial)
    )
    until = now + SOON * (ahead + 1)
    postpone([row], Wait(WaitReason.OTHERS, until))
    return until


Called = tuple[type[Credential | Trial], uuid.UUID]


def call_next(row: Credential | Trial, server: str) -> tuple[Called, ...]:
    """The checks that waited for this one: for the connection, and for a lease of its tenant."""
    queued = call_next_person(server)
    due = _next_of_tenant(row)
    return tuple(dict.fromkeys(each for each in (queued, due) if each is not None))


def _next_of_tenant(row: Credential | Trial) -> Called | None:
    """The check of this tenant that a person has waited for longest."""
    now = database_now()
    mine = is_of_tenant(tenant_of(row.workspace, now), now)
    for model in (Trial, Credential):
        waiting = model._default_manager.filter(
            _is_free(now), mine, asked_at__isnull=False, next_check_at__lte=now
        )
        first = waiting.order_by("asked_at", "pk").values_list("pk", flat=True).first()
        if first is not None:
            return model, first
    return None


def call_next_person(server: str) -> Called | None:
    """Make the first row due that queues for this origin's connection. Returns its model and key.

    None: the queue is empty.
    """
    now = database_now()
    for model in (Trial, Credential):
        queue = model._default_manager.filter(
            _is_free(now),
            server=server,
            wait_reason=WaitReason.OTHERS.value,
            asked_at__isnull=False,
            next_check_at__gt=now,
        )
        first = queue.order_by("asked_at", "pk").values_list("pk", flat=True).first()
        if first is not None and queue.filter(pk=first).update(next_check_at=now):
            return model, first
    return None
