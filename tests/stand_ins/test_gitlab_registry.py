"""The registry beside GitLab: its challenges, and which tokens open it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stand_ins.asking import Reply, ask
from tests.stand_ins.gitlab import Deed, Signer
from tests.stand_ins.logins import password
from tests.stand_ins.world import World

NOON = datetime(2027, 5, 20, 12, tzinfo=UTC)


def get(world: World, path: str, token: str = "", method: str = "GET") -> Reply:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return ask(f"{world.gitlab.registry_url}{path}", method=method, headers=headers)


def challenge(world: World, rest: str = "") -> str:
    realm = f"{world.gitlab.web_url}/jwt/auth"
    return f'Bearer realm="{realm}",service="container_registry"{rest}'


def pull_token(world: World, *scopes: str) -> str:
    token: str = world.sign_in(password(world), *scopes).json["token"]
    return token


def test_the_ping_says_where_to_sign_in(world: World) -> None:
    reply = get(world, "/v2/")
    assert reply.status == 401
    assert reply.header("Docker-Distribution-Api-Version") == "registry/2.0"
    assert reply.header("WWW-Authenticate") == challenge(world)
    assert reply.header("Gitlab-Container-Registry-Version") == ""
    [error] = reply.json["errors"]
    assert error == {"code": "UNAUTHORIZED", "message": "authentication required", "detail": None}


SCOPES = {
    "GET": (',scope="repository:team/app:pull"', "/v2/team/app/tags/list"),
    "DELETE": (',scope="repository:team/app:delete"', "/v2/team/app/manifests/latest"),
    "POST": (',scope="repository:team/app:pull,push"', "/v2/team/app/blobs/uploads/"),
}


@pytest.mark.parametrize("method", SCOPES)
def test_a_repository_says_which_scope_it_takes(world: World, method: str) -> None:
    rest, path = SCOPES[method]
    assert get(world, path, method=method).header("WWW-Authenticate") == challenge(world, rest)


def test_the_catalog_says_which_scope_it_takes(world: World) -> None:
    rest = ',scope="registry:catalog:*"'
    assert get(world, "/v2/_catalog").header("WWW-Authenticate") == challenge(world, rest)


def test_a_token_without_access_opens_the_entry_only(world: World) -> None:
    token = pull_token(world)
    entry = get(world, "/v2/", token)
    assert (entry.status, entry.json) == (200, {})
    assert entry.header("Gitlab-Container-Registry-Version")
    reply = get(world, "/v2/team/app/tags/list", token)
    rest = ',scope="repository:team/app:pull",error="insufficient_scope"'
    assert reply.status == 401
    assert reply.header("WWW-Authenticate") == challenge(world, rest)


def test_a_token_with_pull_opens_its_repository(world: World) -> None:
    token = pull_token(world, "repository:team/app:pull")
    assert get(world, "/v2/team/app/tags/list", token).json == {
        "name": "team/app",
        "tags": ["latest"],
    }
    assert get(world, "/v2/team/app/manifests/latest", token).status == 200
    assert get(world, "/v2/team/app/manifests/none", token).status == 404
    assert get(world, "/v2/team/open/tags/list", token).status == 401


def test_a_path_without_an_image_is_unknown(world: World) -> None:
    token = pull_token(world, "repository:team/app/new:pull,push")
    reply = get(world, "/v2/team/app/new/tags/list", token)
    assert (reply.status, reply.json["errors"][0]["code"]) == (404, "NAME_UNKNOWN")


def test_the_end_of_a_token_is_kept_with_a_leeway(world: World) -> None:
    world.gitlab.clock.set(NOON)
    token = pull_token(world)
    world.gitlab.clock.advance(timedelta(minutes=6))
    assert get(world, "/v2/", token).status == 200
    world.gitlab.clock.advance(timedelta(seconds=1))
    reply = get(world, "/v2/", token)
    assert reply.header("WWW-Authenticate") == challenge(world, ',error="invalid_token"')


def test_a_registry_that_disagrees_with_gitlab_trusts_no_token(world: World) -> None:
    token = pull_token(world)
    world.state.flags.registry_trusts_gitlab = False
    reply = get(world, "/v2/", token)
    assert reply.header("WWW-Authenticate") == challenge(world, ',error="invalid_token"')
    world.state.flags.registry_trusts_gitlab = True
    world.state.flags.registry_clock_ahead = timedelta(minutes=-2)
    assert get(world, "/v2/", token).status == 401


def test_a_token_of_another_key_is_invalid(world: World) -> None:
    kept = world.gitlab.instance.signer
    world.gitlab.instance.signer = Signer()
    token = pull_token(world)
    assert get(world, "/v2/", token).status == 200
    world.gitlab.instance.signer = kept
    assert get(world, "/v2/", token).status == 401


def test_what_writes_is_noted(world: World) -> None:
    token = pull_token(world, "repository:team/app:pull,push")
    assert get(world, "/v2/team/app/blobs/uploads/", token, "POST").status == 405
    assert world.gitlab.deeds == [Deed("wrote", "POST /v2/team/app/blobs/uploads/")]


@pytest.mark.parametrize("path", ["/", "/v1/", "/v2", "/v2/Team/App/tags/list"])
def test_other_paths_are_nowhere(world: World, path: str) -> None:
    assert get(world, path).status == 404
