"""Logins of every kind for tables of tests: each makes its credential in the world it gets."""

from collections.abc import Callable
from typing import Any

from tests.stand_ins.gitlab import Account
from tests.stand_ins.world import ANNA, Pair, World

Login = Callable[[World], Pair]


def password(_world: World) -> Pair:
    return ANNA


def pair(username: str, secret: str) -> Login:
    return lambda _world: (username, secret)


def token(*scopes: str, login: str = "whoever", **rest: Any) -> Login:
    """A token of Anna's."""
    return lambda world: (login, world.state.add_token(world.anna, *scopes, **rest).token)


def project_token(*scopes: str, **rest: Any) -> Login:
    return lambda world: ("bot", world.state.add_project_token(world.app, *scopes, **rest).token)


def deploy_token(*scopes: str, login: str = "", **rest: Any) -> Login:
    """A deploy token of ``team/app``; ``login`` is another user name than its own."""

    def prepare(world: World) -> Pair:
        made = world.state.add_deploy_token(*scopes, **{"places": ("team/app",), **rest})
        return login or made.username, made.token

    return prepare


def job(*, running: bool = True, ci_enabled: bool = True) -> Login:
    def prepare(world: World) -> Pair:
        world.app.ci_enabled = ci_enabled
        made = world.state.add_job(world.app, world.anna, running=running)
        return "gitlab-ci-token", made.token

    return prepare


def oauth(*scopes: str, **rest: Any) -> Login:
    return lambda world: ("oauth2", world.state.add_oauth_token(world.anna, *scopes, **rest).token)


def of_anna(login: Login, account: Account = Account.ACTIVE, **changes: Any) -> Login:
    """The same login, after this happened to Anna's account."""

    def prepare(world: World) -> Pair:
        made = login(world)
        world.anna.account = account
        for name, value in changes.items():
            setattr(world.anna, name, value)
        return made

    return prepare


def where(login: Login, **flags: Any) -> Login:
    """The same login, on an instance with these switches."""

    def prepare(world: World) -> Pair:
        for name, value in flags.items():
            setattr(world.state.flags, name, value)
        return login(world)

    return prepare
