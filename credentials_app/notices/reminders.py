"""Ends soon: one notice for each threshold, in the morning of the reader's own day.

A day is a morning on which it still works. What ends at 00:59 in Berlin has its last morning the
day before, so the reminder of the day itself comes before the end wherever the reader is.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from credentials_app.expiry import TOLD, expiry_of
from credentials_app.models import Credential, Delivery, Notice, NoticeKind, WorkspaceRule
from credentials_app.notices.muting import is_quiet
from credentials_app.notices.recipients import Recipient, hearing, recipients_in
from credentials_app.notices.timing import morning_of, next_morning, wants
from credentials_app.schedule import USUAL_THRESHOLDS, thresholds, thresholds_of
from credentials_app.status import Status

OVER = frozenset({Status.EXPIRED, Status.REVOKED, Status.REFUSED, Status.PAUSED})
"""Nobody is reminded of the end of what does not work any more, or is not looked at."""
MOMENT = timedelta(microseconds=1)
AT_ONCE = 200


def last_morning(ends_at: datetime, zone: ZoneInfo) -> date:
    """The last day on which it still works at 08:00."""
    last = ends_at - MOMENT
    here = last.astimezone(zone).date()
    return here if last >= morning_of(last, zone) else here - timedelta(days=1)


def crossed(ends_at: datetime, steps: Iterable[int], now: datetime, zone: ZoneInfo) -> int | None:
    """The nearest threshold that is reached; None when there is none, or nothing left to tell."""
    left = (last_morning(ends_at, zone) - now.astimezone(zone).date()).days
    if left < 0 or ends_at <= now:
        return None
    return min((days for days in steps if days >= left), default=None)


def remind(*, now: datetime) -> list[UUID]:
    """Make the reminders of today; gives the people for whom one is due now."""
    pks = list(_ending(now).order_by("workspace", "pk").values_list("pk", flat=True))
    made: list[Notice] = []
    for start in range(0, len(pks), AT_ONCE):
        made += _remind(_rows(pks[start : start + AT_ONCE]), now)
    return sorted({row.person_id for row in made if row.due_at <= now})


def is_still_right(notice: Notice, row: Credential, now: datetime) -> bool:
    """Whether it still ends then, and works until then."""
    end = expiry_of(row).at
    if end is None or notice.ends_at is None or end <= now or row.status in OVER:
        return False
    return _day(end) == _day(notice.ends_at)


def _ending(now: datetime) -> QuerySet[Credential]:
    """What still works, and ends so soon that somebody may want to know."""
    until = now + timedelta(days=_longest() + 2)
    told = Q(expires_source__in=[source.value for source in TOLD])
    soon = told & Q(expires_at__gt=now, expires_at__lte=until)
    today, last = now.astimezone(UTC).date(), until.astimezone(UTC).date()
    typed = ~told & Q(expires_on__gt=today, expires_on__lte=last)
    return Credential.objects.filter(soon | typed).exclude(status__in=OVER)


def _longest() -> int:
    """The most days that any threshold in use has."""
    chosen = [
        says
        for model in (Credential, WorkspaceRule)
        for says in model._default_manager.filter(remind_before__isnull=False)
        .values_list("remind_before", flat=True)
        .distinct()
        if isinstance(says, list)
    ]
    return max((day for says in (USUAL_THRESHOLDS, *chosen) for day in thresholds(says)), default=0)


def _rows(pks: list[UUID]) -> list[Credential]:
    rows = Credential.objects.filter(pk__in=pks)
    rows = rows.select_related("workspace__organization", "workspace__rule")
    return list(rows.defer("sealed", "notes", "verdict").order_by("workspace", "pk"))


def _remind(batch: list[Credential], now: datetime) -> list[Notice]:
    readers = recipients_in({row.workspace for row in batch if not is_quiet(row, now)})
    wanted = {
        notice.key: notice
        for row in batch
        if not is_quiet(row, now)
        for notice in _reminders(row, readers[row.workspace_id], now)
    }
    known = Notice.objects.filter(credential__in=batch, kind=NoticeKind.EXPIRING)
    fresh = [wanted[key] for key in wanted.keys() - set(known.values_list("key", flat=True))]
    Notice.objects.bulk_create(sorted(fresh, key=lambda row: row.key), ignore_conflicts=True)
    return fresh


def _reminders(row: Credential, readers: list[Recipient], now: datetime) -> Iterator[Notice]:
    end = expiry_of(row).at
    rule: WorkspaceRule | None = getattr(row.workspace, "rule", None)
    steps = thresholds_of(row, rule)
    if end is None:
        return
    for reader in hearing(row, readers):
        days = crossed(end, steps, now, reader.zone)
        if days is not None and wants(reader.pace, NoticeKind.EXPIRING):
            yield _notice(row, reader, end, days, now)


def _notice(row: Credential, reader: Recipient, end: datetime, days: int, now: datetime) -> Notice:
    return Notice(
        key=f"end:{row.pk}:{reader.person.pk}:{_day(end).isoformat()}:{days}",
        kind=NoticeKind.EXPIRING,
        person=reader.person,
        workspace=row.workspace,
        credential=row,
        days=days,
        ends_at=end,
        made_at=now,
        due_at=_due(reader, end, now),
    )


def _due(reader: Recipient, end: datetime, now: datetime) -> datetime:
    """At 08:00; later in the day at once, or with tomorrow's digest when that is not too late."""
    morning = morning_of(now, reader.zone)
    if now <= morning:
        return morning
    tomorrow = next_morning(now, reader.zone)
    return tomorrow if reader.pace is Delivery.DAILY and tomorrow < end else now


def _day(end: datetime) -> date:
    """The last day, so that an end told a few seconds otherwise is the same end."""
    return (end - MOMENT).astimezone(UTC).date()
