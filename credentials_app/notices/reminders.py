"""Reminders: one notice for each threshold before the end, at 08:00 in the recipient's zone.

Days are counted in mornings on which the credential still works. A credential that ends at 00:59 in
Berlin has its last morning the day before, so the reminder of the last day comes before the end
in every time zone.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from credentials_app.expiry import expiry_of
from credentials_app.models import Credential, Delivery, Notice, NoticeKind, WorkspaceRule
from credentials_app.notices.muting import is_muted
from credentials_app.notices.recipients import Recipient, recipients_among, recipients_in
from credentials_app.notices.timing import INSTANT, morning_of, next_morning, wants
from credentials_app.schedule import USUAL_THRESHOLDS, thresholds, thresholds_of
from credentials_app.selectors import ends_until
from credentials_app.status import Status

OVER = frozenset({Status.EXPIRED, Status.REVOKED, Status.REFUSED, Status.PAUSED})
"""No reminders for credentials that do not work any more, or are not checked."""
BATCH_SIZE = 200


def last_morning(ends_at: datetime, zone: ZoneInfo) -> date:
    """The last day on which it still works at 08:00."""
    last = ends_at - INSTANT
    here = last.astimezone(zone).date()
    return here if last >= morning_of(last, zone) else here - timedelta(days=1)


def crossed(ends_at: datetime, steps: Iterable[int], now: datetime, zone: ZoneInfo) -> int | None:
    """The nearest threshold that is reached; None if there is none, or the end is past."""
    left = (last_morning(ends_at, zone) - now.astimezone(zone).date()).days
    if left < 0 or ends_at <= now:
        return None
    return min((days for days in steps if days >= left), default=None)


def remind(*, now: datetime) -> list[UUID]:
    """Make today's reminders; returns the people for whom one is due now."""
    pks = list(_ending(now).order_by("workspace", "pk").values_list("pk", flat=True))
    made: list[Notice] = []
    for start in range(0, len(pks), BATCH_SIZE):
        made += _remind(_rows(pks[start : start + BATCH_SIZE]), now)
    return sorted({row.person_id for row in made if row.due_at <= now})


def is_still_right(notice: Notice, row: Credential, now: datetime) -> bool:
    """True if it still ends on that day, and works until then."""
    end = expiry_of(row).at
    if end is None or notice.ends_at is None or end <= now or row.status in OVER:
        return False
    return _last_day(end) == _last_day(notice.ends_at)


def _ending(now: datetime) -> QuerySet[Credential]:
    """Credentials that still work and end within the longest threshold in use."""
    until = now + timedelta(days=_longest() + 2)
    rows = Credential.objects.filter(ends_until(now, until), workspace__is_sample=False)
    return rows.exclude(status__in=OVER)


def _longest() -> int:
    """The longest threshold in use, in days."""
    chosen = [
        days
        for model in (Credential, WorkspaceRule)
        for days in model._default_manager.filter(remind_before__isnull=False)
        .values_list("remind_before", flat=True)
        .distinct()
        if isinstance(days, list)
    ]
    return max((day for days in (USUAL_THRESHOLDS, *chosen) for day in thresholds(days)), default=0)


def _rows(pks: list[UUID]) -> list[Credential]:
    rows = Credential.objects.filter(pk__in=pks)
    rows = rows.select_related("workspace__organization", "workspace__rule")
    return list(
        rows.defer("sealed", "notes", "searched_text", "verdict").order_by("workspace", "pk")
    )


def _remind(batch: list[Credential], now: datetime) -> list[Notice]:
    unmuted = [row for row in batch if not is_muted(row, now)]
    recipients = recipients_in({row.workspace for row in unmuted})
    wanted = {
        notice.key: notice
        for row in unmuted
        for notice in _reminders(row, recipients[row.workspace_id], now)
    }
    known = Notice.objects.filter(credential__in=batch, kind=NoticeKind.EXPIRING)
    missing = [wanted[key] for key in wanted.keys() - set(known.values_list("key", flat=True))]
    Notice.objects.bulk_create(sorted(missing, key=lambda row: row.key), ignore_conflicts=True)
    return missing


def _reminders(row: Credential, people: list[Recipient], now: datetime) -> Iterator[Notice]:
    end = expiry_of(row).at
    rule: WorkspaceRule | None = getattr(row.workspace, "rule", None)
    steps = thresholds_of(row, rule)
    if end is None:
        return
    for recipient in recipients_among(people, row):
        days = crossed(end, steps, now, recipient.zone)
        if days is not None and wants(recipient.pace, NoticeKind.EXPIRING):
            yield _notice(row, recipient, end, days, now)


def _notice(
    row: Credential, recipient: Recipient, end: datetime, days: int, now: datetime
) -> Notice:
    return Notice(
        key=f"end:{row.pk}:{recipient.person.pk}:{_last_day(end).isoformat()}:{days}",
        kind=NoticeKind.EXPIRING,
        person=recipient.person,
        workspace=row.workspace,
        credential=row,
        days=days,
        ends_at=end,
        made_at=now,
        due_at=_due_at(recipient, end, now),
    )


def _due_at(recipient: Recipient, end: datetime, now: datetime) -> datetime:
    """At 08:00. Later in the day at once, or in tomorrow's digest if that comes before the end."""
    morning = morning_of(now, recipient.zone)
    if now <= morning:
        return morning
    tomorrow = next_morning(now, recipient.zone)
    return tomorrow if recipient.pace is Delivery.DAILY and tomorrow < end else now


def _last_day(end: datetime) -> date:
    """The last day (UTC): an end that differs by a few seconds counts as the same end."""
    return (end - INSTANT).astimezone(UTC).date()
