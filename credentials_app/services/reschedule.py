"""Moves checks to an earlier time after an interval became shorter."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Greatest

from credentials_app.models import CheckerWatch, Credential, WorkspaceRule
from credentials_app.schedule import instance_interval, interval_of


def reschedule_sooner(rows: QuerySet[Credential], interval: timedelta, *, now: datetime) -> int:
    """Check these at most one interval after their last check. Returns how many were moved.

    No check moves to a later time: a longer interval counts from the next check on. A credential
    that a person waits for, or that its registry refused, has its own schedule and stays as it is.
    """
    regular = rows.filter(rejections=0, asked_at__isnull=True, last_checked_at__isnull=False)
    after_last_check = ExpressionWrapper(F("last_checked_at") + interval, DateTimeField())
    due = Greatest(after_last_check, Value(now, DateTimeField()))
    return regular.filter(next_check_at__gt=due).update(next_check_at=due)


def reschedule_one_sooner(row: Credential, *, now: datetime) -> None:
    """The same for one credential, by its own interval, its workspace's or the instance's."""
    rule = WorkspaceRule.objects.filter(workspace=row.workspace_id).first()
    reschedule_sooner(
        Credential.objects.filter(pk=row.pk),
        interval_of(row, rule),
        now=now,
    )


def apply_instance_interval(*, now: datetime) -> int:
    """Move the checks that follow the instance's interval, once after an operator changed it.

    Returns how many were moved.
    """
    every = instance_interval()
    watch, _made = CheckerWatch.objects.get_or_create(pk=1)
    if watch.interval == every:
        return 0
    with_own = WorkspaceRule.objects.filter(check_every__isnull=False).values("workspace")
    default_rows = Credential.objects.filter(check_every__isnull=True)
    default_rows = default_rows.exclude(workspace__in=with_own)
    moved = reschedule_sooner(default_rows, every, now=now)
    CheckerWatch.objects.filter(pk=1).update(interval=every)
    return moved
