"""What the API tells about a token, alive and dead, and what it does when it is asked to."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.stand_ins.asking import ask
from tests.stand_ins.gitlab import Account, Kind, Permission, Power, Role
from tests.stand_ins.gitlab.tokens import SCOPES
from tests.stand_ins.logins import Login, deploy_token, job, oauth, of_anna, pair, token, where
from tests.stand_ins.world import World

MIDNIGHT = datetime(2027, 5, 20, tzinfo=UTC)
TODAY = MIDNIGHT.date()
SELF = "/personal_access_tokens/self"
EXPIRED = "Token is expired. You can either do re-authorization or token refresh."
REVOKED = "Token was revoked. You have to re-authorize from the user."
NO_IMPERSONATION = "Token is an impersonation token but impersonation was disabled."


@pytest.fixture(autouse=True)
def _at_midnight(world: World) -> None:
    world.gitlab.clock.set(MIDNIGHT)


@pytest.mark.parametrize("scope", sorted(SCOPES - {"granular"}))
def test_a_live_token_of_any_scope_tells_about_itself(world: World, scope: str) -> None:
    made = world.state.add_token(world.anna, scope, expires_on=TODAY + timedelta(1))
    reply = world.api(SELF, made.token)
    assert reply.status == 200
    told = {"id": made.id, "scopes": [scope], "active": True, "revoked": False}
    assert told.items() <= reply.json.items()
    assert reply.json["expires_at"] == "2027-05-21"
    assert "token" not in reply.json


def test_a_token_without_an_end_says_so(world: World) -> None:
    assert world.api(SELF, world.token("api")[1]).json["expires_at"] is None


def test_a_bearer_counts_as_well(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.token('read_registry')[1]}"}
    assert ask(f"{world.gitlab.web_url}/api/v4{SELF}", headers=headers).status == 200


DEAD: dict[str, tuple[Login, str]] = {
    "expired": (token("api", expires_on=TODAY), EXPIRED),
    "revoked": (token("api", revoked=True), REVOKED),
    "expired and revoked": (token("api", expires_on=TODAY, revoked=True), EXPIRED),
    "impersonation off": (
        where(token("api", kind=Kind.IMPERSONATION), impersonation=False),
        NO_IMPERSONATION,
    ),
}


@pytest.mark.parametrize(("login", "words"), DEAD.values(), ids=DEAD)
def test_a_dead_token_is_told_why(world: World, login: Login, words: str) -> None:
    reply = world.api(SELF, login(world)[1])
    assert reply.status == 401
    assert reply.json == {"error": "invalid_token", "error_description": words}
    assert reply.header("WWW-Authenticate") == (
        f'Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="{words}"'
    )


UNKNOWN: dict[str, Login] = {
    "mistyped": pair("x", "glpat-MADEUP99999999999999"),
    "deleted": token("api", deleted=True),
    "deploy token": deploy_token("read_registry"),
    "job token": job(),
    "no token": pair("x", ""),
    "OAuth token as PRIVATE-TOKEN": oauth("api"),
}


@pytest.mark.parametrize("login", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_no_access_token_is_unknown(world: World, login: Login) -> None:
    reply = world.api(SELF, login(world)[1])
    assert (reply.status, reply.json) == (401, {"message": "401 Unauthorized"})
    assert reply.header("WWW-Authenticate") == ""


@pytest.mark.parametrize("account", [one for one in Account if one is not Account.ACTIVE])
def test_a_token_of_an_unusable_account_is_told_the_reason(world: World, account: Account) -> None:
    reply = world.api(SELF, of_anna(token("read_registry"), account)(world)[1])
    assert (reply.status, reply.json) == (403, {"message": f"403 Forbidden - {account}"})


def test_an_oauth_token_is_alive_and_of_the_wrong_type(world: World) -> None:
    made = world.state.add_oauth_token(world.anna, "api", expires_at=MIDNIGHT + timedelta(1))
    headers = {"Authorization": f"Bearer {made.token}"}
    reply = ask(f"{world.gitlab.web_url}/api/v4{SELF}", headers=headers)
    assert reply.status == 400
    assert "requires token type to be a personal access token" in reply.json["message"]


def test_a_proof_of_possession_may_be_asked_for(world: World) -> None:
    reply = world.api(SELF, of_anna(token("api"), dpop=True)(world)[1])
    assert (reply.status, reply.json["error"]) == (401, "dpop_error")


@pytest.mark.parametrize(("power", "status"), [(Power.READ_TOKEN, 200), (Power.READ_IMAGES, 403)])
def test_a_fine_grained_token_needs_a_permission(world: World, power: Power, status: int) -> None:
    made = world.state.add_token(world.anna, permissions=(Permission(power, "team"),))
    reply = world.api(SELF, made.token)
    assert reply.status == status
    if status == 200:
        assert reply.json["scopes"] == ["granular"]
    else:
        assert reply.json["error"] == "insufficient_granular_scope"
        assert "read_personal_access_token" in reply.json["error_description"]


def test_an_old_gitlab_does_not_know_the_question(world: World) -> None:
    world.state.flags.api = False
    assert world.api(SELF, world.token("api")[1]).status == 404


@pytest.mark.parametrize("path", ["/user", "/version", "/metadata"])
def test_other_questions_need_more_scopes(world: World, path: str) -> None:
    assert world.api(path, world.token("read_user")[1]).status == 200
    reply = world.api(path, world.token("read_registry")[1])
    assert (reply.status, reply.json["error"]) == (403, "insufficient_scope")
    assert reply.json["scope"] == "api read_api read_user"
    assert reply.header("WWW-Authenticate") == ""


def test_associations_name_projects_from_a_role_on(world: World) -> None:
    other = world.state.add_project("team/docs", {world.anna: Role.GUEST})
    secret = world.token("read_registry")[1]
    path = f"{SELF}/associations"
    told = world.api(path, secret, min_access_level="20").json
    assert [(one["path_with_namespace"], one["access_levels"]) for one in told["projects"]] == [
        ("team/app", {"project_access_level": 30, "group_access_level": None})
    ]
    everything = {one["path_with_namespace"] for one in world.api(path, secret).json["projects"]}
    assert everything == {"team/app", "team/open", other.path}


def test_associations_know_groups_and_come_in_pages(world: World) -> None:
    world.state.add_group("team", {world.anna: Role.REPORTER})
    path, secret = f"{SELF}/associations", world.token("read_registry")[1]
    first, second, third = (
        world.api(path, secret, min_access_level="20", per_page="1", page=str(page)).json
        for page in (1, 2, 3)
    )
    assert [group["access_levels"] for group in first["groups"]] == [20]
    levels = [one["access_levels"]["group_access_level"] for one in first["projects"]]
    assert levels == [20]
    assert [one["path_with_namespace"] for one in second["projects"]] == ["team/open"]
    assert third == {"groups": [], "projects": []}


def test_a_project_token_sees_its_project(world: World) -> None:
    made = world.state.add_project_token(world.app, "read_registry", role=Role.REPORTER)
    told = world.api(f"{SELF}/associations", made.token, min_access_level="20").json
    assert [one["path_with_namespace"] for one in told["projects"]] == ["team/app"]


def test_a_project_names_its_registry_to_those_who_see_it(world: World) -> None:
    app, hidden = (f"/projects/{quote(path, safe='')}" for path in ("team/app", "other/hidden"))
    reply = world.api(app, world.token("read_api")[1])
    netloc = world.gitlab.registry_url.partition("://")[2]
    assert reply.json["container_registry_image_prefix"] == f"{netloc}/team/app"
    assert reply.json["container_registry_access_level"] == "enabled"
    assert world.api(hidden, world.token("api")[1]).status == 404
    assert world.api(app).status == 404
    assert world.api("/projects/team%2Fopen").status == 200
    assert world.api(app, world.token("read_registry")[1]).json["error"] == "insufficient_scope"
