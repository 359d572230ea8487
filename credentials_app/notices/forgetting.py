"""Deletes notices that nobody needs any more to know that they were told."""

from datetime import datetime, timedelta

from django.db.models import Q

from credentials_app.models import Notice, NoticeKind, Outage

KEPT = timedelta(days=90)
AT_ONCE = 5000


def delete_old(*, now: datetime) -> int:
    """Delete what was mailed long ago and is over; gives how many."""
    open_at = Outage.objects.filter(over_at__isnull=True).values("server")
    goes_on = Q(ends_at__gt=now) | Q(kind=NoticeKind.UNREACHABLE, server__in=open_at)
    old = Notice.objects.filter(mailed_at__lt=now - KEPT).exclude(goes_on)
    pks = list(old.order_by("mailed_at").values_list("pk", flat=True)[:AT_ONCE])
    Outage.objects.filter(over_at__lt=now - KEPT).delete()
    return Notice.objects.filter(pk__in=pks).delete()[0] if pks else 0
