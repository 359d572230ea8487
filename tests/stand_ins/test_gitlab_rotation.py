"""Revoking and rotating: real deeds, which are noted because a checker must never do them."""

import http.client
from datetime import UTC, date, datetime

import pytest

from tests.stand_ins.gitlab import AccessToken, Deed
from tests.stand_ins.world import World

NOON = datetime(2027, 5, 20, 12, tzinfo=UTC)
SELF = "/personal_access_tokens/self"
ROTATE = f"{SELF}/rotate"


@pytest.fixture
def renewable(world: World) -> AccessToken:
    world.gitlab.clock.set(NOON)
    return world.state.add_token(world.anna, "read_registry", "self_rotate", name="of the cluster")


def test_delete_revokes_with_any_scope(world: World) -> None:
    made = world.state.add_token(world.anna, "read_registry")
    assert world.api(SELF, made.token, "DELETE").status == 204
    assert made.revoked
    assert world.gitlab.deeds == [Deed("revoked", made.token)]
    assert world.api(SELF, made.token).status == 401


def test_rotation_ends_the_old_token_at_once(world: World, renewable: AccessToken) -> None:
    reply = world.api(ROTATE, renewable.token, "POST")
    assert reply.status == 200
    assert reply.json["scopes"] == ["read_registry", "self_rotate"]
    assert reply.json["name"] == "of the cluster"
    assert reply.json["expires_at"] == "2027-05-27"
    assert world.api(SELF, renewable.token).json["error_description"].startswith("Token was rev")
    assert world.api(SELF, reply.json["token"]).status == 200
    assert world.gitlab.deeds == [Deed("rotated", renewable.token)]


def test_rotation_takes_an_end_date_within_a_year(world: World, renewable: AccessToken) -> None:
    late = world.api(ROTATE, renewable.token, "POST", expires_at="2029-01-01")
    assert late.status == 400
    assert not renewable.revoked
    reply = world.api(ROTATE, renewable.token, "POST", expires_at="2027-12-24")
    assert reply.json["expires_at"] == "2027-12-24"


def test_rotating_again_with_the_old_token_ends_the_whole_family(
    world: World, renewable: AccessToken
) -> None:
    world.state.flags.lose_rotation = True
    with pytest.raises(http.client.RemoteDisconnected):
        world.api(ROTATE, renewable.token, "POST")
    new = world.state.access_tokens[-1]
    assert new is not renewable
    assert not new.revoked
    assert world.api(SELF, renewable.token).status == 401
    assert not new.revoked, "a mere question with a dead token is harmless"
    assert world.api(ROTATE, renewable.token, "POST").status == 401
    assert new.revoked
    assert world.gitlab.deeds[-1] == Deed("revoked", new.token)


@pytest.mark.parametrize(
    ("scopes", "expires_on", "status"),
    [
        pytest.param(("read_registry",), None, 403, id="without the scope"),
        pytest.param(("api",), None, 200, id="api"),
        pytest.param(("api",), NOON.date(), 401, id="expired"),
    ],
)
def test_rotation_needs_a_live_token_with_the_scope(
    world: World, scopes: tuple[str, ...], expires_on: date | None, status: int
) -> None:
    world.gitlab.clock.set(NOON)
    made = world.state.add_token(world.anna, *scopes, expires_on=expires_on)
    assert world.api(ROTATE, made.token, "POST").status == status
    assert made.revoked is (status == 200)
