"""Many at once: who wins a claim, what a batch does, what the sweep rings for."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from common.clock import database_now
from credentials_app import tasks
from credentials_app.checks import batch as batches
from credentials_app.checks import check, leases
from credentials_app.checks.due import due_work
from credentials_app.checks.prepare import Postponed
from credentials_app.models import CheckRun, Credential, RegistryOrigin, SignInAttempt, Trial
from credentials_app.services import credentials
from credentials_app.services.errors import NameTaken
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, verdict
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


def at_the_same_time(times: int, deed: Callable[[], Any]) -> list[Any]:
    """What each of the threads got, or the error that it met."""
    found: list[Any] = []
    gate = threading.Barrier(times)

    def run() -> None:
        gate.wait()
        try:
            found.append(deed())
        except Exception as error:  # noqa: BLE001  # the test looks at it
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


def raised(**more: Any) -> RegistryOrigin:
    """An origin whose rate an administrator raised."""
    figures = {"rate_per_s": 100, "burst": 1000, **more}
    return RegistryOrigin.objects.create(origin=str(scenes.REGISTRY), **figures)


def many(count: int, *, waiting: bool = False) -> list[UUID]:
    """So many due credentials of one server; unless ``waiting``, nobody asked for them."""
    rows = [scenes.stored(f"deploy-{n}", username=f"robot-{n}") for n in range(count)]
    if not waiting:
        Credential.objects.update(asked_at=None)
    return [row.pk for row in rows]


def test_of_many_workers_one_wins_each_claim() -> None:
    pks = many(5)
    won = at_the_same_time(4, lambda: [row.pk for row in check.claim_for_check(Credential, pks)])
    assert sorted(pk for part in won for pk in part) == sorted(pks)


def test_of_many_checks_of_one_credential_one_is_made() -> None:
    row = scenes.stored()
    with registry_says(Outcome.VALID, delay_s=0.2) as registry:
        at_the_same_time(4, lambda: check.check_one(Credential, row.pk))
    assert len(registry.logins) == 1
    assert CheckRun.objects.count() == 1


def test_of_two_batches_one_holds_the_origin() -> None:
    held = at_the_same_time(3, lambda: leases.hold_origin(str(scenes.REGISTRY)))
    winners = [row for row in held if row is not None]
    assert len(winners) == 1
    leases.free_origin(winners[0])
    assert leases.hold_origin(str(scenes.REGISTRY)) is not None


def test_of_two_people_who_take_a_name_one_wins_and_one_is_told() -> None:
    seat = scenes.seat()
    names = iter(["deploy", "DEPLOY", "Deploy"])
    found = at_the_same_time(
        3, lambda: credentials.add_credential(seat, scenes.draft(name=next(names)))
    )
    kinds = sorted(type(each).__name__ for each in found)
    assert kinds == ["Credential", "NameTaken", "NameTaken"]
    assert Credential.objects.count() == 1
    assert NameTaken.__doc__


def test_a_batch_checks_all_and_frees_the_origin() -> None:
    pks = many(12)
    raised()

    def answer_in_company(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        end = time.monotonic() + 30
        while registry.most_at_once < 2 and time.monotonic() < end:
            time.sleep(0.01)
        return evidence(), verdict()

    with registry_says(answer_in_company, delay_s=0.05) as registry:
        recorded = batches.run_batch(pks)
    assert len(recorded) == 12
    assert set(Credential.objects.values_list("status", "lease_id")) == {("valid", None)}
    assert CheckRun.objects.count() == 12
    assert 1 < registry.most_at_once <= 4
    held = RegistryOrigin.objects.get(origin=str(scenes.REGISTRY))
    assert (held.lease_id, held.lease_until) == (None, None)
    opened = AuditEvent.objects.filter(action="credentials:secret:open")
    assert [event.details["count"] for event in opened] == [12]


def test_what_waits_for_sign_ins_in_flight_is_tried_again_when_one_of_them_ends() -> None:
    pks = many(12)
    server, now = str(scenes.REGISTRY), database_now()
    Credential.objects.update(status=Status.VALID, last_good_at=now, sign_in=server)
    raised(max_connections=12)
    SignInAttempt.objects.create(origin=server, tenant="instance", share="others", at=now)
    with registry_says(Outcome.VALID, delay_s=0.05) as registry:
        batches.run_batch(pks)
    assert registry.most_at_once <= 4  # one has failed, so each in flight may be the next
    assert set(Credential.objects.values_list("status", "wait_reason")) == {("valid", "")}
    assert CheckRun.objects.count() == 12


def test_a_batch_leaves_other_servers_alone() -> None:
    pks = many(2)
    elsewhere = scenes.stored("elsewhere", server=Origin.parse("https://other.example.com"))
    with registry_says(Outcome.VALID) as registry:
        batches.run_batch([*pks, elsewhere.pk])
    assert {login.server for login in registry.logins} == {scenes.REGISTRY}
    elsewhere.refresh_from_db()
    assert elsewhere.lease_id is None


def test_a_batch_keeps_its_origin_while_it_goes_on() -> None:
    pks = many(2)
    held_until = []

    def look(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        held = RegistryOrigin.objects.get(origin=str(scenes.REGISTRY))
        held_until.append(held.lease_until)
        RegistryOrigin.objects.filter(pk=held.pk).update(lease_until=database_now())
        return evidence(), verdict()

    raised(max_connections=1)
    with registry_says(look):
        batches.run_batch(pks)
    assert len(held_until) == 2
    assert all(until > database_now() + timedelta(seconds=50) for until in held_until)


def test_a_held_or_paused_origin_is_left_alone() -> None:
    pks = many(2)
    with registry_says(Outcome.VALID) as registry:
        held = leases.hold_origin(str(scenes.REGISTRY))
        assert held is not None
        assert batches.run_batch(pks) == []
        leases.free_origin(held)
        RegistryOrigin.objects.update(paused_until=database_now() + timedelta(minutes=1))
        assert batches.run_batch(pks) == []
    assert registry.logins == []


def test_an_origin_that_failed_is_tried_by_one_check_first() -> None:
    pks = many(6)
    long_ago = database_now() - timedelta(minutes=10)
    RegistryOrigin.objects.create(origin=str(scenes.REGISTRY), failures=5, circuit_until=long_ago)
    nothing = evidence(scenes.step(scenes.StepName.PING, None), realm=None)
    with registry_says(Outcome.UNREACHABLE, nothing) as registry:
        batches.run_batch(pks)
    assert len(registry.logins) == 1
    row = RegistryOrigin.objects.get(origin=str(scenes.REGISTRY))
    assert row.circuit_until is not None
    assert row.circuit_until > database_now()


def test_a_batch_of_bad_passwords_stops_at_the_budget() -> None:
    refused = evidence(scenes.step(scenes.StepName.PING, 401), scenes.step(status=401))
    pks = many(12)
    raised()
    with registry_says(Outcome.REJECTED, refused, delay_s=0.02) as registry:
        batches.run_batch(pks)
    assert 2 <= len(registry.logins) <= 3
    left = Credential.objects.filter(status=Status.UNVERIFIED)
    assert left.count() == 12 - len(registry.logins)
    assert not left.filter(lease_id__isnull=False).exists()


def test_what_a_batch_has_no_time_for_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    pks = many(6)
    raised(rate_per_s=0.2, burst=1)
    monkeypatch.setattr(batches, "batch_size", lambda *_, **__: 50)
    monkeypatch.setattr(batches, "STARTING_TIME_S", 0.5)
    with registry_says(Outcome.VALID) as registry:
        batches.run_batch(pks)
    assert len(registry.logins) == 1
    left = Credential.objects.filter(status=Status.UNVERIFIED)
    assert left.count() == 5
    assert not left.filter(lease_id__isnull=False).exists()
    assert not left.filter(next_check_at__gt=database_now()).exists()


def test_a_bug_in_one_check_spares_the_others() -> None:
    pks = many(4)
    seen: list[str] = []

    def broken_once(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        seen.append(login.username)
        if len(seen) == 1:
            raise KeyError("a bug")
        return evidence(), verdict()

    with registry_says(broken_once), pytest.raises(check.CheckBroke):
        batches.run_batch(pks)
    outcomes = sorted(CheckRun.objects.values_list("outcome", flat=True))
    assert outcomes == ["broken_answer", "valid", "valid", "valid"]
    assert RegistryOrigin.objects.get(origin=str(scenes.REGISTRY)).lease_id is None


def test_a_row_that_cannot_be_put_off_spares_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    pks, real = many(3), batches.prepare
    until = database_now() + timedelta(hours=1)

    def put_off(row: Credential, *given: Any, **more: Any) -> Any:
        return Postponed(until) if row.name == "deploy-0" else real(row, *given, **more)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(batches, "prepare", put_off)
    monkeypatch.setattr(leases, "release", fail)
    with registry_says(Outcome.VALID), pytest.raises(check.CheckBroke):
        batches.run_batch(pks)
    outcomes = sorted(CheckRun.objects.values_list("outcome", flat=True))
    assert outcomes == ["broken_answer", "valid", "valid"]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What was rung for, without a queue."""
    calls: list[tuple[str, Any]] = []
    for name in ("check_credential", "check_trial", "check_batch", "announce_change"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay", lambda *args, name=name: calls.append((name, *args)))
    return calls


def test_the_sweep_rings_for_people_one_by_one_and_for_the_rest_by_server(
    rung: list[tuple[str, Any]],
) -> None:
    due = many(3)
    other = scenes.stored("elsewhere", server=Origin.parse("https://other.example.com"))
    Credential.objects.update(asked_at=None)
    waits = scenes.stored("waits")
    trial = Trial.objects.create(
        **_trial_columns(), person=scenes.seat().user, started_at=database_now()
    )
    tasks.sweep_due_checks()
    assert ("check_credential", str(waits.pk)) in rung
    assert ("check_trial", str(trial.pk)) in rung
    batched = [set(keys) for name, keys in rung if name == "check_batch"]
    assert batched == [{str(pk) for pk in due}, {str(other.pk)}]


def _trial_columns() -> dict[str, Any]:
    row = Credential.objects.first()
    assert row is not None
    columns = ("workspace", "provider", "server", "username", "sealed", "next_check_at")
    return {column: getattr(row, column) for column in columns}


def test_the_sweep_rings_for_nothing_that_is_claimed_paused_or_not_due(
    rung: list[tuple[str, Any]],
) -> None:
    many(2)
    check.claim_for_check(Credential, list(Credential.objects.values_list("pk", flat=True)))
    tasks.sweep_due_checks()
    Credential.objects.update(lease_id=None, lease_until=None)
    RegistryOrigin.objects.create(
        origin=str(scenes.REGISTRY), paused_until=database_now() + timedelta(minutes=1)
    )
    tasks.sweep_due_checks()
    RegistryOrigin.objects.all().delete()
    Credential.objects.update(next_check_at=database_now() + timedelta(minutes=1))
    tasks.sweep_due_checks()
    assert rung == []


def test_a_batch_rings_for_the_next_one_of_its_server(rung: list[tuple[str, Any]]) -> None:
    pks = many(4)
    with registry_says(Outcome.VALID):
        tasks.check_batch(pks[:2])
    assert [(name, set(keys)) for name, keys in rung] == [
        ("check_batch", {str(pk) for pk in pks[2:]})
    ]


def test_a_check_rings_for_the_news_that_it_made(rung: list[tuple[str, Any]]) -> None:
    row = scenes.stored()
    with registry_says(Outcome.REJECTED):
        tasks.check_credential(row.pk)
    assert rung == [("announce_change", str(row.changes.get().pk))]


def test_a_round_takes_no_more_than_fifty_of_a_server() -> None:
    row = scenes.stored()
    Credential.objects.update(asked_at=None)
    row.refresh_from_db()
    for number in range(60):
        row.pk, row.name, row._state.adding = UUID(int=number + 1), f"copy-{number}", True
        row.save()
    [batch] = due_work(database_now()).batches
    assert len(batch) == 50


def test_where_the_budget_is_used_up_the_other_doubtful_rows_are_not_even_claimed() -> None:
    refused = evidence(scenes.step(scenes.StepName.PING, 401), scenes.step(status=401))
    pks = many(12)
    raised()
    with registry_says(Outcome.REJECTED, refused) as registry:
        batches.run_batch(pks[:6])
    assert len(registry.logins) <= 3
    rest = Credential.objects.filter(pk__in=pks[6:])
    assert set(rest.values_list("wait_reason", flat=True)) == {"registry"}
    assert not rest.filter(next_check_at__lte=database_now()).exists()
    opened = AuditEvent.objects.get(action="credentials:secret:open")
    assert opened.details["count"] == 6
