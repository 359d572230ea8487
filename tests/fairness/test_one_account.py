"""One user name in several tenants: a stranger freezes nobody, and the account is not locked."""

from datetime import timedelta
from itertools import pairwise

import pytest

from credentials_app.models import Credential
from credentials_app.pacing.tenants import tenant_of
from credentials_app.status import Status
from tests import cast
from tests.fairness.scenes import (
    HOUR,
    MINUTE,
    World,
    all_failures_are_one,
    is_locked,
    tenant,
    without_shares,
    world,
)
from tests.summary import FAIR, leave
from workspaces.rights.seat import Seat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
INTERVAL = 12 * HOUR * 1.1 + 5 * MINUTE
THIRD = INTERVAL / 3 - 5 * MINUTE


def fails(play: World, by: Seat, times: int, *, user: str = "robot") -> None:
    """The tenant brings so many wrong secrets, one after the other."""
    for number in range(times):
        play.stores(by, f"wrong-{number}", user=user)
        play.clock.sleep(20)


def new_secret_takes(play: World, by: Seat, row: Credential) -> timedelta:
    """The password changes at the registry, and its person brings the new one."""
    play.registry.right["robot"] = {"new"}
    began = play.clock()
    play.replaces(by, row, "new")
    while Credential.objects.get(pk=row.pk).status != Status.VALID:
        assert play.clock() - began < 3 * HOUR
        play.let_pass(MINUTE)
    return play.registry.good["robot"][-1] - began


def test_four_failures_of_one_tenant_do_not_delay_the_login_of_another(
    request: pytest.FixtureRequest,
) -> None:
    with world() as play:
        victim, stranger = tenant(1), tenant(2)
        row = play.knows(victim, "right")
        fails(play, stranger, 4)
        play.asks(victim, row)
        assert row.asked_at is None, "Check now is answered at once"
        for _ in range(3):
            play.clock.sleep(THIRD.total_seconds())
            fails(play, stranger, 1)
            play.let_pass(3 * MINUTE)
        times = play.registry.good["robot"]
        gap = max(later - earlier for earlier, later in pairwise(times))
        took = new_secret_takes(play, victim, row)
        assert not is_locked(play.registry.failed["robot"])
    leave(
        request.node,
        FAIR,
        f"one user name in two tenants: the good login waited {gap / HOUR:.1f} h at most between "
        f"two checks, its new secret {took / MINUTE:.1f} min",
    )
    assert gap <= INTERVAL
    assert took <= 30 * MINUTE


def test_a_gitlab_token_as_the_password_locks_no_account_elsewhere() -> None:
    """Such a token has no account at a GitLab. Here it is a wrong password like any other."""
    with world() as play:
        stranger = tenant(1)
        for number in range(12):
            play.stores(stranger, f"glpat-MadeUp7TokenMadeUp{number:02}", user="robot")
        play.let_pass(2 * HOUR)
        assert play.registry.failed["robot"]
        assert not is_locked(play.registry.failed["robot"])


def test_by_the_old_figures_a_stranger_freezes_the_login() -> None:
    """The control."""
    with world() as play, all_failures_are_one():
        victim, stranger = tenant(1), tenant(2)
        row = play.knows(victim, "right")
        fails(play, stranger, 2)
        play.asks(victim, row)
        assert row.asked_at is not None
        assert row.next_check_at is not None
        assert row.next_check_at > play.clock() + 50 * MINUTE


def test_five_hostile_tenants_lock_no_account(request: pytest.FixtureRequest) -> None:
    with world() as play:
        row = play.knows(tenant(0), "right")
        for _ in range(6):
            for number in range(1, 6):
                fails(play, tenant(number), 1)
            play.let_pass(5 * MINUTE)
        failed = play.registry.failed["robot"]
        took = new_secret_takes(play, tenant(0), row)
    leave(
        request.node,
        FAIR,
        f"five hostile tenants at one account: {len(failed)} failures, no lock at 5 in 15 "
        f"minutes, the new secret of the tenant at home after {took / MINUTE:.1f} min",
    )
    assert failed
    assert not is_locked(failed)
    assert took <= 30 * MINUTE


def test_without_shares_they_lock_it() -> None:
    """The control."""
    with world() as play, without_shares():
        for number in range(1, 6):
            fails(play, tenant(number), 1)
        assert is_locked(play.registry.failed["robot"])


