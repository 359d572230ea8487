"""The order of the checks at `/jwt/auth`, each outcome beside the one that comes before it."""

import pytest

from tests.stand_ins.asking import ask
from tests.stand_ins.gitlab import Ban, redirect
from tests.stand_ins.logins import password
from tests.stand_ins.world import World

PULL = "repository:team/app:pull"
ANONYMOUS = {
    "no scope": ((), 403),
    "public": (("repository:team/open:pull",), 200),
    "private": ((PULL,), 403),
    "push only": (("repository:team/open:push",), 403),
    "catalog": (("registry:catalog:*",), 403),
    "unknown type": (("plugin:team/open:pull",), 403),
    "no such project": (("repository:team/nothing:pull",), 403),
}


@pytest.mark.parametrize(("scopes", "status"), ANONYMOUS.values(), ids=ANONYMOUS)
def test_without_a_login_only_public_images_are_granted(
    world: World, scopes: tuple[str, ...], status: int
) -> None:
    assert world.sign_in(None, *scopes).status == status


def test_without_a_login_push_is_left_out(world: World) -> None:
    reply = world.sign_in(None, "repository:team/open:pull,push")
    assert reply.access == {"team/open": "pull"}
    assert reply.claims["auth_type"] == "none"


def test_the_login_is_judged_before_the_service(world: World) -> None:
    assert world.sign_in(("anna", "no"), service="made-up").status == 401
    reply = world.sign_in(password(world), service="made-up")
    assert (reply.status, reply.body) == (404, b"")
    assert world.sign_in(None, service="made-up").status == 404


def test_the_service_comes_before_the_switched_off_registry(world: World) -> None:
    world.state.flags.registry_enabled = False
    assert world.sign_in(password(world), service="made-up").body == b""
    reply = world.sign_in(password(world))
    assert reply.status == 404
    assert reply.json == {
        "errors": [{"code": "UNAVAILABLE", "message": "registry not enabled"}],
        "http_status": 404,
    }
    assert world.sign_in(None).json["errors"][0]["code"] == "UNAVAILABLE"


def test_the_switched_off_registry_comes_before_missing_scopes(world: World) -> None:
    world.state.flags.registry_enabled = False
    assert world.sign_in(world.token("read_user")).status == 404


def test_missing_scopes_come_before_a_stumble(world: World) -> None:
    assert world.sign_in(world.token("read_user"), "repository:foo").status == 403


@pytest.mark.parametrize("path", ["/jwt/auth", "/jwt/auth?service=container_registry"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_get_is_known(world: World, method: str, path: str) -> None:
    assert ask(world.gitlab.web_url + path, method=method, body=b"").status == 404


def test_a_bearer_is_nobody(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.token('api')[1]}"}
    url = f"{world.gitlab.web_url}/jwt/auth"
    reply = ask(url, query=(("service", "container_registry"), ("scope", PULL)), headers=headers)
    assert reply.status == 403


@pytest.mark.parametrize("secret", ["made-up-password-1", "made-up-mistake"])
def test_a_lost_authorization_makes_good_and_bad_alike(world: World, secret: str) -> None:
    world.state.flags.strip_authorization = True
    for username in ("anna", "gitlab-ci-token"):
        reply = world.sign_in((username, secret), PULL)
        assert reply.status == 403
        assert reply.json["errors"] == [{"code": "DENIED", "message": "access forbidden"}]
    assert len(world.gitlab.requests.carrying(secret)) == 2
    assert world.gitlab.failed_logins.total() == 0


def test_the_canary_tells_that_the_authorization_arrives(world: World) -> None:
    assert world.sign_in(("gitlab-ci-token", "made-up-canary")).status == 401


def test_the_dependency_proxy_lets_people_in_and_is_no_registry(world: World) -> None:
    ping = ask(f"{world.gitlab.web_url}/v2/")
    assert (ping.status, ping.body) == (401, b"")
    realm = f"{world.gitlab.web_url}/jwt/auth"
    assert ping.header("WWW-Authenticate") == f'Bearer realm="{realm}",service="dependency_proxy"'
    reply = world.sign_in(password(world), service="dependency_proxy")
    assert reply.claims["aud"] == "dependency_proxy"
    bearer = {"Authorization": f"Bearer {reply.json['token']}"}
    assert ask(f"{world.gitlab.web_url}/v2/", headers=bearer).status == 200
    world.state.flags.dependency_proxy = False
    assert ask(f"{world.gitlab.web_url}/v2/").status == 404


def test_a_redirect_at_the_realm_can_be_put_in_the_way(world: World) -> None:
    world.state.flags.instead["/jwt/auth"] = redirect("https://sso.example.org/start")
    reply = world.sign_in(password(world))
    assert (reply.status, reply.header("Location")) == (302, "https://sso.example.org/start")
    assert ask(f"{world.gitlab.registry_url}/v2/").status == 401


def test_too_many_addresses_of_one_user_are_told_by_a_bare_refusal(world: World) -> None:
    world.state.flags.unique_ips_retry_after_s = 600
    reply = world.sign_in(password(world))
    assert (reply.status, reply.body, reply.header("Retry-After")) == (403, b"", "600")
    world.state.flags.ban = Ban()
    assert world.sign_in(("anna", "no")).status == 401
