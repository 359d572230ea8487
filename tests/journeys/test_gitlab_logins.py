"""Logins of every kind at a GitLab stand-in, over real connections."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from registry.check import Evidence, Verdict
from registry.outcome import Outcome
from tests.journeys.engine import check_over_loopback
from tests.stand_ins.conftest import world
from tests.stand_ins.gitlab import Account, Ban, Permission, Power, Role
from tests.stand_ins.world import ANNA, Pair, World

__all__ = ["world"]  # the furnished GitLab, as a fixture

Make = Callable[[World], Pair]
HERE, BOTH = "team/app", ("read_registry", "write_registry")
TODAY = datetime.now(UTC).date()
TOMORROW = TODAY + timedelta(days=1)


def token(*scopes: str, **rest: object) -> Make:
    return lambda w: ("any-name", w.state.add_token(w.anna, *scopes, **rest).token)


def deploy(*scopes: str, **rest: object) -> Make:
    def make(w: World) -> Pair:
        made = w.state.add_deploy_token(*scopes, places=("team/app",), **rest)
        return made.username, made.token

    return make


def blocked(w: World) -> Pair:
    pair = token("read_registry")(w)
    w.anna.account = Account.BLOCKED
    return pair


def of_reporter(w: World) -> Pair:
    w.app.members[w.anna] = Role.REPORTER
    return token(*BOTH)(w)


def other_name(w: World) -> Pair:
    return "gitlab+deploy-token-1", deploy("read_registry")(w)[1]


def banned(w: World) -> Pair:
    w.state.flags.ban = Ban(max_failures=1)
    w.sign_in(("anna", "made-up-wrong-password"))
    return deploy("read_registry")(w)


def flag(make: Make, **flags: object) -> Make:
    def set_and_make(w: World) -> Pair:
        for name, value in flags.items():
            setattr(w.state.flags, name, value)
        return make(w)

    return set_and_make


CASES: dict[str, tuple[Make, bool, str, Outcome]] = {
    "read_registry, to pull": (token("read_registry"), False, "", Outcome.VALID),
    "read_registry, to pull here": (token("read_registry"), False, HERE, Outcome.VALID),
    "read_registry, to push": (token("read_registry"), True, "", Outcome.MISSING_SCOPE),
    "both scopes, to push": (token(*BOTH), True, "", Outcome.VALID),
    "both scopes, to push here": (token(*BOTH), True, HERE, Outcome.VALID),
    "api, to push here": (token("api"), True, HERE, Outcome.VALID),
    "write_registry alone": (token("write_registry"), False, "", Outcome.MISSING_SCOPE),
    "read_user alone": (token("read_user"), False, "", Outcome.MISSING_SCOPE),
    "expired": (token("read_registry", expires_on=date(2020, 1, 1)), False, "", Outcome.EXPIRED),
    "ends today": (token("read_registry", expires_on=TODAY), False, "", Outcome.EXPIRED),
    "ends tomorrow": (token("read_registry", expires_on=TOMORROW), False, "", Outcome.VALID),
    "revoked": (token("read_registry", revoked=True), False, "", Outcome.REVOKED),
    "deleted": (token("read_registry", deleted=True), False, "", Outcome.REJECTED),
    "of a blocked account": (blocked, False, "", Outcome.BLOCKED),
    "of a reporter, to push here": (of_reporter, True, HERE, Outcome.NO_ACCESS),
    "of no member": (token(*BOTH), False, "other/hidden", Outcome.NO_ACCESS),
    "fine-grained, to pull here": (
        token(permissions=(Permission(Power.READ_IMAGES, "team/app"),)),
        False,
        HERE,
        Outcome.VALID,
    ),
    "fine-grained, to push": (
        token(
            permissions=(Permission(Power.READ_IMAGES, "team"), Permission(Power.READ_TOKEN)),
        ),
        True,
        "",
        Outcome.MISSING_SCOPE,
    ),
    "deploy token, to pull here": (deploy("read_registry"), False, HERE, Outcome.VALID),
    "deploy token, to push here": (deploy(*BOTH), True, HERE, Outcome.VALID),
    "deploy token, push missing": (deploy("read_registry"), True, HERE, Outcome.NO_ACCESS),
    "deploy token, elsewhere": (deploy(*BOTH), False, "other/hidden", Outcome.NO_ACCESS),
    "deploy token, no registry scope": (
        deploy("read_repository"),
        False,
        "",
        Outcome.MISSING_SCOPE,
    ),
    "deploy token, expired": (
        deploy("read_registry", expires_at=datetime(2020, 1, 1, tzinfo=UTC)),
        False,
        "",
        Outcome.REJECTED,
    ),
    "deploy token, other user name": (other_name, False, "", Outcome.REJECTED),
    "password": (lambda w: ANNA, False, "", Outcome.VALID),
    "wrong password": (lambda w: ("anna", "made-up-wrong"), False, "", Outcome.REJECTED),
    "banned address": (banned, False, "", Outcome.BANNED),
    "registry off": (
        flag(deploy("read_registry"), registry_enabled=False),
        False,
        "",
        Outcome.WRONG_SERVER,
    ),
    "authorization stripped": (
        flag(deploy("read_registry"), strip_authorization=True),
        False,
        "",
        Outcome.BROKEN_ANSWER,
    ),
    "registry and GitLab disagree": (
        flag(token("read_registry"), registry_trusts_gitlab=False),
        False,
        "",
        Outcome.BROKEN_ANSWER,
    ),
    "no token API": (flag(token("read_registry"), api=False), False, "", Outcome.VALID),
}


def look(world: World, pair: Pair, **asked: object) -> tuple[Evidence, Verdict]:
    return check_over_loopback(
        world.gitlab.registry_url,
        *pair,
        sign_in=world.gitlab.web_url,
        provider="gitlab",
        **asked,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("name", CASES)
def test_a_login_at_gitlab_has_its_outcome(world: World, name: str) -> None:
    make, push, repository, outcome = CASES[name]
    pair = make(world)
    world.gitlab.forget()
    _, verdict = look(world, pair, push=push, repository=repository)
    assert verdict.outcome is outcome, verdict
    assert world.gitlab.deeds == [], "a check must change nothing"


def test_a_dead_token_counts_no_failed_login(world: World) -> None:
    pair = token("read_registry", revoked=True)(world)
    look(world, pair)
    assert not +world.gitlab.failed_logins


def test_a_dead_deploy_token_counts_one(world: World) -> None:
    pair = deploy("read_registry", expires_at=datetime(2020, 1, 1, tzinfo=UTC))(world)
    look(world, pair)
    assert sum(world.gitlab.failed_logins.values()) == 1


def test_push_for_an_unknown_repository_creates_nothing(world: World) -> None:
    pair = deploy(*BOTH)(world)
    _, verdict = look(world, pair, push=True, repository="team/app/never-pushed")
    assert verdict.message.key == "cause_valid_push_unseen"
    assert world.gitlab.deeds == []


def test_the_web_host_is_told_apart_from_the_registry(world: World) -> None:
    _, verdict = check_over_loopback(world.gitlab.web_url, *token("api")(world))
    assert verdict.outcome is Outcome.WRONG_SERVER
    assert verdict.message.key == "cause_web_host"


def test_without_a_confirmation_nothing_goes_to_another_port(world: World) -> None:
    pair = token("read_registry")(world)
    world.gitlab.forget()
    _, verdict = check_over_loopback(world.gitlab.registry_url, *pair)
    assert verdict.outcome is Outcome.DISTRUSTED_REALM
    assert str(verdict.asks) == world.gitlab.web_url
    assert [seen.path for seen in world.gitlab.requests] == ["/v2/"]


def test_the_scopes_and_the_end_are_the_providers(world: World) -> None:
    _, verdict = look(world, token("read_registry", expires_on=TOMORROW)(world))
    assert verdict.held == ("read_registry",)
    assert verdict.expires_at == datetime(*TOMORROW.timetuple()[:3], tzinfo=UTC)
    assert verdict.token_lifetime_s == 300