def test_two_workspaces_of_one_person_have_one_share() -> None:
    with world() as play:
        who = cast.person("tenant-1@example.org")
        mine = cast.organization("mine", owner=who)
        places = [cast.personal(who), cast.workspace("web", organization=mine)]
        seats = [cast.seat(place, who) for place in places]
        assert len({tenant_of(seat.workspace, play.clock()) for seat in seats}) == 1
        for number in range(6):
            play.stores(seats[number % 2], f"wrong-{number}")
            play.clock.sleep(301)
        assert len(play.registry.failed["robot"]) == 3, "3 in 30 minutes, as for one workspace"


def test_without_the_tenant_two_workspaces_fail_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: by workspace."""
    monkeypatch.setattr(
        "credentials_app.checks.prepare.tenant_of", lambda workspace, _now: f"w:{workspace.pk}"
    )
    with world() as play:
        for number in range(6):
            play.stores(tenant(number % 2 + 1), f"wrong-{number}")
            play.clock.sleep(301)
        assert len(play.registry.failed["robot"]) == 4


def newcomer_waits(play: World) -> timedelta:
    """How long a newcomer with the right password waits where three tenants failed before, two
    hours at most."""
    for number in range(1, 4):
        fails(play, tenant(number), 2)
    play.registry.right["robot"].add("right")
    began = play.clock()
    row = play.stores(tenant(9), "right")
    while Credential.objects.get(pk=row.pk).status != Status.VALID:
        play.let_pass(MINUTE)
        if play.clock() - began > 2 * HOUR:
            break
    return play.clock() - began


def test_a_newcomer_is_judged_at_an_account_at_which_others_fail(
    request: pytest.FixtureRequest,
) -> None:
    with world() as play:
        took = newcomer_waits(play)
    leave(request.node, FAIR, f"a newcomer where three tenants fail: after {took / MINUTE:.1f} min")
    assert took <= 31 * MINUTE


def test_by_the_old_figures_a_newcomer_waits_longer() -> None:
    """The control."""
    with world() as play, all_failures_are_one():
        assert newcomer_waits(play) > 31 * MINUTE


def ex_member_delays(play: World) -> timedelta:
    """How long a tenant's new secret waits after the scheduled checks of an ex-member's copies."""
    left, home = tenant(1), tenant(2)
    copies = [play.knows(left, "old", name=f"old-{n}") for n in range(5)]
    row = play.knows(home, "old")
    play.registry.right["robot"] = {"current"}
    Credential.objects.filter(pk__in=[each.pk for each in copies]).update(
        next_check_at=play.clock()
    )
    play.let_pass(HOUR / 2)
    return new_secret_takes(play, home, row)


def test_an_ex_member_with_old_copies_does_not_stop_the_tenant(
    request: pytest.FixtureRequest,
) -> None:
    with world() as play:
        took = ex_member_delays(play)
        failed = play.registry.failed["robot"]
    leave(
        request.node,
        FAIR,
        f"an ex-member with 5 old copies: {len(failed)} failures in half an hour, the tenant's "
        f"new secret after {took / MINUTE:.1f} min",
    )
    assert not is_locked(failed)
    assert took <= 30 * MINUTE


def test_by_the_old_figures_an_ex_member_stops_the_tenant() -> None:
    """The control."""
    with world() as play, all_failures_are_one():
        assert ex_member_delays(play) > 30 * MINUTE


def test_ten_trusted_copies_of_one_changed_password(request: pytest.FixtureRequest) -> None:
    """In one tenant the second refusal answers for all copies: none of them is sent."""
    with world() as play:
        rows = [play.knows(tenant(1), "old", name=f"copy-{n}") for n in range(10)]
        play.registry.right["robot"] = {"new"}
        Credential.objects.update(next_check_at=play.clock())
        play.let_pass(2 * HOUR)
        failed = play.registry.failed["robot"]
        states = set(
            Credential.objects.filter(pk__in=[r.pk for r in rows]).values_list("status", flat=True)
        )
    leave(
        request.node, FAIR, f"ten copies of one changed password: {len(failed)} failures, all red"
    )
    assert not is_locked(failed)
    assert len(failed) <= 4
    assert states == {Status.REFUSED}


def test_without_the_memory_every_copy_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr("credentials_app.checks.refusals.holds_for", lambda *_: False)
    with world() as play, without_shares():
        for number in range(10):
            play.knows(tenant(1), "old", name=f"copy-{number}")
        play.registry.right["robot"] = {"new"}
        Credential.objects.update(next_check_at=play.clock())
        play.let_pass(10 * MINUTE)
        assert len(play.registry.failed["robot"]) >= 10
