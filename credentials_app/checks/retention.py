"""Retention of check runs: all for 30 days, then one for each UTC day and each status change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef

from credentials_app.models import CheckerWatch, CheckRun, Credential, StatusChange

FULL_RETENTION = timedelta(days=30)
CREDENTIALS_PER_QUERY = 200
RUNS_PER_DELETE = 500
DAYS_PER_STEP = timedelta(days=5)


@dataclass(frozen=True)
class RetainedRun:
    """The fields of a check run that retention reads. ``changed``: it caused a status change."""

    pk: UUID
    credential: UUID
    at: datetime
    counted: bool = True
    changed: bool = False


@dataclass(frozen=True)
class Pruned:
    """How many check runs were removed, and the first day (UTC) that has all of its runs."""

    removed: int
    whole_since: date


def first_whole_day(now: datetime) -> date:
    """The first day (UTC) whose check runs are all kept: the day of the moment 30 days ago."""
    return (now - FULL_RETENTION).astimezone(UTC).date()


def expendable(runs: Iterable[RetainedRun]) -> list[UUID]:
    """The runs that may be removed: all but one for each credential and day, and all but those
    that caused a status change.

    The last run of a day that counted stays; if none counted, the last run of the day.
    """
    days, removable = set(), []
    for run in sorted(runs, key=lambda run: (run.counted, run.at, run.pk), reverse=True):
        day = run.credential, run.at.astimezone(UTC).date()
        if day in days and not run.changed:
            removable.append(run.pk)
        days.add(day)
    return removable


def prune_runs(now: datetime) -> Pruned:
    """Remove the expendable check runs, some days at a time and in short transactions.

    No day is pruned twice: ``CheckerWatch.thinned_until`` names the first day that is not
    pruned yet. After an interruption the next call continues from there.
    """
    until, removed = first_whole_day(now), 0
    since = CheckerWatch.objects.values_list("thinned_until", flat=True).first()
    if since is None:
        since = min(_oldest_day() or until, until)
        _note(since)
    while since < until:
        end = min(since + DAYS_PER_STEP, until)
        for credentials in _credentials():
            removed += _prune(credentials, since, end)
        _note(end)
        since = end
    return Pruned(removed, until)


def _oldest_day() -> date | None:
    oldest: datetime | None = CheckRun.objects.aggregate(at=Min("started_at"))["at"]
    return oldest.astimezone(UTC).date() if oldest else None


def _note(day: date) -> None:
    CheckerWatch.objects.update_or_create(pk=1, defaults={"thinned_until": day})


def _credentials() -> Iterator[list[UUID]]:
    """The keys of all credentials in their order, some at a time."""
    rows = Credential.objects.order_by("pk").values_list("pk", flat=True)
    chunk = list(rows[:CREDENTIALS_PER_QUERY])
    while chunk:
        yield chunk
        chunk = list(rows.filter(pk__gt=chunk[-1])[:CREDENTIALS_PER_QUERY])


def _prune(credentials: list[UUID], since: date, until: date) -> int:
    """Prune the days from ``since`` to before ``until``. Returns how many runs were removed."""
    runs = CheckRun.every.filter(
        credential__in=credentials,
        started_at__gte=datetime.combine(since, time.min, UTC),
        started_at__lt=datetime.combine(until, time.min, UTC),
    )
    changes = StatusChange.every.filter(run=OuterRef("pk"))
    columns = runs.values_list("pk", "credential_id", "started_at", "counted", Exists(changes))
    removable = expendable(RetainedRun(*row) for row in columns.iterator())
    for first in range(0, len(removable), RUNS_PER_DELETE):
        chunk = removable[first : first + RUNS_PER_DELETE]
        CheckRun.every.filter(pk__in=chunk).only("pk").delete()
    return len(removable)
