"""Whom `/jwt/auth` lets in, credential by credential, and with which words it refuses."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stand_ins.gitlab import Account, Kind, Texts
from tests.stand_ins.logins import (
    Login,
    deploy_token,
    job,
    oauth,
    of_anna,
    pair,
    password,
    token,
    where,
)
from tests.stand_ins.world import ANNA, World

MIDNIGHT = datetime(2027, 5, 20, tzinfo=UTC)
TODAY = MIDNIGHT.date()
A_SECOND, AN_HOUR, A_DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)

ACCEPTED: dict[str, tuple[Login, str]] = {
    "password": (password, "gitlab_or_ldap"),
    "password, by e-mail": (pair("anna@example.org", ANNA[1]), "gitlab_or_ldap"),
    "read_registry": (token("read_registry"), "personal_access_token"),
    "write_registry only": (token("write_registry"), "personal_access_token"),
    "api": (token("api"), "personal_access_token"),
    "read_api": (token("read_api"), "personal_access_token"),
    "on its last day": (token("api", expires_on=TODAY + A_DAY), "personal_access_token"),
    "impersonation": (token("api", kind=Kind.IMPERSONATION), "personal_access_token"),
    "token with 2FA": (of_anna(token("api"), two_factor=True), "personal_access_token"),
    "deploy token": (deploy_token("read_registry"), "deploy_token"),
    "deploy token of a name": (deploy_token("read_registry", username="bo"), "deploy_token"),
    "deploy token at its end": (
        deploy_token("read_registry", expires_at=MIDNIGHT),
        "deploy_token",
    ),
    "job token": (job(), "build"),
    "OAuth token": (oauth("read_registry", expires_at=MIDNIGHT + AN_HOUR), "oauth"),
}

REFUSED: dict[str, tuple[Login, int]] = {  # with the failures that it counts for
    "wrong password": (pair("anna", "made-up-mistake"), 1),
    "unknown user": (pair("nobody", "made-up-mistake"), 1),
    "wrong token": (pair("anna", "glpat-MADEUP99999999999999"), 1),
    "2FA and right password": (of_anna(password, two_factor=True), 0),
    "2FA and wrong password": (of_anna(pair("anna", "no"), two_factor=True), 1),
    "2FA enforced": (where(password, two_factor_enforced=True), 0),
    "no passwords for Git": (where(password, password_for_git=False), 1),
    "expired today": (token("read_registry", expires_on=TODAY), 1),
    "revoked": (token("read_registry", revoked=True), 1),
    "owner blocked": (of_anna(token("read_registry"), Account.BLOCKED), 1),
    "owner deactivated": (of_anna(token("read_registry"), Account.DEACTIVATED), 1),
    "owner's password expired": (of_anna(token("api"), Account.PASSWORD_EXPIRED), 1),
    "owner deleted": (of_anna(token("read_registry"), deleted=True), 1),
    "blocked person's password": (of_anna(password, Account.BLOCKED), 1),
    "impersonation switched off": (
        where(token("api", kind=Kind.IMPERSONATION), impersonation=False),
        1,
    ),
    "deploy token expired": (
        deploy_token("read_registry", expires_at=MIDNIGHT - A_SECOND),
        1,
    ),
    "deploy token revoked": (deploy_token("read_registry", revoked=True), 1),
    "deploy token, wrong name": (deploy_token("read_registry", login="anna"), 1),
    "job ended": (job(running=False), 0),
    "CI switched off": (job(ci_enabled=False), 0),
    "made-up job token": (pair("gitlab-ci-token", "made-up-canary"), 0),
    "OAuth token expired": (oauth("api", expires_at=MIDNIGHT), 1),
    "registry scopes without a registry": (
        where(token("read_registry"), registry_enabled=False),
        1,
    ),
}

WITHOUT_REGISTRY_SCOPE: dict[str, Login] = {
    "read_user": token("read_user"),
    "read_repository": token("read_repository"),
    "write_repository": token("write_repository"),
    "self_rotate": token("self_rotate"),
    "deploy token": deploy_token("read_repository"),
    "OAuth token": oauth("read_user", expires_at=MIDNIGHT + AN_HOUR),
    "deploy token and external authorization": where(
        deploy_token("read_registry"), external_authorization=True
    ),
}


@pytest.fixture(autouse=True)
def _at_midnight(world: World) -> None:
    world.gitlab.clock.set(MIDNIGHT)


@pytest.mark.parametrize(("login", "auth_type"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_live_login_without_a_scope_gets_a_token_for_nothing(
    world: World, login: Login, auth_type: str
) -> None:
    reply = world.sign_in(login(world))
    assert reply.status == 200
    assert set(reply.json) == {"token"}
    assert reply.claims["access"] == []
    assert reply.claims["auth_type"] == auth_type
    assert world.gitlab.failed_logins.total() == 0


@pytest.mark.parametrize(("login", "failures"), REFUSED.values(), ids=REFUSED)
def test_every_bad_login_gets_the_same_words(world: World, login: Login, failures: int) -> None:
    reply = world.sign_in(login(world))
    assert reply.status == 401
    assert reply.header("WWW-Authenticate") == ""
    assert set(reply.json) == {"errors"}
    [error] = reply.json["errors"]
    assert error["code"] == "UNAUTHORIZED"
    assert error["message"].startswith("HTTP Basic: Access denied. If a password was provided")
    assert f"See {world.gitlab.web_url}/help/" in error["message"]
    assert world.gitlab.failed_logins.total() == failures


@pytest.mark.parametrize("login", WITHOUT_REGISTRY_SCOPE.values(), ids=WITHOUT_REGISTRY_SCOPE)
def test_a_live_login_without_any_registry_scope_is_denied(world: World, login: Login) -> None:
    reply = world.sign_in(login(world), "repository:team/app:pull")
    assert reply.status == 403
    assert reply.json == {
        "errors": [{"code": "DENIED", "message": "access forbidden"}],
        "http_status": 403,
    }
    assert world.gitlab.failed_logins.total() == 0


def test_a_token_ends_at_midnight_utc_on_its_date(world: World) -> None:
    pair = token("read_registry", expires_on=TODAY)(world)
    world.gitlab.clock.set(MIDNIGHT - A_SECOND)
    assert world.sign_in(pair).status == 200
    world.gitlab.clock.advance(A_SECOND)
    assert world.sign_in(pair).status == 401


def test_the_user_name_beside_an_access_token_is_not_looked_at(world: World) -> None:
    _name, secret = token("read_registry")(world)
    assert world.sign_in(("", secret)).claims["sub"] == "anna"
    assert world.sign_in(("gitlab-ci-token", secret)).claims["sub"] == "anna"


def test_a_dead_token_is_tried_as_a_password_at_the_directory(world: World) -> None:
    world.anna.ldap = True
    _name, secret = token("read_registry", revoked=True)(world)
    world.sign_in(("anna", secret))
    assert world.anna.failed_binds == 1


@pytest.mark.parametrize(
    ("texts", "login", "words"),
    [
        pytest.param(Texts.FROM_15, password, "your account has 2FA enabled", id="15, 2FA"),
        pytest.param(Texts.FROM_10, password, "You must use a personal access", id="10, 2FA"),
        pytest.param(Texts.FROM_10, pair("anna", "no"), "", id="10, wrong password"),
    ],
)
def test_old_versions_have_words_of_their_own(
    world: World, texts: Texts, login: Login, words: str
) -> None:
    world.anna.two_factor = True
    world.state.flags.texts = texts
    [error] = world.sign_in(login(world)).json["errors"]
    assert error["message"].startswith("HTTP Basic: Access denied")
    assert words in error["message"]
    assert words or error["message"] == "HTTP Basic: Access denied"


def test_old_versions_without_passwords_ask_everybody_for_a_token(world: World) -> None:
    world.state.flags.texts = Texts.FROM_10
    world.state.flags.password_for_git = False
    [error] = world.sign_in(("anna", "made-up-mistake")).json["errors"]
    assert "You must use a personal access token" in error["message"]
