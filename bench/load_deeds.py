"""What ``bench.load`` does in the measured product; importable only once Django is set up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bench.neighbors_deeds import adds, somebody
from credentials_app import tasks
from credentials_app.models import CheckRun, Credential
from credentials_app.notices.muting import SNOOZES
from tests import cast

PATIENCE_S, QUIET_S = 600, 8
DAYS = SNOOZES[0]
"""For how long each form mutes a credential, before the next one takes that back."""


@dataclass
class Counted:
    """How many checks were recorded."""

    checks: int = 0


def person(number: int, count: int, servers: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """A signed-in person with so many credentials: the session, and what they ask for in turn."""
    seat = somebody(f"person-{number}@example.org", servers)
    with transaction.atomic():
        keys = [adds(seat, f"robot-{at:03}", servers[at % len(servers)]) for at in range(count)]
    session = cast.client_for(seat.user).session.session_key
    assert session is not None
    lists = _path("list")
    pages = [
        lists,
        _path("detail", keys[0]),
        "/overview/",
        f"{lists}?q=robot-01",
        f"{lists}?page=2",
    ]
    pages += [_path("edit", keys[1]), _path("history", keys[2]), reverse("workspaces:my_audit_log")]
    forms = [_path("snooze", keys[-1]), _path("hear_again", keys[-1])]
    return session, [*(("GET", page) for page in pages), *(("POST", form) for form in forms)]


def _path(name: str, *key: UUID) -> str:
    return reverse(f"my_credentials:{name}", args=key)


def wait_until_checked() -> None:
    """Until every credential has its first check."""
    end = time.monotonic() + PATIENCE_S
    while left := Credential.objects.filter(last_checked_at=None).count():
        if time.monotonic() > end:
            raise TimeoutError(f"{left} credentials are not checked yet")
        time.sleep(1)
    _wait_until_quiet()


@contextmanager
def checker(*, busy: bool) -> Iterator[Counted]:
    """Within it all credentials are due, or none is. Afterwards none is, and the checks are
    counted."""
    counted, now = Counted(), timezone.now()
    before = CheckRun.objects.count()
    _due(now if busy else now + timedelta(hours=12))
    if busy:
        tasks.sweep_due_checks.delay()  # the timetable would do it within 25 seconds
    yield counted
    counted.checks = CheckRun.objects.count() - before
    _due(timezone.now() + timedelta(hours=12))
    _wait_until_quiet()


def _wait_until_quiet() -> None:
    """Until no check was recorded for some seconds."""
    last = -1
    while (now := CheckRun.objects.count()) != last:
        last = now
        time.sleep(QUIET_S)


def _due(at: datetime) -> None:
    Credential.objects.exclude(next_check_at=None).update(next_check_at=at)
