"""Whether the checker has stopped: it leaves signs of life, and the web process reads them."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from common.clock import database_now
from credentials_app.models import CheckerWatch, Credential, RegistryOrigin
from credentials_app.monitoring import mails
from workspaces import audit
from workspaces.audit import Caller

LONGEST_SILENCE = timedelta(minutes=10)
# Budgets and pauses of registries may hold up everything that is due for an hour.
SHORTEST_PATIENCE = timedelta(hours=2)
NOTED_EVERY_S = 60
LOOK_EVERY_S = 20
TURN = timedelta(seconds=15)
# When no web process has looked for so long, all of Lockkeeper was down, and nobody was silent.
GAP = timedelta(minutes=3)
WATCHER = "web process"


class Cause(StrEnum):
    """What is missing."""

    NO_SWEEP = "no sweep"
    NO_CHECK = "no check"


@dataclass(frozen=True)
class Stop:
    """The checker has stopped: since when, and what is missing."""

    since: datetime
    cause: Cause


@dataclass(frozen=True)
class Health:
    """What a page says: whether somebody watches, and since when the checker has stopped."""

    is_watched: bool
    stopped_since: datetime | None

    @property
    def is_good(self) -> bool:
        """Whether there is nothing to tell."""
        return self.is_watched and self.stopped_since is None


class LastSeen:
    """What this process last saw and noted, so that pages and checks need not ask the database."""

    stopped_since: datetime | None = None
    noted_at: float | None = None

    @classmethod
    def forget(cls) -> None:
        """As if the process had just begun."""
        cls.stopped_since = cls.noted_at = None


def silence_limit() -> timedelta:
    """How long something may be due before it is strange that nothing was checked."""
    return max(2 * settings.LOCKKEEPER_CHECK_INTERVAL, SHORTEST_PATIENCE)


def note_sweep() -> None:
    """A sweep has ended well."""
    now = database_now()
    if not CheckerWatch.objects.filter(pk=1).update(swept_at=now):
        CheckerWatch.objects.bulk_create([CheckerWatch(swept_at=now)], ignore_conflicts=True)


def note_check() -> None:
    """A check was recorded; each process notes at most one a minute."""
    clock = time.monotonic()
    if LastSeen.noted_at is None or clock - LastSeen.noted_at >= NOTED_EVERY_S:
        LastSeen.noted_at = clock
        CheckerWatch.objects.filter(pk=1).update(checked_at=database_now())


def health() -> Health:
    """What was found out, as the database knows it."""
    row = CheckerWatch.objects.filter(pk=1).first()
    if row is None or row.watched_until is None:
        return Health(is_watched=False, stopped_since=None)
    return Health(row.watched_until > database_now() - GAP, row.stopped_since)


def look() -> None:
    """Look whether the checker lives, unless another web process has just done so; tell once."""
    now = database_now()
    if _take_turn(now):
        _judge_and_tell(now)
        mails.deliver_own_mails(now)
    row = CheckerWatch.objects.filter(pk=1).first()
    LastSeen.stopped_since = row.stopped_since if row else None


def diagnose(watch: CheckerWatch, now: datetime, *, overdue: bool) -> Stop | None:
    """What the signs of life mean. ``overdue``: something has been due for all of our patience."""
    watched = watch.watched_since or now
    swept = max(watch.swept_at or watched, watched)
    if now - swept >= LONGEST_SILENCE:
        return Stop(swept, Cause.NO_SWEEP)
    checked = max(watch.checked_at or watched, watched)
    if overdue and now - checked >= silence_limit():
        return Stop(checked, Cause.NO_CHECK)
    return None


def overdue(now: datetime) -> "QuerySet[Credential]":
    """What has been due for all of our patience, at registries that need not be left alone."""
    closed = RegistryOrigin.objects.filter(Q(paused_until__gt=now) | Q(circuit_until__gt=now))
    late = Credential.objects.filter(next_check_at__lte=now - silence_limit())
    return late.exclude(server__in=closed.values("origin"))


def _take_turn(now: datetime) -> bool:
    """One web process looks at a time: one UPDATE decides which."""
    free = Q(watched_until__isnull=True) | Q(watched_until__lte=now)
    without_gap = When(watched_until__gt=now - GAP, then=F("watched_since"))
    mine = CheckerWatch.objects.filter(free, pk=1)
    taken = {"watched_since": Case(without_gap, default=Value(now)), "watched_until": now + TURN}
    if mine.update(**taken):
        return True
    if CheckerWatch.objects.filter(pk=1).exists():
        return False
    CheckerWatch.objects.bulk_create([CheckerWatch()], ignore_conflicts=True)
    return bool(mine.update(**taken))


@transaction.atomic
def _judge_and_tell(now: datetime) -> None:
    """Note a change of what is believed, and put the mails about it into the outbox."""
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
