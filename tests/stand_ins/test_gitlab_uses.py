"""What the stand-in GitLab keeps and tells of the uses of a token."""

from datetime import UTC, datetime, timedelta

from tests.stand_ins.gitlab.uses import note_use
from tests.stand_ins.world import World

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SELF = "/personal_access_tokens/self"
MINUTE = timedelta(minutes=1)


def test_a_call_is_noted_before_it_is_answered(world: World) -> None:
    world.gitlab.clock.set(NOON)
    told = world.api(SELF, world.token("api")[1]).json
    assert told["last_used_at"] == "2026-03-10T12:00:00.000Z"
    assert told["last_used_ips"] == ["127.0.0.1"]


def test_a_sign_in_is_a_use_too(world: World) -> None:
    world.gitlab.clock.set(NOON)
    pair = world.token("read_registry")
    world.sign_in(pair, source="127.0.0.9")
    token = world.state.access_token(pair[1])
    assert token is not None
    assert (token.last_used_at, token.last_used_ips) == (NOON, ["127.0.0.9"])


def test_of_uses_that_follow_soon_neither_time_nor_address_is_kept(world: World) -> None:
    token, flags = world.state.add_token(world.anna, "api"), world.state.flags
    note_use(token, "203.0.113.7", NOON, flags)
    note_use(token, "203.0.113.8", NOON + 0.5 * MINUTE, flags)
    assert (token.last_used_at, token.last_used_ips) == (NOON, ["203.0.113.7"])
    note_use(token, "203.0.113.9", NOON + 9 * MINUTE, flags)
    assert (token.last_used_at, token.last_used_ips) == (NOON, ["203.0.113.7", "203.0.113.9"])
    note_use(token, "203.0.113.7", NOON + 10 * MINUTE, flags)
    assert (token.last_used_at, len(token.last_used_ips)) == (NOON + 10 * MINUTE, 2)


def test_the_oldest_address_leaves_a_full_list(world: World) -> None:
    token = world.state.add_token(world.anna, "api")
    for number in range(7):
        at = NOON + number * 20 * MINUTE
        note_use(token, f"203.0.113.{number}", at, world.state.flags)
    assert token.last_used_ips == [f"203.0.113.{number}" for number in range(2, 7)]


def test_what_a_version_does_not_tell_is_no_part_of_its_answer(world: World) -> None:
    world.state.flags.tells_last_use = world.state.flags.tells_addresses = False
    told = world.api(SELF, world.token("api")[1]).json
    assert not {"last_used_at", "last_used_ips"} & told.keys()
