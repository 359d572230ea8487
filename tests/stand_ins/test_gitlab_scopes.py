"""What `/jwt/auth` grants of a scope: by ability, role, project and the rules above it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.stand_ins.gitlab import Permission, Power, RegistryLevel, Role, Visibility
from tests.stand_ins.logins import (
    Login,
    deploy_token,
    job,
    oauth,
    password,
    project_token,
    token,
)
from tests.stand_ins.world import World

APP, OPEN, HIDDEN = "team/app", "team/open", "other/hidden"
READ_APP = Permission(Power.READ_IMAGES, "team")
READ_TOKEN = Permission(Power.READ_TOKEN)

GRANTED: dict[str, tuple[Login, str, str, str]] = {  # login, path, asked, granted
    "password": (password, APP, "pull,push", "pull,push"),
    "read_registry": (token("read_registry"), APP, "pull,push", "pull"),
    "read_api": (token("read_api"), APP, "pull,push", "pull"),
    "write_registry only": (token("write_registry"), APP, "pull,push", "push"),
    "write_registry, public": (token("write_registry"), OPEN, "pull", ""),
    "both": (token("read_registry", "write_registry"), APP, "pull,push,delete,*", "pull,push"),
    "api": (token("api"), APP, "pull,push,delete", "pull,push"),
    "OAuth": (oauth("read_registry"), APP, "pull,push", "pull"),
    "public": (token("read_registry"), OPEN, "pull", "pull"),
    "not a member": (token("api"), HIDDEN, "pull", ""),
    "no such project": (token("api"), "team/nothing", "pull", ""),
    "unknown action": (token("api"), APP, "fetch,pull", "pull"),
    "capitals": (token("api"), "Team/App", "pull", "pull"),
    "two names below": (token("api"), "team/app/a/b", "pull", "pull"),
    "three names below": (token("api"), "team/app/a/b/c", "pull", ""),
    "crooked path": (token("api"), "team/app/_x", "pull", ""),
    "one name only": (token("api"), "app", "pull", ""),
    "project token": (project_token("read_registry"), APP, "pull", "pull"),
    "deploy token": (deploy_token("read_registry"), APP, "pull,push", "pull"),
    "deploy token, write": (deploy_token("write_registry"), APP, "pull,push", "push"),
    "deploy token of the group": (
        deploy_token("read_registry", places=("team",)),
        APP,
        "pull",
        "pull",
    ),
    "deploy token elsewhere": (deploy_token("read_registry"), HIDDEN, "pull", ""),
    "deploy token elsewhere, public": (deploy_token("read_registry"), OPEN, "pull", "pull"),
    "job": (job(), APP, "pull,push,delete,*", "pull,push,delete"),
    "job elsewhere": (job(), HIDDEN, "pull,push", ""),
    "job elsewhere, public": (job(), OPEN, "pull,push", "pull"),
    "fine-grained": (token(permissions=(READ_APP,)), APP, "pull,push,*", "pull"),
    "fine-grained elsewhere": (token(permissions=(READ_APP,)), HIDDEN, "pull", ""),
    "fine-grained without it": (token(permissions=(READ_TOKEN,)), APP, "pull", ""),
}


@pytest.mark.parametrize(("login", "path", "asked", "granted"), GRANTED.values(), ids=GRANTED)
def test_only_what_the_login_may_is_granted(
    world: World, login: Login, path: str, asked: str, granted: str
) -> None:
    reply = world.sign_in(login(world), f"repository:{path}:{asked}")
    assert reply.status == 200
    assert reply.access == ({path.lower(): granted} if granted else {})


ROLES = {
    Role.GUEST: "",
    Role.PLANNER: "",
    Role.REPORTER: "pull",
    Role.DEVELOPER: "pull,push",
    Role.MAINTAINER: "pull,push,delete,*",
    Role.OWNER: "pull,push,delete,*",
}


@pytest.mark.parametrize(("role", "granted"), ROLES.items(), ids=lambda value: str(value))
@pytest.mark.parametrize("by_group", [False, True], ids=["in the project", "in the group"])
def test_the_role_decides(world: World, role: Role, granted: str, by_group: bool) -> None:
    world.app.members.clear()
    members = {world.anna: role}
    if by_group:
        world.state.add_group("team", members)
    else:
        world.app.members.update(members)
    reply = world.sign_in(password(world), f"repository:{APP}:pull,push,delete,*")
    assert reply.access == ({APP: granted} if granted else {})


@pytest.mark.parametrize(
    ("visibility", "level", "anonymous", "stranger"),
    [
        (Visibility.PUBLIC, RegistryLevel.ENABLED, True, True),
        (Visibility.PUBLIC, RegistryLevel.PRIVATE, False, False),
        (Visibility.INTERNAL, RegistryLevel.ENABLED, False, True),
        (Visibility.PRIVATE, RegistryLevel.ENABLED, False, False),
    ],
)
def test_who_sees_a_project_may_pull_where_its_registry_is_for_everyone(
    world: World, visibility: Visibility, level: RegistryLevel, anonymous: bool, stranger: bool
) -> None:
    world.hidden.visibility, world.hidden.registry = visibility, level
    scope = f"repository:{HIDDEN}:pull,push"
    assert world.sign_in(None, scope).status == (200 if anonymous else 403)
    assert world.sign_in(world.token("api"), scope).access == ({HIDDEN: "pull"} if stranger else {})


CATALOG = "registry:catalog:*"


@pytest.mark.parametrize("scope", [CATALOG, "registry:catalog:pull", "registry:other:*"])
@pytest.mark.parametrize("admin", [True, False])
def test_the_catalog_is_for_administrators(world: World, scope: str, admin: bool) -> None:
    world.anna.admin = admin
    granted = {"catalog": "*"} if admin and scope == CATALOG else {}
    assert world.sign_in(password(world), scope).access == granted


def test_several_scopes_are_judged_one_by_one(world: World) -> None:
    pull = [f"repository:{path}:pull" for path in (APP, OPEN, HIDDEN)]
    granted = {APP: "pull", OPEN: "pull"}
    assert world.sign_in(password(world), *pull).access == granted
    assert world.sign_in(password(world), " ".join(pull)).access == granted
    assert world.sign_in(password(world), "plugin:team/app:pull").access == {}


@pytest.mark.parametrize("scope", ["repository:foo", "repository::", "repository"])
def test_gitlab_stumbles_over_a_malformed_scope(world: World, scope: str) -> None:
    assert world.sign_in(password(world), scope).status == 500


def test_a_token_says_who_came_and_for_how_long(world: World) -> None:
    now = datetime(2027, 5, 20, 12, 30, tzinfo=UTC)
    world.gitlab.clock.set(now)
    claims = world.sign_in(password(world), f"repository:{APP}:pull").claims
    moment = int(now.timestamp())
    expected: dict[str, Any] = {
        "iss": "gitlab-issuer",
        "aud": "container_registry",
        "sub": "anna",
        "iat": moment,
        "nbf": moment - 5,
        "exp": moment + 300,
    }
    assert expected.items() <= claims.items()
    [access] = claims["access"]
    assert access["meta"] == {
        "project_path": APP,
        "project_id": world.app.id,
        "root_namespace_id": 1,
    }


@pytest.mark.parametrize("who", [deploy_token("read_registry"), None], ids=["deploy", "nobody"])
def test_a_token_of_no_user_has_no_subject(world: World, who: Login | None) -> None:
    reply = world.sign_in(who(world) if who else None, f"repository:{OPEN}:pull")
    assert "sub" not in reply.claims
