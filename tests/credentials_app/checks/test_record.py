"""Recorded together: the same as one by one, all or none, and one row spoils no other's."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from common.crypto import KeyRing
from credentials_app import secrets
from credentials_app.checks import batch, check, record
from credentials_app.checks.leases import claim
from credentials_app.checks.pins import pin
from credentials_app.checks.result import CheckResult, Recorded
from credentials_app.models import CheckRun, Credential, RegistryOrigin, StatusChange
from credentials_app.status import Status
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, verdict
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)
OWN = {"id", "name", "searched_text", "username", "account", "lease_id", "sealed"}
"""Columns in which rows differ from the start."""


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, _high: 1.0)


def claimed(count: int, *, pinned: bool = True) -> list[Credential]:
    """So many claimed rows of one server; ``pinned``: looked at before, and valid since."""
    rows = [scenes.stored(f"deploy-{n}", username=f"robot-{n}") for n in range(count)]
    if pinned:
        for row in rows:
            scenes.checked(row, Outcome.VALID)
    # A busy machine may read the database's clock some milliseconds late.
    due = database_now() - timedelta(seconds=1)
    Credential.objects.update(asked_at=None, next_check_at=due)
    CheckRun.objects.all().delete()
    return claim(Credential, [row.pk for row in rows])


def look(outcome: Outcome, now: datetime) -> CheckResult:
    return CheckResult(now, 7, evidence(), verdict(outcome))


def first_look(row: Credential, now: datetime) -> CheckResult:
    found = look(Outcome.VALID, now)
    content = secrets.open_secret(row, reason=secrets.Reason.CHECK)
    return replace(found, pinned=pin(row, content, found.evidence, found.verdict))


def told(row: Credential) -> dict[str, Any]:
    """All that a look may have changed or made, but for the names of rows."""
    row.refresh_from_db()
    columns = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    runs = row.runs.values("outcome", "verdict", "evidence", "took_ms", "asked", "counted")
    changes = row.changes.filter(why=row.last_outcome).values("old", "new", "why", "tell")
    audited = AuditEvent.objects.filter(target_id=str(row.pk), action__contains="status")
    return {
        **{name: value for name, value in columns.items() if name not in OWN},
        "runs": list(runs),
        "changes": list(changes),
        "audited": list(audited.values_list("details", flat=True)),
    }


@pytest.mark.parametrize("outcome", list(Outcome), ids=lambda outcome: outcome.value)
def test_what_is_recorded_together_is_what_is_recorded_alone(outcome: Outcome) -> None:
    one, *others = claimed(3)
    now = database_now()
    columns = ("created_at", "changed_at", "secret_set_at", "status_since", "last_good_at")
    same = {column: now - timedelta(days=1) for column in columns}
    Credential.objects.update(**same, last_conclusive_at=same["last_good_at"])
    alone = record.record_one(one, look(outcome, now), now=now)
    together = record.record_all([(row, look(outcome, now)) for row in others], now=now)
    expected = told(one)
    assert expected["runs"], "it was recorded"
    assert [told(row) for row in others] == [expected, expected]
    assert [bool(each.notify) for each in together] == [bool(alone.notify)] * 2
    assert [each.pk for each in together] == [row.pk for row in others]
    leases = Credential.objects.values_list("lease_id", "lease_until")
    assert set(leases) == {(None, None)}


def test_a_claim_that_was_lost_is_left_alone_and_the_others_are_recorded() -> None:
    rows = claimed(3)
    Credential.objects.filter(pk=rows[1].pk).update(lease_id=uuid4())
    now = database_now()
    done = record.record_all([(row, look(Outcome.REJECTED, now)) for row in rows], now=now)
    assert [each.pk for each in done] == [rows[0].pk, None, rows[2].pk]
    assert set(CheckRun.objects.values_list("credential", flat=True)) == {rows[0].pk, rows[2].pk}
    rows[1].refresh_from_db()
    assert (rows[1].rejections, rows[1].lease_id is not None) == (0, True)


def test_what_changed_meanwhile_keeps_its_run_and_the_others_count() -> None:
    changed, other = claimed(2)
    Credential.objects.filter(pk=changed.pk).update(secret_version=2, asked_at=database_now())
    now = database_now()
    done = record.record_all(
        [(changed, look(Outcome.EXPIRED, now)), (other, look(Outcome.EXPIRED, now))], now=now
    )
    assert [each.recheck for each in done] == [True, False]
    counted = dict(CheckRun.objects.values_list("credential", "counted"))
    assert counted == {changed.pk: False, other.pk: True}
    changed.refresh_from_db()
    assert (changed.status, changed.lease_id) == (Status.VALID, None)


def test_all_are_recorded_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = claimed(2)

    def fail(*_: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(record, "_save_all", fail)
    now = database_now()
    with pytest.raises(RuntimeError):
        record.record_all([(row, look(Outcome.EXPIRED, now)) for row in rows], now=now)
    assert not CheckRun.objects.exists()
    assert set(Credential.objects.values_list("status", flat=True)) == {"valid"}


def test_a_row_that_cannot_be_recorded_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    pks = [row.pk for row in claimed(4)]
    Credential.objects.update(lease_id=None, lease_until=None)
    real = record.apply_unsaved

    def broken_for_one(row: Credential, seen: CheckResult, **more: Any) -> Any:
        if row.name == "deploy-2" and seen.verdict.outcome is Outcome.VALID:
            raise KeyError("a bug")
        return real(row, seen, **more)

    monkeypatch.setattr(record, "apply_unsaved", broken_for_one)
    with registry_says(Outcome.VALID, delay_s=0.05), pytest.raises(check.CheckBroke):
        batch.run_batch(pks)
    outcomes = dict(CheckRun.objects.values_list("credential__name", "outcome"))
    assert outcomes.pop("deploy-2") == "broken_answer"
    assert list(outcomes.values()) == ["valid"] * 3


def statements(deed: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        deed()
    return len(seen)


def spent_on(count: int) -> int:
    """Statements of recording so many in one go."""
    Credential.objects.all().delete()
    rows, now = claimed(count), database_now()
    looks = [(row, look(Outcome.VALID, now)) for row in rows]
    return statements(lambda: record.record_all(looks, now=now))


def test_recording_many_sends_as_many_statements_as_recording_a_few() -> None:
    assert spent_on(2) == spent_on(25) <= 8


def test_first_looks_are_pinned_in_a_group_too() -> None:
    rows, now = claimed(3, pinned=False), database_now()
    looks = [(row, first_look(row, now)) for row in rows]
    record.record_all(looks, now=now)
    for row in Credential.objects.all():
        content = secrets.open_secret(row, reason=secrets.Reason.CHECK)
        assert content.recipients == {scenes.SIGN_IN}


def test_what_a_person_sealed_during_a_first_check_stays() -> None:
    [row], now = claimed(1, pinned=False), database_now()
    found = first_look(row, now)
    confirmed = Credential.objects.get(pk=row.pk)
    content = secrets.open_secret(confirmed, reason=secrets.Reason.CHECK)
    secrets.seal(confirmed, content.pinned_to(frozenset({scenes.STRANGER})))
    confirmed.save(update_fields=["sealed"])
    [recorded] = record.record_all([(row, found)], now=now)
    assert recorded.pk == row.pk
    stored = Credential.objects.get(pk=row.pk)
    after = secrets.open_secret(stored, reason=secrets.Reason.CHECK)
    assert (stored.status, after.recipients) == (Status.VALID, {scenes.STRANGER})


@pytest.mark.parametrize("with_batch", [True, False], ids=["in a batch", "alone"])
def test_a_first_check_opens_the_secret_once_and_seals_it_outside_of_transactions(
    with_batch: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = scenes.stored()
    if with_batch:
        Credential.objects.update(asked_at=None)
    used: list[tuple[str, bool]] = []
    for name in ("open", "seal"):
        real = getattr(KeyRing, name)

        def noted(*given: Any, name: str = name, real: Any = real) -> Any:
            used.append((name, connection.in_atomic_block))
            return real(*given)

        monkeypatch.setattr(KeyRing, name, noted)
    with scenes.registry_says(Outcome.VALID):
        if with_batch:
            batch.run_batch([row.pk])
        else:
            check.check_one(Credential, row.pk)
    assert used == [("open", False), ("seal", False)]
    row.refresh_from_db()
    assert row.status == Status.VALID


def test_a_batch_that_is_due_again_costs_few_statements() -> None:
    pks = [row.pk for row in claimed(40)]
    Credential.objects.update(lease_id=None, lease_until=None)
    RegistryOrigin.objects.all().delete()
    RegistryOrigin.objects.create(
        origin=str(scenes.REGISTRY), rate_per_s=100, burst=1000, max_connections=20
    )
    done: list[Recorded] = []
    together = threading.Barrier(20)

    def answer(_login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        together.wait(timeout=30)
        return evidence(), verdict()

    with registry_says(answer):
        spent = statements(lambda: done.extend(batch.run_batch(pks)))
    assert {each.pk for each in done} == set(pks)
    assert spent <= 3 * len(pks), f"{spent} statements for {len(pks)} checks"
    assert StatusChange.objects.filter(why="broken_answer").count() == 0


def test_what_was_answered_is_recorded_while_others_are_still_asked() -> None:
    slow, quick = (row.pk for row in claimed(2))
    Credential.objects.update(lease_id=None, lease_until=None)
    seen_meanwhile: list[set[UUID]] = []

    def answer(login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        if login.username == Credential.objects.get(pk=slow).username:
            end = time.monotonic() + 40
            while not CheckRun.objects.exists() and time.monotonic() < end:
                time.sleep(0.01)
            seen_meanwhile.append(set(CheckRun.objects.values_list("credential", flat=True)))
        return evidence(), verdict()

    with registry_says(answer):
        batch.run_batch([slow, quick])
    assert seen_meanwhile == [{quick}]
    assert CheckRun.objects.count() == 2


def test_what_can_be_recorded_in_no_way_spoils_no_others_and_is_left_alone_for_a_while() -> None:
    rows = [scenes.stored(f"deploy-{n}", username=f"robot-{n}") for n in range(5)]
    Credential.objects.update(asked_at=None)
    Credential.objects.filter(pk=rows[2].pk).update(expires_source="nobody knows")
    with registry_says(Outcome.VALID) as registry, pytest.raises(check.CheckBroke):
        batch.run_batch([row.pk for row in rows])
    assert len(registry.logins) == 5
    assert set(CheckRun.objects.values_list("credential", flat=True)) == {
        row.pk for row in rows if row != rows[2]
    }
    left = Credential.objects.get(pk=rows[2].pk)
    assert left.lease_id is None
    assert left.next_check_at
    assert left.next_check_at > database_now() + timedelta(minutes=50)
    assert not RegistryOrigin.objects.filter(lease_id__isnull=False).exists()


def test_a_database_that_is_away_is_no_reason_to_leave_a_row_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row, *_ = claimed(1)

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(record, "record_one", fail)
    try:
        raise ValueError("a bug")
    except ValueError as bug:
        with pytest.raises(OperationalError):
            check.record_broken(row, bug)
    row.refresh_from_db()
    assert row.lease_id is not None
