"""The heartbeat of the checker: the worker writes it, and the web process detects a stop."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from common import restore_pause
from common.clock import database_now
from common.restore_pause import RestorePause
from credentials_app.models import CheckerWatch, Credential, RegistryOrigin
from credentials_app.monitoring import mails
from workspaces import audit
from workspaces.audit import Caller

MAX_SWEEP_SILENCE = timedelta(minutes=10)
# Budgets and pauses of registries may delay every due check for an hour.
MIN_CHECK_SILENCE = timedelta(hours=2)
NOTE_INTERVAL_S = 60
LOOK_EVERY_S = 20
WATCH_LEASE = timedelta(seconds=15)
# If no web process has watched for so long, all of Lockkeeper was down: that is no stop.
WATCH_GAP = timedelta(minutes=3)
WATCHER = "web process"


class Cause(StrEnum):
    """The part of the heartbeat that is missing."""

    NO_SWEEP = "no sweep"
    NO_CHECK = "no check"


@dataclass(frozen=True)
class Stop:
    """A stop of the checker: since when, and which part of the heartbeat is missing."""

    since: datetime
    cause: Cause


@dataclass(frozen=True)
class Health:
    """``is_watched``: a web process reads the heartbeat. ``stopped_since``: None if it runs."""

    is_watched: bool
    stopped_since: datetime | None

    @property
    def is_good(self) -> bool:
        return self.is_watched and self.stopped_since is None


class LastSeen:
    """The last values that this process read and wrote, which save pages and checks a query."""

    stopped_since: datetime | None = None
    restored: RestorePause | None = None
    noted_at: float | None = None

    @classmethod
    def forget(cls) -> None:
        """Reset to the state of a new process."""
        cls.stopped_since = cls.noted_at = cls.restored = None


def silence_limit() -> timedelta:
    """If a credential is due for so long and no check was recorded, the checker has stopped."""
    return max(2 * settings.LOCKKEEPER_CHECK_INTERVAL, MIN_CHECK_SILENCE)


def note_sweep() -> None:
    """Note that a sweep has succeeded."""
    now = database_now()
    if not CheckerWatch.objects.filter(pk=1).update(swept_at=now):
        CheckerWatch.objects.bulk_create([CheckerWatch(swept_at=now)], ignore_conflicts=True)


def note_check() -> None:
    """Note that a check was recorded; each process notes at most one per minute."""
    clock = time.monotonic()
    if LastSeen.noted_at is None or clock - LastSeen.noted_at >= NOTE_INTERVAL_S:
        LastSeen.noted_at = clock
        CheckerWatch.objects.filter(pk=1).update(checked_at=database_now())


def health() -> Health:
    """The health of the checker, read from the database."""
    row = CheckerWatch.objects.filter(pk=1).first()
    if row is None or row.watched_until is None:
        return Health(is_watched=False, stopped_since=None)
    return Health(row.watched_until > database_now() - WATCH_GAP, row.stopped_since)


def watch_once() -> None:
    """Read the heartbeat, unless another web process has just done so, and report each stop once.

    It also sends the mails about stops that are due.
    """
    now = database_now()
    if _claim_watch(now):
        _diagnose_and_notify(now)
        mails.deliver_own_mails(now)
    row = CheckerWatch.objects.filter(pk=1).first()
    LastSeen.stopped_since = row.stopped_since if row else None
    LastSeen.restored = restore_pause.current_pause()


def diagnose(watch: CheckerWatch, now: datetime, *, overdue: bool) -> Stop | None:
    """The stop that this heartbeat shows; None: the checker runs.

    ``overdue``: a credential has been due for :func:`silence_limit`.
    """
    watched = watch.watched_since or now
    swept = max(watch.swept_at or watched, watched)
    if now - swept >= MAX_SWEEP_SILENCE:
        return Stop(swept, Cause.NO_SWEEP)
    checked = max(watch.checked_at or watched, watched)
    if overdue and now - checked >= silence_limit():
        return Stop(checked, Cause.NO_CHECK)
    return None


def overdue(now: datetime) -> "QuerySet[Credential]":
    """Credentials that have been due for :func:`silence_limit`, at registries that are neither
    paused nor behind an open circuit."""
    paused = RegistryOrigin.objects.filter(Q(paused_until__gt=now) | Q(circuit_until__gt=now))
    late = Credential.objects.filter(next_check_at__lte=now - silence_limit())
    return late.exclude(server__in=paused.values("origin"))


def _claim_watch(now: datetime) -> bool:
    """Only one web process watches at a time: one UPDATE decides which."""
    free = Q(watched_until__isnull=True) | Q(watched_until__lte=now)
    without_gap = When(watched_until__gt=now - WATCH_GAP, then=F("watched_since"))
    unclaimed = CheckerWatch.objects.filter(free, pk=1)
    lease = {
        "watched_since": Case(without_gap, default=Value(now)),
        "watched_until": now + WATCH_LEASE,
    }
    if unclaimed.update(**lease):
        return True
    if CheckerWatch.objects.filter(pk=1).exists():
        return False
    CheckerWatch.objects.bulk_create([CheckerWatch()], ignore_conflicts=True)
    return bool(unclaimed.update(**lease))


@transaction.atomic
def _diagnose_and_notify(now: datetime) -> None:
    """Note the begin or the end of a stop, and put the mails about it into the outbox."""
    row = CheckerWatch.objects.select_for_update().get(pk=1)
    stop = diagnose(row, now, overdue=overdue(now).exists())
    if (stop is None) is (row.stopped_since is None):
        return
    since = stop.since if stop else row.stopped_since
    assert since is not None  # noqa: S101  # one of the two is set
    row.stopped_since, row.told_at = (stop.since, now) if stop else (None, None)
    row.save(update_fields=["stopped_since", "told_at"])
    if stop:
        mails.stopped(since, by_sweep=stop.cause is Cause.NO_SWEEP, now=now)
    else:
        mails.runs_again(since, now=now)
    audit.record(
        "credentials:checker:stop" if stop else "credentials:checker:start",
        actor=WATCHER,
        caller=Caller("web"),
        details={"cause": str(stop.cause)} if stop else {},
    )
