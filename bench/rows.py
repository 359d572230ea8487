"""Stores many realistic credentials without checking them."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from common.fields import seal_into
from credentials_app.models import CheckRun, Credential, StatusChange
from credentials_app.serialization import dump_evidence, dump_verdict
from credentials_app.status import Status
from registry.evidence import Evidence
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from registry.words.message import Message
from workspaces.models import Organization, User, Workspace

STATUSES = [Status.VALID] * 8 + [Status.EXPIRED, Status.REFUSED]
OWNERS = 20
BATCH = 5000
CHANGED = 20
KINDS = ("gitlab:deploy_token", "gitlab:access_token", "gitlab:password")


def rows_of(size: int) -> tuple[User, Workspace, Credential]:
    """A person with ``size`` credentials in their workspace; the returned one has a history."""
    mark = uuid.uuid4().hex[:8]
    person = User.objects.create(email=f"{mark}@example.org", name="Bench")
    place = Workspace.objects.create(owner=person, name=f"Bench {mark}")
    owners = [
        User.objects.create(email=f"{number}-{mark}@example.org", name=f"Owner {number}")
        for number in range(OWNERS)
    ]
    rows = [_row(place, number, owners) for number in range(size)]
    Credential.objects.bulk_create(rows, batch_size=BATCH)
    _history(rows[0])
    _changes(rows[:CHANGED])
    return person, place, rows[0]


def spread(size: int, places: int) -> User:
    """``size`` credentials in so many workspaces of ten organizations; returns an administrator."""
    mark = uuid.uuid4().hex[:8]
    homes = [
        Organization.objects.create(name=f"Bench {mark} {number}", slug=f"b-{mark}-{number}")
        for number in range(10)
    ]
    there = Workspace.objects.bulk_create(
        Workspace(organization=homes[number % 10], name=f"Team {number:03}", slug=f"t-{number:03}")
        for number in range(places)
    )
    owners = [
        User.objects.create(email=f"{number}-{mark}@example.org", name=f"Owner {number}")
        for number in range(OWNERS)
    ]
    rows = []
    for number in range(size):
        row = _row(there[number % places], number, owners)
        row.has_excess, row.secret_kind = number % 9 == 0, KINDS[number % len(KINDS)]
        row.secret_set_at -= timedelta(days=number % 600)
        row.secret_digest = f"bench:{mark}{number // 2 if number % 50 < 2 else number + size}"
        rows.append(row)
    Credential.objects.bulk_create(rows, batch_size=BATCH)
    return User.objects.create(email=f"admin-{mark}@example.org", name="Bench", is_staff=True)


def _row(place: Workspace, number: int, owners: list[User]) -> Credential:
    now = timezone.now()
    values: dict[str, Any] = {
        "name": f"deploy-{number:06}",
        "provider": "gitlab",
        "server": f"https://registry-{number % 50}.example.org",
        "username": f"gitlab+deploy-token-{number}",
        "repository": f"team/app-{number}",
        "status": STATUSES[number % len(STATUSES)],
        "verdict": dump_verdict(_verdict()),
    }
    if number % 3:
        values["expires_on"] = now.date() + timedelta(days=number % 700)
    values["owner"] = owners[number % OWNERS] if number % 4 else None
    values["could_not_look_shown"] = number % 97 == 0
    added = now - timedelta(days=100)
    times = dict.fromkeys(("created_at", "changed_at", "secret_set_at"), added)
    times["status_since"] = now - timedelta(minutes=number)
    ago = timedelta(seconds=number % 43_200)
    checked = {"last_checked_at": now - ago, "next_check_at": now + timedelta(hours=12) - ago}
    row = Credential(workspace=place, **values, **times, **checked)
    seal_into(row, "sealed", "made-up")  # no page opens it
    return row


def _history(row: Credential) -> None:
    started = timezone.now()
    CheckRun.objects.bulk_create(
        CheckRun(
            credential=row,
            started_at=started - timedelta(hours=12 * number),
            took_ms=120,
            outcome=Outcome.VALID,
            verdict=dump_verdict(_verdict()),
            evidence=dump_evidence(Evidence()),
            secret_version=1,
        )
        for number in range(60)
    )


def _changes(rows: list[Credential]) -> None:
    StatusChange.objects.bulk_create(
        StatusChange(
            credential=row, old=Status.UNVERIFIED, new=row.status, at=row.status_since, why="bench"
        )
        for row in rows
    )


def _verdict() -> Verdict:
    return Verdict(Outcome.VALID, Message.of("cause_valid"), held=("read_registry",))
