"""The database goes away while checks run: nothing is asked twice, and no lease is left."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError

from common import database_outage
from credentials_app import tasks
from credentials_app.checks import batch, check, leases, prepare, record
from credentials_app.models import CheckRun, Credential, RegistryOrigin
from registry.outcome import Outcome
from tests.credentials_app import scenes
from tests.credentials_app.scenes import registry_says

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 3


@pytest.fixture
def pks(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Scheduled checks of one server that are due."""
    monkeypatch.setattr(database_outage, "TRIED_EVERY_S", 0.01)
    rows = [scenes.stored(f"deploy-{n}", username=f"robot-{n}") for n in range(COUNT)]
    Credential.objects.update(asked_at=None)
    RegistryOrigin.objects.create(origin=str(scenes.REGISTRY), rate_per_s=100, burst=1000)
    return [row.pk for row in rows]


def is_gone(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, *, times: int
) -> Callable[[], int]:
    """This function fails so many times because the database is away; gives how often it ran."""
    deed, calls = getattr(place, name), [0]

    def fails(*args: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] <= times:
            raise OperationalError("the connection is closed")
        return deed(*args, **more)

    monkeypatch.setattr(place, name, fails)
    return lambda: calls[0]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        pytest.param(record, "record_all", id="when the results are recorded"),
        pytest.param(check, "settle", id="when the sign-ins are counted"),
        pytest.param(leases, "free_origin", id="when the origin is freed"),
    ],
)
def test_a_batch_keeps_what_it_heard_until_it_can_be_stored(
    pks: list[UUID], monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    calls = is_gone(monkeypatch, place, name, times=2)
    with registry_says(Outcome.VALID) as registry:
        batch.run_batch(pks)
    assert calls() > 2
    assert len(registry.logins) == COUNT
    assert CheckRun.objects.count() == COUNT
    assert set(Credential.objects.values_list("status", "lease_id")) == {("valid", None)}
    assert not RegistryOrigin.objects.exclude(lease_id=None).exists()


def test_a_batch_that_cannot_go_on_leaves_no_lease(
    pks: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_gone(monkeypatch, prepare.secrets, "open_secret", times=1)
    is_gone(monkeypatch, record, "record_one", times=1)
    with registry_says(Outcome.VALID) as registry, pytest.raises(OperationalError):
        batch.run_batch(pks)
    assert registry.logins == []
    assert set(Credential.objects.values_list("status", "lease_id")) == {("unverified", None)}
    assert not RegistryOrigin.objects.exclude(lease_id=None).exists()


def test_a_check_that_a_person_waits_for_is_recorded_when_it_is_back(
    pks: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_gone(monkeypatch, record, "record_one", times=2)
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, pks[0])
    assert len(registry.logins) == 1
    assert CheckRun.objects.count() == 1


def test_a_check_that_cannot_begin_leaves_no_lease(
    pks: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_gone(monkeypatch, prepare.secrets, "open_secret", times=1)
    with registry_says(Outcome.VALID), pytest.raises(OperationalError):
        check.check_one(Credential, pks[0])
    assert Credential.objects.get(pk=pks[0]).lease_id is None


@pytest.mark.parametrize(
    "task",
    [tasks.check_credential, tasks.check_trial, tasks.check_batch, tasks.sweep_due_checks],
    ids=lambda task: task.name,
)
def test_the_tasks_of_checks_come_again_after_five_seconds(task: Any) -> None:
    assert set(task.autoretry_for) == set(database_outage.DATABASE_IS_GONE)
    assert task.retry_kwargs["countdown"] == 5
