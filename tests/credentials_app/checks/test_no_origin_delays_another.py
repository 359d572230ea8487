"""People's own connection to an origin, and fifty origins of which one is silent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from common.clock import database_now
from credentials_app import tasks
from credentials_app.checks import batch, check, due, leases
from credentials_app.models import CheckRun, Credential, RegistryOrigin
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, verdict
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)
SILENT = Origin.parse("https://silent.example.org")
WORKERS = 4


def test_a_second_person_queues_and_is_told_until_when() -> None:
    row = scenes.stored()
    held = leases.hold_for_person(row.server)
    assert held is not None
    before, began = AuditEvent.objects.count(), database_now()
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert registry.logins == []
    assert row.lease_id is None
    assert row.asked_at is not None
    assert row.next_check_at is not None
    assert began + timedelta(seconds=5) < row.next_check_at
    assert row.next_check_at <= database_now() + timedelta(seconds=10)
    assert AuditEvent.objects.count() == before, "its secret was not opened"


def test_a_batch_does_not_take_the_connection_of_people() -> None:
    row = scenes.stored()
    assert leases.hold_origin(row.server) is not None
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    assert len(registry.logins) == 1
    assert RegistryOrigin.objects.get(origin=row.server).person_lease_id is None


def test_who_is_done_calls_the_next_person(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(tasks.check_credential, "delay", rung.append)
    first, second = scenes.stored("first"), scenes.stored("second")
    held = leases.hold_for_person(first.server)
    assert held is not None
    with registry_says(Outcome.VALID) as registry:
        tasks.check_credential(second.pk)
        leases.free_for_person(held)
        tasks.check_credential(first.pk)
        assert rung == [str(second.pk)]
        tasks.check_credential(second.pk)
    assert len(registry.logins) == 2
    assert rung == [str(second.pk)]


def test_a_person_who_died_at_the_door_does_not_block_it() -> None:
    row = scenes.stored()
    assert leases.hold_for_person(row.server) is not None
    RegistryOrigin.objects.update(person_lease_until=database_now())
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    assert len(registry.logins) == 1


def test_of_fifty_origins_the_silent_one_delays_no_other() -> None:
    seat = scenes.seat()
    for number in range(49):
        server = Origin.parse(f"https://registry-{number}.example.org")
        scenes.stored(f"deploy-{number}", by=seat, server=server)
    for number in range(5):
        scenes.stored(f"silent-{number}", by=seat, server=SILENT, username=f"robot-{number}")
    Credential.objects.update(asked_at=None, next_check_at=database_now() - timedelta(minutes=1))
    Credential.objects.filter(server=SILENT).update(
        next_check_at=database_now() - timedelta(hours=1)
    )
    hangs, over = threading.Event(), threading.Event()

    def look(login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        if login.server != SILENT:
            return evidence(realm=None), verdict()
        hangs.set()
        assert over.wait(timeout=50)
        return evidence(realm=None), verdict(Outcome.UNREACHABLE)

    found = due.due_work(database_now()).batches
    assert len(found) == 50
    with registry_says(look, sign_in=None), ThreadPoolExecutor(WORKERS) as pool:
        try:
            waiting = {pk: pool.submit(_checked, pks) for pks in found for pk in pks[:1]}
            silent = set(Credential.objects.filter(server=SILENT).values_list("pk", flat=True))
            for pk, done in waiting.items():
                if pk not in silent:
                    done.result(timeout=40)
            assert hangs.is_set()
            assert CheckRun.objects.filter(outcome="valid").count() == 49
            assert not CheckRun.objects.exclude(outcome="valid").exists()
        finally:
            over.set()


def _checked(pks: list[UUID]) -> list[Any]:
    try:
        return list(batch.run_batch(pks))
    finally:
        connections.close_all()
