"""More silent servers than threads, and a hostile registry that names a victim's sign-in."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.models import UUIDField, Value
from django.utils import timezone

from common.clock import database_now
from credentials_app import secrets
from credentials_app.checks import check, due, leases
from credentials_app.models import Credential, SignInAttempt
from credentials_app.services import credentials
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, verdict
from tests.fairness.scenes import MINUTE, tenant, world
from tests.summary import FAIR, leave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
THREADS, SILENT = 8, 20
GOOD = Origin.parse("https://good.example.org")


def one(pk: UUID) -> Any:
    try:
        return check.check_one(Credential, pk)
    finally:
        connections.close_all()


def hang_together(most_s: float) -> tuple[bool, int]:
    """One tenant asks for checks of silent servers, then another one for a good one, in a process
    with eight threads. Returns whether the good one was checked while the others were silent,
    and how many of these were in flight at most."""
    hostile, neighbor = tenant(1), tenant(2)
    rows = [
        scenes.stored(f"s-{n}", by=hostile, server=Origin.parse(f"https://s{n}.example.net"))
        for n in range(SILENT)
    ]
    good = scenes.stored("good", by=neighbor, server=GOOD)
    over = threading.Event()

    def answer(login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        if login.server != GOOD:
            over.wait(timeout=60)
            return evidence(realm=None), verdict(Outcome.UNREACHABLE)
        return evidence(realm=None), verdict()

    with registry_says(answer, sign_in=None) as registry, ThreadPoolExecutor(THREADS) as pool:
        try:
            for row in rows:
                pool.submit(one, row.pk)
            done = pool.submit(one, good.pk)
            with suppress(TimeoutError):
                done.result(timeout=most_s)
            good.refresh_from_db()
            return good.status == Status.VALID, registry.most_at_once
        finally:
            over.set()


def test_silent_servers_of_one_tenant_leave_threads_to_the_others(
    request: pytest.FixtureRequest,
) -> None:
    checked, at_once = hang_together(60)
    leave(
        request.node,
        FAIR,
        f"{SILENT} silent servers of one tenant, {THREADS} threads: at most {at_once - 1} of them "
        "in flight beside the other tenant's check, which was done meanwhile",
    )
    assert checked
    assert at_once <= leases.ASKED_AT_ONCE + 1


def test_without_the_share_they_take_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(leases, "ASKED_AT_ONCE", 1000)
    checked, at_once = hang_together(5)
    assert not checked
    assert at_once == THREADS


def asked_of_adds() -> int:
    """One person adds 120 credentials of other servers. Returns how many of them go first."""
    hostile = tenant(1)
    for number in range(120):
        server = Origin.parse(f"https://s{number}.example.net")
        credentials.add_credential(hostile, scenes.draft(name=f"s-{number}", server=server))
    return Credential.objects.filter(asked_at__isnull=False).count()


def test_a_hundred_and_twenty_adds_count_as_asked_checks(request: pytest.FixtureRequest) -> None:
    asked = asked_of_adds()
    leave(request.node, FAIR, f"120 adds by one person within a minute: {asked} go first")
    assert asked == 10
    assert Credential.objects.filter(next_check_at__lte=database_now()).count() == 120


def test_without_the_limit_all_of_the_adds_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(credentials, "may_ask_now", lambda _seat: True)
    assert asked_of_adds() == 120


def sweep_of_two(silent: int) -> list[UUID]:
    """The first rows of the batches of a sweep: one tenant has so many servers that are due for
    longer, another one has one. Returns the keys, and the neighbor's last."""
    hostile, neighbor, now = tenant(1), tenant(2), timezone.now()
    rows = [
        scenes.stored(f"s-{n}", by=hostile, server=Origin.parse(f"https://s{n}.example.net"))
        for n in range(silent)
    ]
    good = scenes.stored("good", by=neighbor, server=GOOD)
    Credential.objects.update(asked_at=None, next_check_at=now - timedelta(hours=1))
    Credential.objects.filter(pk=good.pk).update(next_check_at=now)
    assert len(rows) == silent
    return [*(batch[0] for batch in due.due_work(now).batches), good.pk]


