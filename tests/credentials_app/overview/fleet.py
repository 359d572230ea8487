"""A workspace with something of everything: registries, owners, ends, changes and checks."""

from datetime import UTC, datetime, timedelta
from typing import Any

from credentials_app.models import CheckRun, Credential, StatusChange
from credentials_app.serialization import dump_evidence, dump_verdict
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat

DAY = timedelta(days=1)
OUTCOMES = {
    Status.VALID: Outcome.VALID,
    Status.REFUSED: Outcome.REJECTED,
    Status.EXPIRED: Outcome.EXPIRED,
    Status.MISSING_SCOPE: Outcome.MISSING_SCOPE,
}
SERVERS = (
    ("gitlab", "https://registry.gitlab.example"),
    ("docker_hub", "https://registry-1.docker.example"),
    ("ghcr", "https://ghcr.example"),
    ("harbor", "https://harbor.acme.example"),
    ("quay", "https://quay.example"),
    ("ecr", "https://123456789012.dkr.ecr.eu-central-1.amazonaws.example"),
    ("gar", "https://europe-docker.pkg.example"),
)


def credential(
    by: Seat, name: str, now: datetime, *, number: int = 0, **columns: Any
) -> Credential:
    """A stored credential with these columns, as checks or people left it, and its last checks."""
    provider, server = SERVERS[number % len(SERVERS)]
    row = scenes.stored(name, by=by, server=Origin.parse(server), provider=provider)
    status = Status(columns.get("status", Status.VALID))
    outcome = OUTCOMES.get(status, Outcome.VALID)
    rights = {"missing": ("write_registry",)} if status is Status.MISSING_SCOPE else {}
    found = scenes.verdict(outcome, provider=provider, **rights)
    values = {
        "status": status,
        "asked_at": None,
        "next_check_at": now + timedelta(hours=3, minutes=20 + number),
        "created_at": now - 100 * DAY,
        "status_since": now - 40 * DAY,
        "last_checked_at": now - timedelta(minutes=number),
        "verdict": dump_verdict(found),
        **columns,
    }
    Credential.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    for ago in range(4):
        checked(row, now - timedelta(minutes=number, hours=12 * ago), 80 * (ago + 1) + 37 * number)
    return row


def checked(row: Credential, at: datetime, took_ms: int, outcome: str = Outcome.VALID) -> CheckRun:
    return CheckRun.objects.create(
        credential=row,
        started_at=at,
        took_ms=took_ms,
        outcome=outcome,
        verdict=dump_verdict(scenes.verdict(Outcome(outcome))),
        evidence=dump_evidence(scenes.evidence()),
        secret_version=1,
    )


def changed(row: Credential, old: Status, new: Status, at: datetime, why: str = "") -> StatusChange:
    Credential.objects.filter(pk=row.pk).update(status=new, status_since=at)
    return StatusChange.objects.create(credential=row, old=old, new=new, at=at, why=why or str(new))


def told(at: datetime) -> dict[str, Any]:
    return {"expires_at": at, "expires_source": ExpirySource.PROVIDER.value}


def typed(at: datetime) -> dict[str, Any]:
    return {"expires_on": at.astimezone(UTC).date()}


def fleet(by: Seat, now: datetime) -> None:
    """Twenty-six credentials: broken, ending, not checked, paused, working."""
    grace, ken = (
        cast.person(f"{name}@example.org", name=name.title()) for name in ("grace", "ken")
    )
    for person in (grace, ken):
        cast.participant(by.workspace, person, "maintainer")
    refused = credential(by, "ci-push-frontend", now, number=0, owner=grace, status=Status.REFUSED)
    changed(refused, Status.VALID, Status.REFUSED, now - timedelta(hours=2))
    expired = credential(by, "prod-pull", now, number=1, owner=ken, status=Status.EXPIRED)
    changed(expired, Status.VALID, Status.EXPIRED, now - timedelta(hours=20))
    lacks = credential(by, "release-bot", now, number=2, status=Status.MISSING_SCOPE)
    changed(lacks, Status.UNVERIFIED, Status.MISSING_SCOPE, now - 3 * DAY)
    credential(by, "nightly-mirror", now, number=3, owner=grace, **told(now + 4 * DAY))
    credential(by, "staging-pull", now, number=0, **typed(now + 11 * DAY))
    credential(by, "etl-images", now, number=4, owner=ken, **told(now + 26 * DAY))
    away = {"could_not_look_shown": True, "could_not_look_since": now - timedelta(hours=5)}
    credential(by, "edge-cache", now, number=3, **away)
    credential(by, "old-mirror", now, number=5, status=Status.PAUSED)
    for number in range(18):
        ends = (
            told(now + (30 + 4 * number) * DAY) if number % 2 else typed(now + (64 + number) * DAY)
        )
        row = credential(by, f"team-{number:02}-pull", now, number=number, owner=ken, **ends)
        if number < 4:
            changed(row, Status.REFUSED, Status.VALID, now - (4 + number) * DAY)
