"""What operators see of an origin: failed logins and waiting checks, in numbers only.

On its own: the queries of one page of the admin; checks do not need them.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from credentials_app.models import Credential, RegistryOrigin, SignInAttempt
from credentials_app.pacing.history import TODAY

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