def test_scheduled_checks_of_many_servers_leave_their_turn_to_another_tenant(
    request: pytest.FixtureRequest,
) -> None:
    *first, good = sweep_of_two(due.MOST_SERVERS_OF_TENANT + 5)
    leave(
        request.node,
        FAIR,
        f"{due.MOST_SERVERS_OF_TENANT + 5} servers of one tenant due for longer: another tenant's "
        f"is number {first.index(good) + 1} of {len(first)} in the sweep",
    )
    assert first.index(good) <= 1
    assert len(first) == due.MOST_SERVERS_OF_TENANT + 1


def test_without_turns_the_other_tenant_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(
        due, "tenant_key", lambda _now: Value(UUID(int=0), output_field=UUIDField())
    )
    monkeypatch.setattr(due, "MOST_SERVERS_OF_TENANT", 1000)
    *first, good = sweep_of_two(20)
    assert first.index(good) == 20


def test_who_is_done_calls_the_next_check_of_its_tenant() -> None:
    seat = tenant(1)
    rows = [scenes.stored(f"n-{n}", by=seat, username=f"robot-{n}") for n in range(2)]
    with registry_says(Outcome.VALID):
        recorded = check.check_one(Credential, rows[0].pk)
    assert recorded.next_in_queue == ((Credential, rows[1].pk),)


def hostile_registry(names: Origin) -> Credential:
    """A login at a hostile registry whose sign-in a person confirmed: the victim's."""
    server = Origin.parse("https://registry.evil.example")
    row = scenes.stored("evil", by=tenant(1), server=server, username="robot")
    content = secrets.open_secret(row, reason=secrets.Reason.CHECK)
    secrets.seal(row, content.pinned_to(frozenset({names})))
    row.sign_in = str(names)
    row.save(update_fields=["sealed", "sign_in"])
    return row


@contextmanager
def answered_by(answer: Any) -> Iterator[None]:
    """Inside the block this answers instead of the registry, and gets no permit by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "check", answer)
        yield


def test_a_hostile_registry_that_names_a_sign_in_occupies_no_account_there(
    request: pytest.FixtureRequest,
) -> None:
    """It answers slowly and never lets the login get to the sign-in."""
    with world() as play:
        victim = play.knows(tenant(2), "right")
        evil = hostile_registry(scenes.SIGN_IN)
        seen: list[int] = []

        def never_gets_there(*_: Any, **__: Any) -> tuple[Evidence, Verdict]:
            seen.append(SignInAttempt.objects.count())
            return evidence(realm=None), verdict(Outcome.UNREACHABLE)

        Credential.objects.filter(pk=evil.pk).update(next_check_at=play.clock(), asked_at=None)
        with answered_by(never_gets_there):
            play.let_pass(MINUTE)
        assert seen == [0], "no permit while the registry is silent"
        play.asks(tenant(2), victim)
        assert victim.asked_at is None
    leave(request.node, FAIR, "a hostile registry that names a victim's sign-in: 0 permits held")


def test_a_registry_of_the_same_site_gets_its_permit_ahead() -> None:
    """The control: a permit that is obtained ahead is seen by the same test."""
    with world() as play:
        row = play.knows(tenant(2), "right")
        seen: list[int] = []

        def notes(*_: Any, **__: Any) -> tuple[Evidence, Verdict]:
            seen.append(SignInAttempt.objects.count())
            return evidence(realm=None), verdict(Outcome.UNREACHABLE)

        Credential.objects.filter(pk=row.pk).update(next_check_at=play.clock())
        with answered_by(notes):
            play.let_pass(MINUTE)
        assert seen == [1]
        assert not SignInAttempt.objects.exists(), "nothing was sent: it is given back"
