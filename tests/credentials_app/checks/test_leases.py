"""Leases: who may check a row or hold an origin, for how long, and nobody else's lease ends."""

import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from credentials_app.checks import leases
from credentials_app.models import Credential, RegistryOrigin, Trial
from credentials_app.pacing.waits import SOON
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON

pytestmark = pytest.mark.django_db
QUEUES = "others"
"""The reason of a wait for the one connection that people have."""
MOMENT = timedelta(seconds=1)
END = NOON + timedelta(seconds=60)
EARLIER = NOON - timedelta(hours=1)
HERE, ELSEWHERE = str(scenes.REGISTRY), "https://other.example.com"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock stands still."""
    monkeypatch.setattr(leases, "database_now", lambda: NOON)


due = partial(scenes.due, at=EARLIER)
trial = partial(scenes.trial, at=EARLIER)


def lease_of(row: Any) -> tuple[uuid.UUID | None, datetime | None]:
    row.refresh_from_db()
    return row.lease_id, row.lease_until


FREE = (None, None)


def leased(until: datetime) -> dict[str, Any]:
    return {"lease_id": uuid.uuid4(), "lease_until": until}


def test_a_claim_takes_the_due_rows_under_one_lease_of_a_minute() -> None:
    late, early = due("late", next_check_at=NOON), due("early")
    other = due("not-named")
    rows = leases.claim(Credential, [late.pk, early.pk])
    assert rows == [early, late], "the row that is due longest comes first"
    assert len({row.lease_id for row in rows}) == 1
    assert rows[0].lease_id is not None
    assert {lease_of(row) for row in (late, early)} == {(rows[0].lease_id, END)}
    assert lease_of(other) == FREE


@pytest.mark.parametrize(
    ("columns", "claimed"),
    [
        pytest.param({"next_check_at": NOON}, True, id="due now"),
        pytest.param({"next_check_at": NOON + MOMENT}, False, id="due later"),
        pytest.param({"next_check_at": None}, False, id="never due"),
        pytest.param(leased(NOON + MOMENT), False, id="claimed by another"),
        pytest.param(leased(NOON), True, id="that claim has ended"),
        pytest.param({"server": ELSEWHERE}, False, id="of another server"),
    ],
)
def test_only_what_is_due_and_free_is_claimed(columns: dict[str, Any], claimed: bool) -> None:
    row = due("deploy", **columns)
    before = lease_of(row)
    assert bool(leases.claim(Credential, [row.pk], server=HERE)) is claimed
    assert (lease_of(row) != before) is claimed


def test_without_a_server_rows_of_all_servers_are_claimed() -> None:
    rows = [due("here"), due("there", server=ELSEWHERE)]
    assert len(leases.claim(Credential, [row.pk for row in rows])) == 2


def test_two_claims_have_two_leases() -> None:
    first, second = due("first"), due("second")
    [one], [two] = leases.claim(Credential, [first.pk]), leases.claim(Credential, [second.pk])
    assert one.lease_id != two.lease_id


def test_a_claimed_row_brings_its_workspace_along(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    [row] = leases.claim(Credential, [due("deploy").pk])
    with django_assert_num_queries(0):
        assert row.workspace.organization is not None


def claimed_pair() -> tuple[Credential, Credential]:
    """Two rows under one lease, which ends soon."""
    pair = due("first"), due("second")
    leases.claim(Credential, [row.pk for row in pair])
    Credential.objects.update(lease_until=NOON + MOMENT)
    for row in pair:
        row.refresh_from_db()
    return pair


def test_a_lease_is_renewed_for_its_row_alone() -> None:
    first, second = claimed_pair()
    assert leases.renew(first) is True
    assert (lease_of(first)[1], lease_of(second)[1]) == (END, NOON + MOMENT)


def test_a_lease_that_another_took_is_not_renewed() -> None:
    first, _ = claimed_pair()
    theirs = leased(NOON + MOMENT)
    Credential.objects.filter(pk=first.pk).update(**theirs)
    assert leases.renew(first) is False
    assert lease_of(first) == tuple(theirs.values())


@pytest.mark.parametrize(
    ("until", "due_at"), [(None, EARLIER), (NOON + timedelta(hours=2), NOON + timedelta(hours=2))]
)
def test_a_released_row_is_free_and_due(until: datetime | None, due_at: datetime) -> None:
    first, second = claimed_pair()
    leases.release(first, until=until)
    assert (lease_of(first), first.next_check_at) == (FREE, due_at)
    assert lease_of(second)[1] == NOON + MOMENT
    assert second.next_check_at == EARLIER


@pytest.mark.parametrize("until", [None, NOON + timedelta(hours=2)])
def test_a_row_that_another_took_is_not_released(until: datetime | None) -> None:
    first, _ = claimed_pair()
    theirs = leased(NOON + MOMENT)
    Credential.objects.filter(pk=first.pk).update(**theirs)
    leases.release(first, until=until)
    assert lease_of(first) == tuple(theirs.values())
    assert first.next_check_at == EARLIER


def test_several_rows_are_released_together_and_no_others() -> None:
    first, second = claimed_pair()
    third, taken = due("third"), due("taken")
    leases.claim(Credential, [third.pk, taken.pk])
    for row in (third, taken):
        row.refresh_from_db()
    theirs = leased(NOON + MOMENT)
    Credential.objects.filter(pk=taken.pk).update(**theirs)
    leases.release_all(Credential, [first, third, taken])
    assert (lease_of(first), lease_of(third)) == (FREE, FREE)
    assert lease_of(second)[1] == NOON + MOMENT, "its lease is the first one's"
    assert lease_of(taken) == tuple(theirs.values())
    assert first.next_check_at == EARLIER


def origin(server: str) -> RegistryOrigin:
    return RegistryOrigin.objects.get(origin=server)


HOLDS = [
    pytest.param(leases.hold_origin, leases.free_origin, "", id="for a batch"),
    pytest.param(leases.hold_for_person, leases.free_for_person, "person_", id="for a person"),
]


def held(row: RegistryOrigin, prefix: str) -> tuple[uuid.UUID | None, datetime | None]:
    row.refresh_from_db()
    return getattr(row, f"{prefix}lease_id"), getattr(row, f"{prefix}lease_until")


@pytest.mark.parametrize(("hold", "free", "prefix"), HOLDS)
def test_one_holds_an_origin_until_it_frees_it(hold: Any, free: Any, prefix: str) -> None:
    RegistryOrigin.objects.create(origin=ELSEWHERE)
    taken = hold(HERE)
    assert (taken.origin, held(taken, prefix)[1]) == (HERE, END)
    assert held(taken, prefix)[0] is not None
    assert held(origin(ELSEWHERE), prefix) == FREE
    assert hold(HERE) is None
    elsewhere = hold(ELSEWHERE)
    assert elsewhere.origin == ELSEWHERE
    free(taken)
    assert held(taken, prefix) == FREE
    assert held(elsewhere, prefix)[1] == END
    assert hold(HERE) == taken
    assert RegistryOrigin.objects.count() == 2


@pytest.mark.parametrize(("hold", "free", "prefix"), HOLDS)
@pytest.mark.parametrize(("left", "is_taken"), [(timedelta(0), True), (MOMENT, False)])
def test_an_origin_can_be_held_again_when_the_lease_has_ended(
    hold: Any, free: Any, prefix: str, left: timedelta, is_taken: bool
) -> None:
    names = (f"{prefix}lease_id", f"{prefix}lease_until")
    theirs = dict(zip(names, (uuid.uuid4(), NOON + left), strict=True))
    row = RegistryOrigin.objects.create(origin=HERE, **theirs)
    assert (hold(HERE) is not None) is is_taken
    assert (held(row, prefix) == tuple(theirs.values())) is not is_taken


@pytest.mark.parametrize(("hold", "free", "prefix"), HOLDS)
def test_an_origin_that_another_holds_now_is_not_freed(hold: Any, free: Any, prefix: str) -> None:
    mine = hold(HERE)
    names = (f"{prefix}lease_id", f"{prefix}lease_until")
    theirs = dict(zip(names, (uuid.uuid4(), END), strict=True))
    RegistryOrigin.objects.filter(origin=HERE).update(**theirs)
    free(mine)
    assert held(origin(HERE), prefix) == tuple(theirs.values())


def test_a_batch_and_a_person_hold_an_origin_at_once() -> None:
    assert leases.hold_origin(HERE) == leases.hold_for_person(HERE)


def test_a_batch_keeps_its_origin_and_no_other() -> None:
    mine, other = leases.hold_origin(HERE), leases.hold_origin(ELSEWHERE)
    assert mine is not None
    assert other is not None
    RegistryOrigin.objects.update(lease_until=NOON)
    leases.keep_origin(mine)
    assert (lease_of(mine)[1], lease_of(other)[1]) == (END, NOON)


def test_an_origin_that_another_batch_took_is_not_kept() -> None:
    mine = leases.hold_origin(HERE)
    assert mine is not None
    RegistryOrigin.objects.update(lease_id=uuid.uuid4(), lease_until=NOON)
    leases.keep_origin(mine)
    assert lease_of(origin(HERE))[1] == NOON


def test_who_waits_for_the_connection_is_put_behind_those_who_wait() -> None:
    later = NOON + timedelta(minutes=5)
    due("waits", asked_at=NOON, next_check_at=later, wait_reason=QUEUES)
    trial(next_check_at=later, wait_reason=QUEUES)
    elsewhere = {"server": ELSEWHERE, "wait_reason": QUEUES}
    due("of-another-server", asked_at=NOON, next_check_at=later, **elsewhere)
    due("waits-for-its-account", asked_at=NOON, next_check_at=later, wait_reason="account")
    due("not-asked-for", next_check_at=later)
    due("goes-now", asked_at=NOON, next_check_at=NOON)
    [row] = leases.claim(Credential, [due("deploy", asked_at=NOON).pk])
    assert leases.put_off(row) == NOON + 3 * SOON
    assert (lease_of(row), row.next_check_at) == (FREE, NOON + 3 * SOON)


def test_the_first_who_waits_goes_soon() -> None:
    [row] = leases.claim(Credential, [due("deploy", asked_at=NOON).pk])
    assert leases.put_off(row) == NOON + SOON


def test_who_asked_first_is_called_first() -> None:
    later = NOON + timedelta(minutes=5)
    second = due("second", asked_at=NOON, next_check_at=later, wait_reason=QUEUES)
    first = due("first", asked_at=EARLIER, next_check_at=later, wait_reason=QUEUES)
    assert leases.call_next_person(HERE) == (Credential, first.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.next_check_at, second.next_check_at) == (NOON, later)


def test_a_trial_is_called_before_a_credential() -> None:
    later = NOON + timedelta(minutes=5)
    due("deploy", asked_at=EARLIER, next_check_at=later, wait_reason=QUEUES)
    tried = trial(asked_at=NOON, next_check_at=later, wait_reason=QUEUES)
    assert leases.call_next_person(HERE) == (Trial, tried.pk)
    assert leases.call_next_person(HERE) is not None
    assert leases.call_next_person(HERE) is None, "both are due now"


@pytest.mark.parametrize(
    ("columns", "is_called"),
    [
        pytest.param({}, True, id="it waits"),
        pytest.param({"server": ELSEWHERE}, False, id="for another server"),
        pytest.param({"asked_at": None}, False, id="nobody asked"),
        pytest.param({"wait_reason": "account"}, False, id="it waits for its account"),
        pytest.param({"next_check_at": NOON}, False, id="it is due"),
        pytest.param(leased(NOON + MOMENT), False, id="it is being checked"),
        pytest.param(leased(NOON), True, id="that check has ended"),
    ],
)
def test_only_who_waits_at_this_origin_is_called(columns: dict[str, Any], is_called: bool) -> None:
    waits = {"asked_at": NOON, "next_check_at": NOON + MOMENT, "wait_reason": QUEUES}
    row = due("deploy", **{**waits, **columns})
    expected = (Credential, row.pk) if is_called else None
    assert leases.call_next_person(HERE) == expected


def test_a_tenant_has_four_checks_that_people_asked_for_in_flight() -> None:
    rows = [due(f"asked-{number}", asked_at=NOON) for number in range(6)]
    claimed = [bool(leases.claim_asked(Credential, row.pk)) for row in rows]
    assert claimed == [True] * 4 + [False] * 2
    Credential.objects.filter(pk=rows[0].pk).update(lease_id=None, lease_until=None)
    assert leases.claim_asked(Credential, rows[4].pk)
    assert not leases.claim_asked(Credential, rows[5].pk)


def test_trials_count_among_the_four_and_other_tenants_do_not() -> None:
    for number in range(3):
        assert leases.claim_asked(Credential, due(f"asked-{number}", asked_at=NOON).pk)
    assert leases.claim_asked(Trial, trial(asked_at=NOON).pk)
    assert not leases.claim_asked(Trial, trial(asked_at=NOON).pk)
    neighbor = cast.seat(cast.personal(cast.bob()), cast.bob())
    theirs = due("theirs", by=neighbor, asked_at=NOON)
    assert leases.claim_asked(Credential, theirs.pk)
