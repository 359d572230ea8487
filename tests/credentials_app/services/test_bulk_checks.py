"""Checks of many: who is made due, what closes an entry, and counts that are true."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache

from common.clock import database_now
from credentials_app import tasks
from credentials_app.checks import batch
from credentials_app.models import BulkCheck, BulkCheckEntry, CheckRun, Credential, RegistryOrigin
from credentials_app.presentation.bulk_progress import Progress, progress_of
from credentials_app.services import bulk_checks, columns, deletion
from credentials_app.services.errors import AskedTooOften, NothingToCheck, StillRunning
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, verdict
from workspaces.models import AuditEvent
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = Origin.parse("https://other.example.com")


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def resting(seat: Seat, *names: str, status: Status = Status.VALID) -> list[UUID]:
    """Credentials that were looked at and are due tomorrow."""
    pks = [scenes.stored(name, by=seat, username=f"robot-{name}").pk for name in names]
    Credential.objects.filter(pk__in=pks).update(
        status=status, asked_at=None, next_check_at=database_now() + timedelta(days=1)
    )
    return pks


def now_of(bulk: BulkCheck) -> Progress:
    return progress_of(bulk, database_now())


def due() -> set[UUID]:
    rows = Credential.objects.filter(next_check_at__lte=database_now())
    return set(rows.values_list("pk", flat=True))


def look_at_all(pks: list[UUID], outcome: Outcome = Outcome.VALID) -> None:
    with registry_says(outcome):
        batch.run_batch(pks)


def test_what_is_selected_is_due_and_nobody_waits_at_its_page(seat: Seat) -> None:
    one, two, three = resting(seat, "one", "two", "three")
    bulk = bulk_checks.check_selection(seat, [one, two])
    assert (bulk.total, bulk.left_alone) == (2, 0)
    assert due() == {one, two}
    assert not Credential.objects.filter(asked_at__isnull=False).exists()
    event = AuditEvent.objects.get(action="credentials:checks:start")
    assert event.details == {"count": 2, "ids": sorted(str(pk) for pk in (one, two))}
    assert three not in due()


@pytest.mark.parametrize(
    ("status", "selected", "of_workspace"),
    [
        (Status.PAUSED, 0, 0),
        (Status.EXPIRED, 1, 0),
        (Status.REVOKED, 1, 0),
        (Status.REFUSED, 1, 1),
        (Status.UNVERIFIED, 1, 1),
    ],
)
def test_what_is_left_alone_is_counted(
    seat: Seat, status: Status, selected: int, of_workspace: int
) -> None:
    pks = [*resting(seat, "fine"), *resting(seat, "other", status=status)]
    Credential.objects.filter(status__in=[Status.PAUSED, Status.EXPIRED, Status.REVOKED]).update(
        next_check_at=None
    )
    bulk = bulk_checks.check_selection(seat, pks)
    assert (bulk.total, bulk.left_alone) == (1 + selected, 1 - selected)
    assert len(due()) == 1 + selected
    bulk_checks.leave_the_rest(seat, bulk)
    bulk = bulk_checks.check_workspace(seat)
    assert (bulk.total, bulk.left_alone) == (1 + of_workspace, 1 - of_workspace)


def test_nothing_to_check_counts_for_no_limit(seat: Seat) -> None:
    resting(seat, "still", status=Status.PAUSED)
    for _ in range(12):
        with pytest.raises(NothingToCheck) as refusal:
            bulk_checks.check_workspace(seat)
    assert refusal.value.left_alone == 1
    with pytest.raises(NothingToCheck):
        bulk_checks.check_selection(seat, [])
    assert not BulkCheck.objects.exists()


def test_another_workspace_is_never_touched(seat: Seat) -> None:
    other = cast.seat(cast.workspace("ops"))
    theirs, mine = resting(other, "theirs"), resting(seat, "mine")
    bulk = bulk_checks.check_selection(seat, [*theirs, *mine])
    assert bulk.total == 1
    assert due() == set(mine)
    assert bulk_checks.running_in(other.workspace) is None


def test_a_second_ask_leads_to_the_running_one(seat: Seat) -> None:
    pks = resting(seat, "one", "two")
    first = bulk_checks.check_selection(seat, pks[:1])
    with pytest.raises(StillRunning) as refusal:
        bulk_checks.check_workspace(seat)
    assert refusal.value.bulk == first
    look_at_all(pks[:1])
    assert bulk_checks.check_workspace(seat) != first


def test_many_are_asked_for_ten_times_an_hour_at_most(seat: Seat) -> None:
    pks = resting(seat, "one")
    for _ in range(10):
        bulk_checks.leave_the_rest(seat, bulk_checks.check_selection(seat, pks))
    with pytest.raises(AskedTooOften):
        bulk_checks.check_selection(seat, pks)
    assert BulkCheck.objects.count() == 10
    assert BulkCheckEntry.objects.count() == 10


def test_the_counts_are_those_of_the_looks(seat: Seat) -> None:
    pks = resting(seat, "good-1", "good-2", "bad", "scope", "away", "left")
    outcomes = {
        "robot-bad": Outcome.EXPIRED,
        "robot-scope": Outcome.MISSING_SCOPE,
        "robot-away": Outcome.UNREACHABLE,
    }

    def look(login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        return evidence(), verdict(outcomes.get(login.username, Outcome.VALID))

    bulk = bulk_checks.check_workspace(seat)
    assert (now_of(bulk).done, now_of(bulk).left) == (0, 6)
    with registry_says(look):
        batch.run_batch(pks[:5])
    seen = now_of(bulk)
    assert {each.label.key: each.count for each in seen.found} == {
        "valid": 2, "expired": 1, "missing_scope": 1, "could_not_check": 1,
    }  # fmt: skip
    assert (seen.checked, seen.left, seen.done, seen.percent, seen.bad) == (5, 1, 5, 83, 2)
    assert not seen.is_over
    look_at_all(pks[5:])
    assert now_of(bulk).is_over
    assert now_of(bulk).poll == ""
    assert bulk_checks.running_in(seat.workspace) is None


def test_the_first_look_counts_and_later_ones_do_not_change_it(seat: Seat) -> None:
    [pk] = resting(seat, "one")
    bulk = bulk_checks.check_selection(seat, [pk])
    look_at_all([pk])
    row = Credential.objects.get(pk=pk)
    scenes.checked(row, Outcome.EXPIRED)
    assert [each.label.key for each in now_of(bulk).found] == ["valid"]


def test_a_look_at_what_changed_meanwhile_closes_nothing(seat: Seat) -> None:
    [pk] = resting(seat, "one")
    bulk = bulk_checks.check_selection(seat, [pk])

    def replaced_meanwhile(_login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        Credential.objects.filter(pk=pk).update(secret_version=2)
        return evidence(), verdict()

    with registry_says(replaced_meanwhile):
        batch.run_batch([pk])
    assert CheckRun.objects.get().counted is False
    assert now_of(bulk).left == 1


def test_what_is_paused_or_deleted_meanwhile_does_not_hold_it_up(seat: Seat) -> None:
    pks = resting(seat, "paused", "deleted", "fine")
    bulk = bulk_checks.check_workspace(seat)
    row = Credential.objects.get(pk=pks[0])
    row.save(update_fields=columns.mark_paused(row, database_now()))
    deletion.delete_credential(seat, Credential.objects.get(pk=pks[1]))
    look_at_all(pks)
    seen = now_of(bulk)
    assert (seen.stopped, seen.gone, seen.checked, seen.left) == (1, 1, 1, 0)
    assert seen.is_over
    assert bulk_checks.running_in(seat.workspace) is None


def test_who_waits_no_longer_ends_it_and_what_is_due_stays_due(seat: Seat) -> None:
    pks = resting(seat, "one", "two")
    bulk = bulk_checks.check_workspace(seat)
    look_at_all(pks[:1])
    bulk_checks.leave_the_rest(seat, bulk)
    bulk_checks.leave_the_rest(seat, bulk)
    seen = now_of(bulk)
    assert (seen.checked, seen.given_up, seen.left) == (1, 1, 0)
    assert due() == {pks[1]}
    assert AuditEvent.objects.filter(action="credentials:checks:leave").count() == 1


def test_it_tells_who_must_wait_and_until_when(seat: Seat) -> None:
    now = database_now()
    later, pause = now + timedelta(minutes=9), now + timedelta(minutes=20)
    budget, _free = resting(seat, "budget", "free")
    shut = scenes.stored("shut", by=seat, server=ELSEWHERE).pk
    bulk = bulk_checks.check_workspace(seat)
    Credential.objects.filter(pk=budget).update(next_check_at=later)
    RegistryOrigin.objects.create(origin=str(ELSEWHERE), paused_until=pause)
    seen = now_of(bulk)
    assert [(each.server, each.left, each.until) for each in seen.held] == [
        ("other.example.com", 1, pause),
        ("registry.example.org", 1, later),
    ]
    assert (seen.waiting, seen.left) == (2, 3)
    assert shut in due()


def test_what_is_being_looked_at_is_not_disturbed(seat: Seat) -> None:
    [pk] = resting(seat, "one")
    row = Credential.objects.get(pk=pk)
    soon = database_now() + timedelta(minutes=1)
    Credential.objects.filter(pk=pk).update(lease_id=UUID(int=1), lease_until=soon)
    bulk_checks.check_selection(seat, [pk])
    row.refresh_from_db()
    assert row.next_check_at is not None
    assert row.next_check_at > soon


def test_old_ones_are_forgotten_by_the_hourly_task(seat: Seat) -> None:
    pks = resting(seat, "one")
    old = bulk_checks.check_selection(seat, pks)
    look_at_all(pks)
    kept = bulk_checks.check_selection(seat, pks)
    BulkCheck.objects.filter(pk=old.pk).update(asked_at=database_now() - timedelta(days=8))
    tasks.prune()
    assert list(BulkCheck.objects.all()) == [kept]
