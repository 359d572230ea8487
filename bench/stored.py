"""Stores made-up credentials for the benches in one workspace, sealed as in production."""

from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from itertools import islice

from django.utils import timezone

from credentials_app import secrets
from credentials_app.models import CheckRun, Credential, RegistryOrigin, ServerRule, SignInAttempt
from credentials_app.pacing.origins import account_hash
from credentials_app.secrets import SealedContent
from credentials_app.services import columns
from credentials_app.services.draft import Draft
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.secret import Secret
from workspaces import places
from workspaces.audit import Caller
from workspaces.members import people
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat, Seat

CALLER = Caller("command")
BATCH_SIZE = 1000
RAISED_BUDGET = {"max_connections": 32, "rate_per_s": 100, "burst": 1000}


def seat() -> Seat:
    """The owner of the bench's workspace."""
    person = people.add_person(
        email="ada@example.org", name="Ada", password="made-up horse battery", caller=CALLER
    )
    home = places.make_organization(person, name="Bench", slug="bench", caller=CALLER)
    of_home = OrganizationSeat(person, home, OrganizationRole.OWNER, CALLER)
    place = places.make_workspace(of_home, name="Bench", slug="bench")
    return Seat(person, place, Role.OWNER, CALLER)


def allow(owner: Seat, origins: list[str]) -> None:
    """Allow plain http for these origins, with budgets that do not limit the bench."""
    now = timezone.now()
    ServerRule.objects.bulk_create(
        ServerRule(workspace=owner.workspace, origin=origin, allow_http=True, changed_at=now)
        for origin in origins
    )
    RegistryOrigin.objects.bulk_create(
        RegistryOrigin(origin=origin, **RAISED_BUDGET) for origin in origins
    )


def store(owner: Seat, count: int, origins: list[str], *, fresh: bool) -> None:
    """Store ``count`` credentials, evenly on the origins, not due. ``fresh``: never checked."""
    rows = _rows(owner, count, [Origin.parse(origin) for origin in origins], fresh=fresh)
    while some := list(islice(rows, BATCH_SIZE)):
        Credential.objects.bulk_create(some)


def store_unopened(owner: Seat, count: int, origins: list[str]) -> None:
    """Store them quickly, all with the same sealed value; due within 12 hours, never opened."""
    [first] = _rows(owner, 1, [Origin.parse(origins[0])], fresh=False)
    numbers = range(count)
    for start in numbers[::BATCH_SIZE]:
        some = []
        for number in numbers[start : start + BATCH_SIZE]:
            row = copy(first)
            row.pk, row.name = Credential().pk, f"quiet-{number}"
            row.server = origins[number % len(origins)]
            row.next_check_at = first.created_at + timedelta(hours=1 + number % 12)
            some.append(row)
        Credential.objects.bulk_create(some)


def forget() -> None:
    """Delete all credentials and check runs."""
    CheckRun.objects.all().delete()
    Credential.objects.all().delete()


def make_due(count: int | None = None) -> None:
    """Make so many due (None: all), and no others; reset failures and leases."""
    free = {"lease_id": None, "lease_until": None}
    now = timezone.now()
    Credential.objects.update(next_check_at=now + timedelta(days=1), asked_at=None, **free)
    due = list(Credential.objects.order_by("created_at", "pk").values_list("pk", flat=True)[:count])
    for start in range(0, len(due), BATCH_SIZE):
        some = Credential.objects.filter(pk__in=due[start : start + BATCH_SIZE])
        some.update(next_check_at=now - timedelta(minutes=1))
    RegistryOrigin.objects.update(failures=0, circuit_until=None, paused_until=None, **free)
    SignInAttempt.objects.all().delete()


def _rows(owner: Seat, count: int, origins: list[Origin], *, fresh: bool) -> Iterator[Credential]:
    now = timezone.now()
    for number in range(count):
        draft = Draft(
            name=f"deploy-{number}",
            provider="generic",
            server=origins[number % len(origins)],
            username=f"robot-{number}",
            secret=Secret("made-up-password"),
        )
        row = columns.new_row(owner, draft, now)
        row.asked_at, row.next_check_at = None, now + timedelta(days=1)
        pins = None if fresh else frozenset({row.origin})
        content = SealedContent(
            Secret("made-up-password"), row.username, row.origin, pins, http=True
        )
        if not fresh:
            row.status, row.ever_valid, row.last_good_at = Status.VALID, True, now
            row.sign_in = row.server
            row.account = account_hash(row.origin, row.username)
        secrets.seal(row, content)
        yield row
