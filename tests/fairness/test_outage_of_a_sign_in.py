"""A sign-in that refuses everybody: no ban, nothing turns red, and one tries."""

import pytest

from credentials_app.checks import permits
from credentials_app.models import CheckRun, Credential, SignInOutage
from credentials_app.pacing import sign_ins
from credentials_app.status import Status
from tests.credentials_app.fast_days import most_within
from tests.fairness.scenes import HOUR, MINUTE, World, tenant, world
from tests.summary import FAIR, leave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


def trusted(play: World, count: int) -> None:
    """So many logins of one tenant, each of an account of its own, all due now."""
    for number in range(count):
        play.knows(tenant(1), "right", name=f"deploy-{number}", user=f"robot-{number}")
    Credential.objects.update(next_check_at=play.clock(), asked_at=None)


def red() -> int:
    return Credential.objects.exclude(status=Status.VALID).count()


@pytest.mark.parametrize(
    "count", [30, pytest.param(500, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
def test_many_trusted_logins_refused_at_once(count: int, request: pytest.FixtureRequest) -> None:
    with world() as play:
        trusted(play, count)
        play.registry.down = True
        play.let_pass(2 * HOUR)
        failures = play.registry.failures
        assert red() == 0
        assert SignInOutage.objects.count() == 1
        play.registry.down = False
        play.let_pass(HOUR)
        assert red() == 0
        assert not SignInOutage.objects.exists()
    in_burst, an_hour = most_within(failures, 3 * MINUTE), most_within(failures, HOUR)
    leave(
        request.node,
        FAIR,
        f"{count} trusted logins refused at once for 2 h: {len(failures)} failures, at most "
        f"{in_burst} in 3 minutes and {an_hour} an hour, 0 red",
    )
    assert len(failures) >= 3
    assert in_burst <= 5
    assert an_hour <= 30


def test_without_the_rule_they_turn_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(sign_ins, "tenants_in_outage", lambda *_: frozenset())
    with world() as play:
        trusted(play, 6)
        play.registry.down = True
        play.let_pass(2 * HOUR)
        assert red() > 0


def test_a_person_is_answered_during_an_outage() -> None:
    with world() as play:
        trusted(play, 4)
        play.registry.down = True
        play.let_pass(5 * MINUTE)
        assert SignInOutage.objects.exists()
        play.let_pass(20 * MINUTE)
        before = CheckRun.objects.count()
        row = Credential.objects.get(name="deploy-3")
        play.asks(tenant(1), row)
        assert row.asked_at is None or row.wait_reason == "account"
        assert CheckRun.objects.count() >= before


def test_a_refusal_that_lasts_longer_than_six_hours_is_believed() -> None:
    with world() as play:
        trusted(play, 3)
        play.registry.down = True
        play.let_pass(5 * HOUR)
        assert red() == 0
        play.let_pass(3 * HOUR)
        assert red() > 0
        assert permits.LONGEST == 6 * HOUR


def test_a_confirmation_waits_until_two_others_were_checked() -> None:
    with world() as play:
        trusted(play, 4)
        Credential.objects.update(next_check_at=play.clock() + 10 * HOUR)
        play.registry.right["robot-0"] = {"changed"}
        Credential.objects.filter(name="deploy-0").update(next_check_at=play.clock())
        play.let_pass(18 * MINUTE)
        assert red() == 0, "it was refused twice"
        assert len(play.registry.failed["robot-0"]) == 2
        play.let_pass(7 * MINUTE)
        assert red() == 1
        checked = [name for name, times in play.registry.good.items() if len(times) > 1]
        assert len(checked) == 2, "two others were checked in between"
        assert len(play.registry.failed["robot-0"]) == 2, "believing it sends nothing"
