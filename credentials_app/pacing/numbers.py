"""Failed logins and waiting checks in numbers: of an origin for operators, of an account for its
own tenant. Checks do not need them."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from credentials_app.models import Credential, RegistryOrigin, SignInAttempt, Trial
from credentials_app.pacing.history import TODAY
from credentials_app.pacing.tenants import tenant_of

HOUR = timedelta(hours=1)


def with_failures_and_waits(
    origins: QuerySet[RegistryOrigin], now: datetime
) -> QuerySet[RegistryOrigin]:
    """The origins with ``failed_in_an_hour``, ``failed_today`` and ``waiting``, of all tenants."""

    def count(rows: QuerySet[Any], key: str) -> Coalesce:
        counted = rows.order_by().values(key).annotate(count=Count("*")).values("count")
        return Coalesce(Subquery(counted), 0)

    counted = SignInAttempt.objects.filter(origin=OuterRef("origin"))
    waiting = Credential.objects.filter(
        Q(server=OuterRef("origin")) | Q(sign_in=OuterRef("origin")), next_check_at__gt=now
    ).exclude(wait_reason="")
    one = waiting.order_by().annotate(one=Value(1)).values("one")
    return origins.annotate(
        failed_in_an_hour=count(counted.filter(at__gt=now - HOUR), "origin"),
        failed_today=count(counted.filter(at__gt=now - TODAY), "origin"),
        waiting=Coalesce(Subquery(one.annotate(count=Count("*")).values("count")), 0),
    )


def own_failures(row: Credential | Trial, now: datetime) -> int:
    """How many logins of this row's account its own tenant caused to fail in the last hour.

    Those whose answer may still come are left out, and those of other tenants are never told.
    """
    if not row.account:
        return 0
    counted = SignInAttempt.objects.filter(
        origin=row.sign_in, account=row.account, tenant=tenant_of(row.workspace, now)
    )
    settled = Q(busy_until__isnull=True) | Q(busy_until__lte=now)
    return counted.filter(settled, at__gt=now - HOUR).count()
