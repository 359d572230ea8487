"""Leases that end without a check: what waits, until when, why, and who is called next."""

import uuid
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials_app.checks import leases
from credentials_app.models import Credential, Trial, WorkspaceRule
from credentials_app.pacing.sign_ins import SignIn
from credentials_app.pacing.tenants import YOUNG, tenant_of
from credentials_app.pacing.waits import Wait, WaitReason
from credentials_app.schedule import instance_interval
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON
from workspaces.models import Organization

pytestmark = pytest.mark.django_db
EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
MOMENT = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HERE, ELSEWHERE = str(scenes.REGISTRY), "https://other.example.com"
WAIT = Wait(WaitReason.ACCOUNT, LATER)
TRUSTED = {"rejections": 0, "status": "valid"}

Row = TypeVar("Row", Credential, Trial)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock stands still."""
    monkeypatch.setattr(leases, "database_now", lambda: NOON)


def changed(row: Row, **columns: Any) -> Row:
    type(row)._default_manager.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def stored(name: str, **columns: Any) -> Credential:
    """A credential that is due since an hour, and that no person asked for."""
    return changed(scenes.stored(name), **{"next_check_at": EARLIER, "asked_at": None, **columns})


def claimed(name: str, **columns: Any) -> Credential:
    return stored(name, lease_id=uuid.uuid4(), lease_until=NOON + MINUTE, **columns)


def trial(**columns: Any) -> Trial:
    """A trial that a person asked for, due since an hour."""
    seat = scenes.seat()
    row = Trial(
        workspace=seat.workspace,
        person=seat.user,
        provider="generic",
        server=HERE,
        sealed=scenes.stored(f"model-{uuid.uuid4().hex[:8]}").sealed,
        started_at=NOON,
        **{"next_check_at": EARLIER, "asked_at": EARLIER, **columns},
    )
    row.save(force_insert=True)
    return row


def state(row: Any, *columns: str) -> tuple[Any, ...]:
    row.refresh_from_db()
    return tuple(getattr(row, column) for column in columns)


WAITS = ("lease_id", "lease_until", "next_check_at", "wait_reason", "waits_since")
LATE = ("could_not_look_shown", "could_not_look_since", "could_not_look_why")


def test_what_waits_loses_its_lease_and_says_why_and_since_when() -> None:
    first, second = claimed("first"), claimed("second", waits_since=EARLIER)
    bystander = claimed("bystander")
    before = state(bystander, *WAITS)
    leases.postpone([first, second], WAIT)
    assert state(first, *WAITS) == (None, None, LATER, "account", NOON)
    assert state(second, *WAITS) == (None, None, LATER, "account", EARLIER)
    assert state(bystander, *WAITS) == before


def test_a_row_that_another_batch_claimed_meanwhile_does_not_wait() -> None:
    ours, lost = claimed("ours"), claimed("lost")
    Credential.objects.filter(pk=lost.pk).update(lease_id=uuid.uuid4())
    leases.postpone([ours, lost], WAIT)
    assert state(ours, "next_check_at") == (LATER,)
    assert state(lost, "next_check_at", "wait_reason", "waits_since") == (EARLIER, "", None)


def test_the_first_row_keeps_the_sign_in_at_which_it_waits() -> None:
    first, second = claimed("first"), claimed("second")
    leases.postpone(
        [first, second],
        WAIT,
        sign_in=SignIn(first, scenes.SIGN_IN, "made-up account", "made-up tenant"),
    )
    assert state(first, "sign_in", "account") == (str(scenes.SIGN_IN), "made-up account")
    assert state(second, "sign_in", "account") == ("", "")


def late(since: datetime | None, until: datetime, **columns: Any) -> Credential:
    row = claimed("deploy", waits_since=since, **columns)
    leases.postpone([row], Wait(WaitReason.THROTTLED, until))
    return row


def test_a_check_held_back_for_longer_than_its_interval_could_not_look() -> None:
    interval = instance_interval()
    row = late(NOON - interval, NOON + MOMENT)
    assert state(row, *LATE) == (True, NOON, "throttled")


@pytest.mark.parametrize("since", [None, NOON - instance_interval() + MOMENT])
def test_one_that_waits_for_the_first_time_or_not_for_long_is_as_before(
    since: datetime | None,
) -> None:
    row = late(since, NOON + MOMENT)
    assert state(row, *LATE) == (False, None, "")


def test_the_interval_of_the_row_or_of_its_workspace_decides() -> None:
    short = timedelta(hours=1)
    row = late(NOON - short, NOON + MOMENT, check_every=short)
    assert state(row, "could_not_look_shown") == (True,)


def test_the_rule_of_the_workspace_decides_where_the_row_has_none() -> None:
    row = claimed("deploy", waits_since=NOON - timedelta(hours=2))
    WorkspaceRule.objects.create(
        workspace=row.workspace, check_every=timedelta(hours=2), changed_at=NOON
    )
    row = Credential.objects.select_related("workspace__rule").get(pk=row.pk)
    leases.postpone([row], Wait(WaitReason.THROTTLED, NOON + MOMENT))
    assert state(row, "could_not_look_shown") == (True,)


def test_only_those_that_are_late_could_not_look() -> None:
    interval = instance_interval()
    behind, other = claimed("behind", waits_since=NOON - interval), claimed("other")
    bystander = stored("bystander")
    leases.postpone([behind, other], Wait(WaitReason.THROTTLED, NOON + MOMENT))
    shown = [state(row, "could_not_look_shown")[0] for row in (behind, other, bystander)]
    assert shown == [True, False, False]


def test_what_could_not_look_before_keeps_since_when_and_what_is_shown_keeps_why() -> None:
    interval = instance_interval()
    row = late(NOON - interval, LATER, could_not_look_since=EARLIER)
    assert state(row, *LATE) == (True, EARLIER, "throttled")
    leased = {"lease_id": uuid.uuid4(), "lease_until": NOON + MINUTE}
    row = changed(row, could_not_look_why="unreachable", **leased)
    leases.postpone([row], Wait(WaitReason.THROTTLED, LATER + MINUTE))
    assert state(row, *LATE) == (True, EARLIER, "unreachable")


def test_a_trial_waits_and_is_never_one_that_could_not_look() -> None:
    row = trial(
        waits_since=NOON - timedelta(days=9), lease_id=uuid.uuid4(), lease_until=NOON + MINUTE
    )
    leases.postpone([row], WAIT)
    assert state(row, *WAITS[:4]) == (None, None, LATER, "account")


def test_the_other_untrusted_ones_of_the_server_are_put_off_too() -> None:
    first, other = claimed("first"), stored("other")
    since = stored("since", waits_since=EARLIER)
    leases.postpone_untrusted(HERE, [first], WAIT)
    assert state(first, *WAITS) == (None, None, LATER, "account", NOON)
    assert state(other, *WAITS) == (None, None, LATER, "account", NOON)
    assert state(since, "next_check_at", "waits_since") == (LATER, EARLIER)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"server": ELSEWHERE}, id="another server"),
        pytest.param({"asked_at": EARLIER}, id="a person asked for it"),
        pytest.param({"next_check_at": NOON + MOMENT}, id="due later"),
        pytest.param({"lease_id": uuid.uuid4(), "lease_until": NOON + MOMENT}, id="claimed"),
        pytest.param(TRUSTED, id="trusted"),
    ],
)
def test_nothing_else_is_put_off(columns: dict[str, Any]) -> None:
    row = stored("deploy", **columns)
    before = state(row, *WAITS)
    leases.postpone_untrusted(HERE, [], WAIT)
    assert state(row, *WAITS) == before


def test_one_due_now_whose_lease_has_ended_is_put_off() -> None:
    row = stored("deploy", next_check_at=NOON, lease_id=uuid.uuid4(), lease_until=NOON)
    leases.postpone_untrusted(HERE, [], WAIT)
    assert state(row, "next_check_at", "wait_reason") == (LATER, "account")


def test_a_confirmed_refusal_is_held_until_it_is_recorded() -> None:
    row, lost = claimed("deploy"), claimed("lost")
    leases.hold_confirmation(row, refused_at=EARLIER, until=LATER)
    columns = ("lease_id", "lease_until", "next_check_at", "refused_again_at")
    assert state(row, *columns) == (None, None, LATER, EARLIER)
    Credential.objects.filter(pk=lost.pk).update(lease_id=uuid.uuid4())
    leases.hold_confirmation(lost, refused_at=EARLIER, until=LATER)
    assert state(lost, "next_check_at", "refused_again_at") == (EARLIER, None)


def asked(name: str, since: datetime, **columns: Any) -> Credential:
    return stored(name, asked_at=since, **columns)


def called(row: Credential | Trial) -> tuple[Any, ...]:
    return tuple(pk for _model, pk in leases.call_next(row, HERE))


def test_the_check_that_a_person_of_the_tenant_waits_for_longest_comes_next() -> None:
    ended = stored("ended", next_check_at=None)
    asked("second", NOON - MINUTE)
    first = asked("first", NOON - 2 * MINUTE)
    assert leases.call_next(ended, HERE) == ((Credential, first.pk),)


def test_who_waits_longest_is_called_whatever_the_keys_are() -> None:
    ended = stored("ended", next_check_at=None)
    for first in (True, False):
        rows = sorted((asked("one", NOON), asked("two", NOON)), key=lambda row: row.pk)
        longest = rows[0 if first else 1]
        changed(longest, asked_at=NOON - MINUTE)
        assert called(ended) == (longest.pk,)
        Credential.objects.filter(pk__in=[row.pk for row in rows]).delete()


def test_a_trial_comes_before_a_stored_one() -> None:
    ended = stored("ended", next_check_at=None)
    asked("stored", NOON - 9 * MINUTE)
    first = trial(asked_at=NOON - MINUTE)
    changed(Credential.objects.exclude(name__in=["ended", "stored"]).get(), next_check_at=None)
    assert leases.call_next(ended, HERE) == ((Trial, first.pk),)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"asked_at": None}, id="nobody waits for it"),
        pytest.param({"next_check_at": NOON + MOMENT}, id="due later"),
        pytest.param({"lease_id": uuid.uuid4(), "lease_until": NOON + MOMENT}, id="claimed"),
    ],
)
def test_nothing_else_is_called(columns: dict[str, Any]) -> None:
    ended = stored("ended", next_check_at=None)
    changed(asked("deploy", EARLIER), **columns)
    assert called(ended) == ()


def test_what_is_due_now_and_whose_lease_has_ended_is_called() -> None:
    ended = stored("ended", next_check_at=None)
    row = asked("deploy", EARLIER, next_check_at=NOON, lease_id=uuid.uuid4(), lease_until=NOON)
    assert called(ended) == (row.pk,)


def test_another_tenant_is_not_called() -> None:
    ended = stored("ended", next_check_at=None)
    row = asked("deploy", EARLIER)
    elsewhere = cast.workspace(organization=cast.organization("beta", owner=cast.bob()))
    Credential.objects.filter(pk=row.pk).update(workspace=elsewhere)
    assert called(ended) == ()


def test_an_organization_counts_as_its_maker_only_while_it_is_young() -> None:
    ended = stored("ended", next_check_at=None)
    mine = cast.personal(cast.alice())
    row = asked("deploy", EARLIER)
    Credential.objects.filter(pk=row.pk).update(workspace=mine)
    of = Organization.objects.filter(pk=ended.workspace.organization_id)
    of.update(made_by=cast.alice(), created_at=NOON - YOUNG + MOMENT)
    ended = Credential.objects.select_related("workspace__organization").get(pk=ended.pk)
    assert called(ended) == (row.pk,)
    of.update(created_at=NOON - YOUNG)
    ended = Credential.objects.select_related("workspace__organization").get(pk=ended.pk)
    assert called(ended) == ()


def test_one_that_is_next_at_the_connection_and_for_the_tenant_is_called_once() -> None:
    ended = stored("ended", next_check_at=None)
    queued = asked("queued", EARLIER, next_check_at=LATER, wait_reason="others")
    assert called(ended) == (queued.pk,)
    assert state(queued, "next_check_at") == (NOON,)


@pytest.mark.parametrize(
    ("columns", "free"),
    [
        pytest.param({}, True, id="due and free"),
        pytest.param({"next_check_at": NOON + MOMENT}, False, id="due later"),
        pytest.param({"lease_id": uuid.uuid4(), "lease_until": NOON + MOMENT}, False, id="claimed"),
    ],
)
def test_a_person_gets_only_what_is_due_and_free(columns: dict[str, Any], free: bool) -> None:
    row = asked("deploy", EARLIER, **columns)
    assert leases.claim_asked(Credential, row.pk) == ([row] if free else [])


def test_checks_that_nobody_asked_for_take_no_place_of_those_that_people_did() -> None:
    tenant = tenant_of(scenes.seat().workspace, NOON)
    for number in range(leases.ASKED_AT_ONCE):
        claimed(f"scheduled-{number}", lease_tenant=tenant)
    row = asked("deploy", EARLIER)
    assert leases.claim_asked(Credential, row.pk) == [row]


def test_a_claimed_row_knows_its_tenant() -> None:
    row = stored("deploy")
    [found] = leases.claim(Credential, [row.pk])
    assert found.lease_tenant == tenant_of(row.workspace, NOON)


@pytest.mark.parametrize("kind", ["person", "organization"])
def test_the_row_of_the_tenant_is_locked_for_a_claim(kind: str) -> None:
    place = cast.personal(cast.alice()) if kind == "person" else cast.workspace()
    row = asked("deploy", EARLIER)
    Credential.objects.filter(pk=row.pk).update(workspace=place)
    Organization.objects.update(made_by=None)
    with CaptureQueriesContext(connection) as seen:
        assert leases.claim_asked(Credential, row.pk)
    table = {"person": "workspaces_user", "organization": "workspaces_organization"}[kind]
    locks = [each["sql"] for each in seen if "FOR NO KEY UPDATE" in each["sql"]]
    rows_lock = connection.features.has_select_for_update  # SQLite locks as a whole
    assert [table in sql for sql in locks] == ([True] if rows_lock else [])
