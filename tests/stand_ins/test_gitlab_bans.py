"""Failed logins shut an address out; what counts, what resets, and what never does."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stand_ins.gitlab import BANNED_BEFORE_16_10, Ban, Throttle
from tests.stand_ins.logins import deploy_token, password, token
from tests.stand_ins.world import World

NOON = datetime(2027, 5, 20, 12, tzinfo=UTC)
BAD = ("anna", "made-up-mistake")
CANARY = ("gitlab-ci-token", "made-up-canary")


@pytest.fixture(autouse=True)
def _with_a_ban(world: World) -> None:
    world.gitlab.clock.set(NOON)
    world.state.flags.ban = Ban(max_failures=3)


def test_the_last_failure_is_still_refused_and_the_next_request_is_banned(world: World) -> None:
    assert [world.sign_in(BAD).status for _ in range(4)] == [401, 401, 401, 403]
    reply = world.sign_in(BAD)
    assert reply.header("Content-Type").startswith("text/plain")
    assert reply.text == "Too many failed authentication attempts from this IP"
    assert reply.header("Retry-After") == ""
    assert world.gitlab.failed_logins.total() == 3


def ban(world: World) -> None:
    for _ in range(3):
        world.sign_in(BAD)


def test_good_logins_fail_too_while_the_address_is_banned(world: World) -> None:
    ban(world)
    assert world.sign_in(password(world)).status == 403
    assert world.sign_in(password(world), service="made-up").status == 403


def test_nobody_the_canary_and_the_api_are_not_banned(world: World) -> None:
    ban(world)
    assert world.sign_in(None).json["errors"][0]["code"] == "DENIED"
    assert world.sign_in(CANARY).status == 401
    assert world.api("/personal_access_tokens/self", world.token("api")[1]).status == 200


def test_other_addresses_are_not_banned(world: World) -> None:
    ban(world)
    assert world.sign_in(password(world), source="127.0.0.2").status == 200


def test_a_ban_ends(world: World) -> None:
    ban(world)
    world.gitlab.clock.advance(timedelta(minutes=59, seconds=59))
    assert world.sign_in(password(world)).status == 403
    world.gitlab.clock.advance(timedelta(seconds=1))
    assert world.sign_in(password(world)).status == 200


def test_old_failures_are_forgotten(world: World) -> None:
    world.sign_in(BAD)
    world.sign_in(BAD)
    world.gitlab.clock.advance(timedelta(minutes=1))
    assert [world.sign_in(BAD).status for _ in range(3)] == [401, 401, 401]


def test_a_success_starts_the_count_anew(world: World) -> None:
    for _ in range(3):
        world.sign_in(BAD)
        world.sign_in(BAD, source="127.0.0.2")
        world.sign_in(password(world), source="127.0.0.2")
    assert world.sign_in(BAD, source="127.0.0.2").status == 401
    assert world.sign_in(BAD).status == 403


def test_the_canary_and_dead_tokens_at_the_api_never_count(world: World) -> None:
    _name, dead = token("read_registry", revoked=True)(world)
    for _ in range(5):
        assert world.sign_in(CANARY).status == 401
        assert world.api("/personal_access_tokens/self", dead).status == 401
    assert world.sign_in(password(world)).status == 200
    assert world.gitlab.failed_logins.total() == 0


def test_thirty_dead_deploy_tokens_at_once_get_an_address_banned(world: World) -> None:
    world.state.flags.ban = Ban()
    dead = [deploy_token("read_registry", revoked=True)(world) for _ in range(30)]
    assert [world.sign_in(pair).status for pair in dead] == [401] * 10 + [403] * 20


def test_old_versions_name_only_a_class(world: World) -> None:
    world.state.flags.ban = Ban(max_failures=1, text=BANNED_BEFORE_16_10)
    world.sign_in(BAD)
    assert world.sign_in(BAD).text == "Gitlab::Auth::IpBlocked"


def test_the_oldest_versions_shut_out_everything(world: World) -> None:
    world.state.flags.ban = Ban(max_failures=1, everything=True)
    world.sign_in(BAD)
    assert world.sign_in(None).status == 403
    assert world.api("/personal_access_tokens/self", world.token("api")[1]).status == 403


def test_a_throttle_counts_every_request_of_an_address(world: World) -> None:
    world.state.flags.throttle = Throttle(limit=2, retry_after_s=45)
    assert [world.sign_in(None).status for _ in range(2)] == [403, 403]
    reply = world.sign_in(password(world))
    assert (reply.status, reply.text, reply.header("Retry-After")) == (429, "Retry later\n", "45")
    assert reply.header("RateLimit-Remaining") == "0"
    world.gitlab.clock.advance(timedelta(minutes=1))
    assert world.sign_in(password(world)).status == 200
