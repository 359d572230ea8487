"""Rules that take away silently, the side effect of push, and the policies against it."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.stand_ins.gitlab import Deed, Permission, Power, RegistryLevel, Role
from tests.stand_ins.logins import Login, deploy_token, job, password, token
from tests.stand_ins.world import World

APP = "team/app"
READ_APP = Permission(Power.READ_IMAGES, "team")


def disable(world: World) -> None:
    world.app.registry = RegistryLevel.DISABLED


def keep_out(world: World) -> None:
    world.state.add_group("team", allowed_networks=("192.0.2.0/24",))


def let_in(world: World) -> None:
    world.state.add_group("team", allowed_networks=("192.0.2.0/24", "127.0.0.0/8"))


def enforce_fine_grained(world: World) -> None:
    world.state.add_group("team", fine_grained_from=date(2026, 1, 1))


def enforce_later(world: World) -> None:
    world.state.add_group("team", fine_grained_from=date(9999, 1, 1))


def maintain(world: World) -> None:
    world.state.flags.maintenance = True


RULES: dict[str, tuple[Callable[[World], None], str]] = {
    "registry off in the project": (disable, ""),
    "address not on the group's list": (keep_out, ""),
    "address on the group's list": (let_in, "pull,push"),
    "fine-grained tokens enforced": (enforce_fine_grained, ""),
    "fine-grained tokens enforced later": (enforce_later, "pull,push"),
    "maintenance mode": (maintain, "pull"),
}


@pytest.mark.parametrize(("rule", "granted"), RULES.values(), ids=RULES)
def test_rules_take_away_silently(
    world: World, rule: Callable[[World], None], granted: str
) -> None:
    rule(world)
    reply = world.sign_in(world.token("api"), f"repository:{APP}:pull,push")
    assert reply.access == ({APP: granted} if granted else {})


@pytest.mark.parametrize(
    "login",
    [password, token(permissions=(READ_APP,)), deploy_token("read_registry"), job()],
    ids=["password", "fine-grained", "deploy token", "job"],
)
def test_only_legacy_tokens_lose_by_the_enforcement(world: World, login: Login) -> None:
    enforce_fine_grained(world)
    assert world.sign_in(login(world), f"repository:{APP}:pull").access == {APP: "pull"}


def test_push_on_a_path_without_an_image_creates_it(world: World) -> None:
    scope = "repository:team/app/new:pull,push"
    world.sign_in(password(world), scope.replace(",push", ""))
    assert world.gitlab.deeds == []
    world.sign_in(password(world), scope)
    world.sign_in(password(world), scope)
    assert world.gitlab.deeds == [Deed("created", "team/app/new")]
    assert world.app.repositories["team/app/new"] == []


def test_push_that_is_not_granted_creates_nothing(world: World) -> None:
    world.sign_in(world.token("read_registry"), "repository:team/app/new:pull,push")
    assert world.gitlab.deeds == []
    assert "team/app/new" not in world.app.repositories


def test_push_on_an_existing_path_creates_nothing(world: World) -> None:
    assert world.sign_in(password(world), f"repository:{APP}:push").access == {APP: "push"}
    assert world.gitlab.deeds == []


def protect(world: World) -> None:
    world.app.protected["team/app*"] = Role.MAINTAINER


def fill(world: World) -> None:
    world.app.over_storage_limit = True


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        pytest.param(protect, "Pushing to protected repository path forbidden", id="protected"),
        pytest.param(fill, "the namespace storage limit has been reached", id="storage"),
    ],
)
def test_a_policy_against_pushing_has_words_of_its_own(
    world: World, policy: Callable[[World], None], words: str
) -> None:
    policy(world)
    assert world.sign_in(password(world), f"repository:{APP}:pull").status == 200
    reply = world.sign_in(password(world), f"repository:{APP}:pull,push")
    assert reply.status == 403
    assert reply.json["http_status"] == 403
    [error] = reply.json["errors"]
    assert error["code"] == "DENIED"
    assert words in error["message"]
