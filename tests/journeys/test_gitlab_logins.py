"""`check_login` at a GitLab: every line of its sign-in, every row of what can be told."""

import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from registry.flows.find_registry import PORTS
from registry.transport import session
from registry.words import WORDS
from tests.journeys import gitlab_decision_rows, gitlab_sign_in_lines
from tests.journeys.command import Told, check_login
from tests.journeys.gitlab_case import ANYTHING, BOTH, Case
from tests.journeys.gitlab_sign_in_lines import NEVER
from tests.servers.process import answers
from tests.servers.tls import certificate
from tests.stand_ins.conftest import world
from tests.stand_ins.gitlab import GitLab
from tests.stand_ins.world import Pair, World, furnish

pytestmark = pytest.mark.one_database

__all__ = ["world"]  # the furnished GitLab, as a fixture

UNREACHED = gitlab_sign_in_lines.UNREACHED
CASES = gitlab_sign_in_lines.CASES | gitlab_decision_rows.CASES
HARMLESS = re.compile(r"repository:[a-z0-9/-]+:pull(,push)?")


def run(world: World, case: Case, pair: Pair, *options: str) -> Told:
    """Ask about this login; GitLab's sign-in host is one that the command line trusts."""
    told = check_login(
        case.server(world),
        *pair,
        *("--trust-sign-in", world.gitlab.web_url.partition("//")[2]),
        *("--need", "push" if case.push else "pull"),
        *(("--repository", case.repository) if case.repository else ()),
        *(("--expires-on", case.typed_end.isoformat()) if case.typed_end else ()),
        *options,
    )
    assert told.status == (0 if case.outcome == "valid" else 1 if case.outcome.is_conclusive else 2)
    return told


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is told from an answer after a part of the usual time."""
    monkeypatch.setattr(session, "EXCHANGE_S", 1.0)


@pytest.mark.parametrize("name", CASES)
def test_a_login_at_gitlab_has_its_verdict(world: World, name: str) -> None:
    case = CASES[name]
    pair = case.login(world)
    world.gitlab.forget()
    told = run(world, case, pair, "--provider", "gitlab").json
    assert_verdict(told, case)
    assert_harmless(world, case, pair)


def assert_verdict(told: dict[str, Any], case: Case) -> None:
    assert (told["outcome"], told["message"]) == (case.outcome, Saying(case.says)), told
    assert told["conclusive"] is case.outcome.is_conclusive
    assert tuple(told["missing"]) == case.missing, told
    if case.held is not ANYTHING:
        assert told["held"] == (None if case.held is None else list(case.held)), told
    assert case.excess in (ANYTHING, tuple(told["excess"])), told
    for advice in case.advises:
        assert Saying(advice) in told["advice"], told
    assert told["expires_at"] == (_midnight(case) if case.ends else None)
    assert told["retry_after_s"] == case.retry_after_s
    assert case.lifetime_s in (None, told["token_lifetime_s"])
    assert (told["suggested_server"], told["asks"]) == ("", None)


def assert_harmless(world: World, case: Case, pair: Pair) -> None:
    """What GitLab saw: nothing was made, changed or asked for that could make something."""
    gitlab = world.gitlab
    assert gitlab.deeds == [], "a check must change nothing"
    assert sum(gitlab.failed_logins.values()) == case.failed
    assert {one.method for one in gitlab.requests} <= {"GET"}
    scopes = [value for one in gitlab.requests for key, value in one.query if key == "scope"]
    assert all(HARMLESS.fullmatch(scope) for scope in scopes)
    if case.silent:
        assert gitlab.requests == []
    if case.server(world) != gitlab.registry_url:
        assert gitlab.requests.carrying(pair[1]) == []


class Saying:
    """Equal to every text that the sentence of this key can become."""

    def __init__(self, key: str) -> None:
        words = re.split(r"\{\w+\}", WORDS[key])
        self.pattern = re.compile(".*".join(re.escape(part) for part in words))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.pattern.fullmatch(other) is not None

    def __hash__(self) -> int:
        return hash(self.pattern)

    def __repr__(self) -> str:
        return f"<{self.pattern.pattern}>"


def _midnight(case: Case) -> str:
    assert case.ends is not None
    return datetime.combine(case.ends, time(), UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("word", "count"),
    [("line", gitlab_sign_in_lines.LINES), ("row", gitlab_decision_rows.ROWS)],
)
def test_every_line_and_every_row_has_a_case_or_a_reason(word: str, count: int) -> None:
    named = {int(name.split()[1][:-1]) for name in CASES if name.startswith(f"{word} ")}
    left_out = {int(name.split()[1]) for name in UNREACHED if name.startswith(f"{word} ")}
    assert named & left_out == set()
    assert named | left_out == set(range(1, count + 1))


@pytest.mark.parametrize(
    "name",
    [
        "line 6: second factor",
        "line 21: deploy token, to push here",
        "line 26: job token, its job has ended",
        "row 2: expired",
        "row 12: a role too low to push",
        "row 22: the login does not arrive",
    ],
)
def test_nobody_has_to_say_that_it_is_gitlab(world: World, name: str) -> None:
    case = CASES[name]
    pair = case.login(world)
    world.gitlab.forget()
    assert_verdict(run(world, case, pair).json, case)
    assert_harmless(world, case, pair)


def test_without_a_confirmation_nothing_goes_to_another_port(world: World) -> None:
    told = check_login(world.gitlab.registry_url, *world.token(*BOTH)).json
    assert (told["outcome"], told["asks"]) == ("distrusted_realm", world.gitlab.web_url)
    assert [seen.path for seen in world.gitlab.requests] == ["/v2/"]


@pytest.mark.parametrize("name", ["row 1: scopes and role cover pushing", "row 3: revoked"])
def test_a_relative_root_is_part_of_the_api_s_address(name: str) -> None:
    with GitLab(root="/gitlab") as gitlab:
        case, world = CASES[name], furnish(gitlab)
        pair = case.login(world)
        assert_verdict(run(world, case, pair).json, case)


def test_a_sign_in_at_another_port_of_the_same_name_needs_no_word_over_tls(tmp_path: Path) -> None:
    tls = certificate(tmp_path)
    with GitLab(tls=tls) as gitlab:
        world = furnish(gitlab)
        pair = world.token(*BOTH)
        strange = check_login(gitlab.registry_url, *pair).json
        assert (strange["outcome"], gitlab.requests) == ("tls_failed", [])
        named = check_login(gitlab.registry_url, *pair, "--ca-file", str(tls.authority)).json
        assert (named["outcome"], named["asks"]) == ("valid", None)


def test_a_dead_token_is_not_tried_as_a_password_at_a_directory(world: World) -> None:
    world.anna.ldap = True
    dead = world.state.add_token(world.anna, *BOTH, revoked=True).token
    case = CASES["row 3: revoked"]
    assert run(world, case, (world.anna.username, dead)).json["outcome"] == "revoked"
    assert world.anna.failed_binds == 0


def test_the_registry_beside_a_web_address_is_found() -> None:
    port = next(port for port in PORTS if not answers(port))
    with GitLab(registry_port=port) as gitlab:
        told = check_login(gitlab.web_url, "anna", NEVER).json
        assert told["outcome"] == "wrong_server"
        assert told["suggested_server"] == gitlab.registry_url
        assert told["advice"] == [f"Use {gitlab.registry_url} as the registry server."]
        assert gitlab.requests.carrying(NEVER) == []


@pytest.mark.parametrize("repository", ["team/app:pull:push", "team//app", ":", "team/app:*"])
def test_no_repository_can_make_a_malformed_scope(world: World, repository: str) -> None:
    """Line 42, and what would ask for more than the need says."""
    pair = world.token(*BOTH)
    told = check_login(world.gitlab.registry_url, *pair, "--repository", repository)
    assert (told.status, told.out) == (64, "")
    assert world.gitlab.requests == []
