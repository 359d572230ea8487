"""`check_login` beside `skopeo login`, at a docker-registry that believes a GitLab's tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.outcome import Outcome
from tests.journeys.agreement import assert_agreed
from tests.journeys.command import check_login
from tests.journeys.gitlab_case import BOTH, HERE, HIDDEN, READ, WRITE, group_token, instead
from tests.journeys.gitlab_decision_rows import NEVER, WHOLE
from tests.journeys.gitlab_sign_in_lines import after_failures
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.skopeo import Person, Said, log_in, push
from tests.stand_ins.answers import failing
from tests.stand_ins.gitlab import Account, Ban, GitLab, Kind, Permission, Power, State, Throttle
from tests.stand_ins.gitlab.bans import Bans
from tests.stand_ins.logins import (
    Login,
    deploy_token,
    job,
    oauth,
    of_anna,
    pair,
    password,
    project_token,
    token,
    where,
)
from tests.stand_ins.world import ANNA, World, furnish

pytestmark = pytest.mark.one_database

LONG_AGO = date(2020, 1, 1)
AT_NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
WRONG = pair("anna", "made up, and wrong")
READER, PUSHER = deploy_token(*READ), deploy_token(*BOTH)


@dataclass(frozen=True)
class Row:
    """One login, what skopeo says, what we say, and why the two must differ."""

    login: Login
    skopeo: Said
    ours: Outcome
    differs: str = ""
    push: bool = False
    repository: str = ""


def good(login: Login, **rest: object) -> Row:
    return Row(login, Said.YES, Outcome.VALID, **rest)  # type: ignore[arg-type]


def dead(login: Login, ours: Outcome = Outcome.REJECTED) -> Row:
    return Row(login, Said.REFUSED, ours)


def unsure(login: Login, ours: Outcome) -> Row:
    """Skopeo fails on a status that it does not explain."""
    return Row(login, Said.CANNOT_TELL, ours)


LIVES = "skopeo asks whether it lives, we ask also what it may do"
ROWS = {
    "access token": good(token(*READ)),
    "access token, to pull here": good(token(*READ), repository=HERE),
    "access token, to push here": good(token(*BOTH), push=True, repository=HERE),
    "access token, to pull what was never pushed": good(token(*READ), repository=f"{HERE}/never"),
    "access token with its check digits": good(token(*READ, token=WHOLE)),
    "fine-grained token, to pull here": good(
        token(permissions=(Permission(Power.READ_IMAGES, "team"),)), repository=HERE
    ),
    "project token": good(project_token(*READ)),
    "group token": good(group_token(*READ)),
    "service account": good(token(*READ, kind=Kind.SERVICE_ACCOUNT)),
    "impersonation": good(token(*READ, kind=Kind.IMPERSONATION)),
    "OAuth token": good(oauth("api")),
    "job token": good(job()),
    "deploy token": good(READER),
    "deploy token, to push here": good(PUSHER, push=True, repository=HERE),
    "password": good(password),
    "while pushing is forbidden by maintenance": good(where(READER, maintenance=True)),
    "expired": dead(token(*READ, expires_on=LONG_AGO), Outcome.EXPIRED),
    "revoked": dead(token(*READ, revoked=True), Outcome.REVOKED),
    "of a blocked account": dead(of_anna(token(*READ), Account.BLOCKED), Outcome.BLOCKED),
    "of a deleted account": dead(of_anna(token(*READ), deleted=True)),
    "impersonation is off": dead(
        where(token(*READ, kind=Kind.IMPERSONATION), impersonation=False), Outcome.BLOCKED
    ),
    "unknown": dead(pair("anna", NEVER)),
    "damaged": dead(pair("anna", WHOLE[:-3])),
    "of a useless kind": dead(pair("anna", "glrt-MADEUPMADEUPMADEUP12")),
    "deploy token, expired": dead(deploy_token(*READ, expires_at=AT_NOON)),
    "deploy token, revoked": dead(deploy_token(*READ, revoked=True)),
    "deploy token, other user name": dead(deploy_token(*READ, login="gitlab+deploy-token-1")),
    "job token, its job has ended": dead(job(running=False)),
    "OAuth token, expired": dead(oauth("api", expires_at=AT_NOON)),
    "wrong password": dead(WRONG),
    "unknown user": dead(pair("nobody", "made-up-password-1")),
    "second factor": dead(of_anna(password, two_factor=True)),
    "no password is taken": dead(where(password, password_for_git=False)),
    "registry off, refused": dead(where(READER, registry_enabled=False), Outcome.WRONG_SERVER),
    "only write_registry": Row(token(*WRITE), Said.YES, Outcome.MISSING_SCOPE, LIVES),
    "read_registry, to push": Row(token(*READ), Said.YES, Outcome.MISSING_SCOPE, LIVES, push=True),
    "elsewhere": Row(token(*BOTH), Said.YES, Outcome.NO_ACCESS, LIVES, repository=HIDDEN),
    "deploy token, to push with read_registry": Row(
        READER, Said.YES, Outcome.NO_ACCESS, LIVES, push=True, repository=HERE
    ),
    "the registry does not take the sign-in's tokens": Row(
        where(READER, issuer="somebody-else"),
        Said.REFUSED,
        Outcome.BROKEN_ANSWER,
        "skopeo blames the password for a token that the registry does not take",
    ),
    "no registry scope": unsure(token("read_user"), Outcome.MISSING_SCOPE),
    "external authorization": unsure(
        where(READER, external_authorization=True), Outcome.MISSING_SCOPE
    ),
    "registry off": unsure(where(password, registry_enabled=False), Outcome.WRONG_SERVER),
    "banned": unsure(after_failures(Ban(1), READER), Outcome.BANNED),
    "too many addresses": unsure(where(READER, unique_ips_retry_after_s=60), Outcome.THROTTLED),
    "throttled": unsure(where(READER, throttle=Throttle()), Outcome.THROTTLED),
    "the login does not arrive": unsure(
        where(READER, strip_authorization=True), Outcome.BROKEN_ANSWER
    ),
    "GitLab has a fault": unsure(
        where(READER, **instead("/jwt/auth", failing())), Outcome.UNREACHABLE
    ),
}


@dataclass(frozen=True)
class Chain:
    """A registry that sends people to this GitLab."""

    gitlab: GitLab
    registry: RunningRegistry

    def furnished(self) -> World:
        """The same two, as if nothing had ever happened there."""
        vars(self.gitlab.state).update(vars(State()))
        self.gitlab.instance.bans = Bans()
        self.gitlab.instance.seen.clear()
        return furnish(self.gitlab)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("chain")
    with GitLab() as gitlab, registry(folder, token=gitlab.token_auth(folder)) as running:
        made = Chain(gitlab, running)
        made.furnished()
        push(running, folder, HERE, person=Person(*ANNA))
        yield made


@pytest.mark.parametrize("name", ROWS)
def test_the_two_agree_or_the_row_says_why(chain: Chain, tmp_path: Path, name: str) -> None:
    row, world = ROWS[name], chain.furnished()
    login = row.login(world)
    chain.gitlab.forget()
    said = log_in(chain.registry.netloc, tmp_path, Person(*login), "--tls-verify=false")
    told = check_login(
        chain.registry.url,
        *login,
        *("--trust-sign-in", chain.gitlab.web_url.partition("//")[2]),
        *("--need", "push" if row.push else "pull"),
        *(("--repository", row.repository) if row.repository else ()),
    ).json
    assert (said, told["outcome"]) == (row.skopeo, row.ours), told
    assert told["provider"] == "gitlab"
    assert_agreed(said, row.ours, row.differs)
    assert chain.gitlab.deeds == []
