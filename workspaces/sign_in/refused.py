"""Counts refused sign-ins, and deletes the old counts."""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from common.throttle import network_of
from workspaces.models import RefusedSignIn, User

RETENTION = timedelta(days=90)
MAX_ROWS = 100_000
"""The newest ones stay: a stranger with many addresses must not fill the disk."""
DELETE_BATCH_SIZE = 5000


def count_refused(person: User | None, address: str) -> None:
    """Count one refused sign-in of this account, or of none, from this address."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    key = {"person": person, "network": network_of(address)[:49], "hour": hour}
    if not RefusedSignIn.objects.filter(**key).update(count=F("count") + 1, last_at=now):
        RefusedSignIn.objects.create(**key, last_at=now)


def delete_old(now: datetime) -> int:
    """Delete counts that are old or too many; returns their number."""
    newest = RefusedSignIn.objects.order_by("-last_at").values_list("last_at", flat=True)
    limit = newest[MAX_ROWS : MAX_ROWS + 1].first()
    before = max(now - RETENTION, limit) if limit else now - RETENTION
    old = RefusedSignIn.objects.filter(last_at__lte=before).values_list("pk", flat=True)
    pks = list(old[:DELETE_BATCH_SIZE])
    RefusedSignIn.objects.filter(pk__in=pks).delete()
    return len(pks)
