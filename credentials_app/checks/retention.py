"""How long checks are kept: all of them for 30 days, then one for each change and each UTC day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef

from credentials_app.models import CheckerWatch, CheckRun, Credential, StatusChange

KEPT_WHOLE = timedelta(days=30)
CREDENTIALS_AT_ONCE = 200
RUNS_AT_ONCE = 500
DAYS_AT_ONCE = timedelta(days=5)


@dataclass(frozen=True)
class RetainedRun:
    """What of a check decides whether it stays: ``changed`` says that a change came of it."""

    pk: UUID
    credential: UUID
    at: datetime
    counted: bool = True
    changed: bool = False


@dataclass(frozen=True)
class Pruned:
    """How many checks went, and the first day (UTC) of which every check is there."""

    removed: int
    whole_since: date


def first_whole_day(now: datetime) -> date:
    """The first day (UTC) of which every check is kept; it is over 30 days ago at most."""
    return (now - KEPT_WHOLE).astimezone(UTC).date()


def expendable(runs: Iterable[RetainedRun]) -> list[UUID]:
    """What may go: all but the last of each credential's days, and but those with a change.

    The last that counted is the last of its day; where none did, the last at all.
    """
    days, gone = set(), []
    for run in sorted(runs, key=lambda run: (run.counted, run.at, run.pk), reverse=True):
        day = run.credential, run.at.astimezone(UTC).date()
        if day in days and not run.changed:
            gone.append(run.pk)
        days.add(day)
    return gone


def prune_runs(now: datetime) -> Pruned:
    """Remove what is no longer kept, some days at a time and in short transactions.

    Days that are done are not looked at again: ``CheckerWatch.thinned_until`` names the first
    that is not. Where it was cut off, the next goes on.
    """
    until, removed = first_whole_day(now), 0
    since = CheckerWatch.objects.values_list("thinned_until", flat=True).first()
    if since is None:
        since = min(_oldest_day() or until, until)
        _note(since)
    while since < until:
        end = min(since + DAYS_AT_ONCE, until)
        for credentials in _credentials():
            removed += _thin(credentials, since, end)
        _note(end)
        since = end
    return Pruned(removed, until)


def _oldest_day() -> date | None:
    oldest: datetime | None = CheckRun.objects.aggregate(at=Min("started_at"))["at"]
    return oldest.astimezone(UTC).date() if oldest else None


def _note(day: date) -> None:
    CheckerWatch.objects.update_or_create(pk=1, defaults={"thinned_until": day})


def _credentials() -> Iterator[list[UUID]]:
    """The keys of all credentials, some at a time, by their order."""
    rows = Credential.objects.order_by("pk").values_list("pk", flat=True)
    some = list(rows[:CREDENTIALS_AT_ONCE])
    while some:
        yield some
        some = list(rows.filter(pk__gt=some[-1])[:CREDENTIALS_AT_ONCE])


def _thin(credentials: list[UUID], since: date, until: date) -> int:
    found = CheckRun.objects.filter(
        credential__in=credentials,
        started_at__gte=datetime.combine(since, time.min, UTC),
        started_at__lt=datetime.combine(until, time.min, UTC),
    )
    told = StatusChange.objects.filter(run=OuterRef("pk"))
    columns = found.values_list("pk", "credential_id", "started_at", "counted", Exists(told))
    gone = expendable(RetainedRun(*row) for row in columns.iterator())
    for first in range(0, len(gone), RUNS_AT_ONCE):
        some = gone[first : first + RUNS_AT_ONCE]
        CheckRun.objects.filter(pk__in=some).only("pk").delete()
    return len(gone)
