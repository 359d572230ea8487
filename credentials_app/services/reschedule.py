"""Looks that come sooner, because credentials are to be looked at more often."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Greatest

from credentials_app.models import CheckerWatch, Credential, WorkspaceRule
from credentials_app.schedule import instance_interval, interval_of


def reschedule_sooner(rows: QuerySet[Credential], interval: timedelta, *, now: datetime) -> int:
    """Look at these an interval after their last look at the latest; gives how many come sooner.

    Nothing comes later: a longer interval counts from the next look on. What waits for a person,
    for a confirmation or because it was refused has another pace, and is left alone.
    """
    paced = rows.filter(rejections=0, asked_at__isnull=True, last_checked_at__isnull=False)
    after_the_last = ExpressionWrapper(F("last_checked_at") + interval, DateTimeField())
    due = Greatest(after_the_last, Value(now, DateTimeField()))
    return paced.filter(next_check_at__gt=due).update(next_check_at=due)


def reschedule_one_sooner(row: Credential, *, now: datetime) -> None:
    """The same for one credential, by whoever's interval holds for it."""
    rule = WorkspaceRule.objects.filter(workspace=row.workspace_id).first()
    reschedule_sooner(
        Credential.objects.filter(pk=row.pk),
        interval_of(row, rule),
        now=now,
    )


def apply_instance_interval(*, now: datetime) -> int:
    """Hasten all that go by the instance's interval, once after the operator made it shorter."""
    every = instance_interval()
    watch, _made = CheckerWatch.objects.get_or_create(pk=1)
    if watch.interval == every:
        return 0
    outspoken = WorkspaceRule.objects.filter(check_every__isnull=False).values("workspace")
    silent = Credential.objects.filter(check_every__isnull=True).exclude(workspace__in=outspoken)
    hastened = reschedule_sooner(silent, every, now=now)
    CheckerWatch.objects.filter(pk=1).update(interval=every)
    return hastened
