"""Debian's docker-registry believes the stand-in's tokens, as far as they go and no further."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.skopeo import Person, may_pull, push
from tests.servers.tls import certificate
from tests.stand_ins.asking import Reply, ask
from tests.stand_ins.gitlab import Deed, GitLab, Role, Signer
from tests.stand_ins.logins import token
from tests.stand_ins.world import ANNA, World

pytestmark = [pytest.mark.journey, pytest.mark.one_database]
PULL = "repository:team/app:pull"
TAGS = "/v2/team/app/tags/list"


@dataclass
class Pair:
    """GitLab and the real registry that trusts it."""

    world: World
    registry: RunningRegistry
    folder: Path

    def get(self, path: str, *scopes: str, login: tuple[str, str] = ANNA) -> Reply:
        """Sign in for ``scopes`` and ask the real registry with the token."""
        signed = self.world.sign_in(login, *scopes).json["token"]
        headers = {"Authorization": f"Bearer {signed}"}
        return ask(f"{self.registry.url}{path}", headers=headers)


@pytest.fixture
def pair(world: World, tmp_path: Path) -> Iterator[Pair]:
    """With an image in ``team/app``, the traces of its pushing forgotten."""
    with registry(tmp_path, token=world.gitlab.token_auth(tmp_path)) as running:
        push(running, tmp_path, "team/app", person=Person(*ANNA))
        world.gitlab.forget()
        yield Pair(world, running, tmp_path)


def test_the_real_registry_sends_people_to_the_stand_in(pair: Pair) -> None:
    reply = ask(f"{pair.registry.url}/v2/")
    realm = f"{pair.world.gitlab.web_url}/jwt/auth"
    assert reply.status == 401
    assert (
        reply.header("WWW-Authenticate") == f'Bearer realm="{realm}",service="container_registry"'
    )


def test_a_token_with_pull_opens_a_pushed_repository(pair: Pair) -> None:
    login = token("read_registry")(pair.world)
    assert pair.get("/v2/", login=login).status == 200
    reply = pair.get(TAGS, PULL, login=login)
    assert (reply.status, reply.json) == (200, {"name": "team/app", "tags": ["latest"]})
    assert pair.world.gitlab.deeds == []


def test_a_token_without_pull_does_not(pair: Pair) -> None:
    reply = pair.get(TAGS)
    assert reply.status == 401
    assert reply.header("WWW-Authenticate").endswith(f'scope="{PULL}",error="insufficient_scope"')


def test_skopeo_pulls_with_a_token_and_not_with_a_revoked_one(pair: Pair) -> None:
    world = pair.world
    name, secret = token("read_registry")(world)
    assert may_pull(pair.registry, pair.folder, "team/app", person=Person(name, secret))
    made = world.state.access_token(secret)
    assert made is not None
    made.revoked = True
    assert not may_pull(pair.registry, pair.folder, "team/app", person=Person(name, secret))


def test_skopeo_pushing_somewhere_new_creates_a_repository(pair: Pair) -> None:
    push(pair.registry, pair.folder, "team/app/new", person=Person(*ANNA))
    assert pair.world.gitlab.deeds == [Deed("created", "team/app/new")]


def test_the_real_registry_refuses_another_key_and_an_old_token(pair: Pair) -> None:
    pair.world.gitlab.clock.advance(timedelta(hours=-1))
    reply = pair.get("/v2/")
    assert (reply.status, "invalid_token" in reply.header("WWW-Authenticate")) == (401, True)
    pair.world.gitlab.clock.run()
    assert pair.get("/v2/").status == 200
    pair.world.gitlab.instance.signer = Signer()
    reply = pair.get("/v2/")
    assert (reply.status, "invalid_token" in reply.header("WWW-Authenticate")) == (401, True)


def test_all_of_it_works_over_tls(tmp_path: Path) -> None:
    tls = certificate(tmp_path)
    with (
        GitLab(tls=tls) as gitlab,
        registry(tmp_path, token=gitlab.token_auth(tmp_path), tls=tls) as running,
    ):
        anna = gitlab.state.add_user(*ANNA)
        gitlab.state.add_project("team/app", {anna: Role.DEVELOPER})
        push(running, tmp_path, "team/app", person=Person(*ANNA))
        assert may_pull(running, tmp_path, "team/app", person=Person(*ANNA))
        assert not may_pull(running, tmp_path, "team/app", person=Person("anna", "made-up-no"))
