"""Verdicts at Debian's docker-registry: with passwords, with GitLab's tokens, over TLS."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from registry.check import Verdict
from registry.outcome import Outcome
from tests.journeys.engine import check_over_loopback
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.skopeo import Person, may_pull, push
from tests.servers.tls import certificate
from tests.stand_ins.gitlab import GitLab, Role

pytestmark = pytest.mark.journey
ANNA = Person("anna", "made-up-password-1")
HERE = "team/app"


@pytest.fixture
def with_passwords(tmp_path: Path) -> Iterator[RunningRegistry]:
    with registry(tmp_path, htpasswd={ANNA.name: ANNA.password}) as running:
        yield running


@pytest.mark.parametrize("password", [ANNA.password, "made-up-wrong-password"])
def test_a_password_is_judged_as_skopeo_judges_it(
    with_passwords: RunningRegistry, tmp_path: Path, password: str
) -> None:
    push(with_passwords, tmp_path, HERE, person=ANNA)
    pulls = may_pull(with_passwords, tmp_path, HERE, person=Person(ANNA.name, password))
    for repository in ("", HERE):
        _, verdict = check_over_loopback(
            with_passwords.url, ANNA.name, password, repository=repository
        )
        assert verdict.outcome is (Outcome.VALID if pulls else Outcome.REJECTED)


def test_a_stopped_registry_is_unreachable_not_bad(with_passwords: RunningRegistry) -> None:
    with_passwords.program.stop()
    _, verdict = check_over_loopback(with_passwords.url, ANNA.name, ANNA.password)
    assert verdict.outcome is Outcome.UNREACHABLE


def test_a_registry_without_sign_in_proves_nothing(tmp_path: Path) -> None:
    with registry(tmp_path) as open_to_all:
        for repository in ("", HERE):
            _, verdict = check_over_loopback(
                open_to_all.url, ANNA.name, "made-up-wrong-password", repository=repository
            )
            assert verdict.outcome is Outcome.UNPROVED


def test_a_private_authority_is_believed_only_when_it_is_named(tmp_path: Path) -> None:
    tls = certificate(tmp_path)
    with registry(tmp_path, htpasswd={ANNA.name: ANNA.password}, tls=tls) as running:
        _, strange = check_over_loopback(running.url, ANNA.name, ANNA.password)
        _, named = check_over_loopback(
            running.url, ANNA.name, ANNA.password, ca_pem=tls.authority_pem
        )
    assert strange.outcome is Outcome.TLS_FAILED
    assert named.outcome is Outcome.VALID


@dataclass
class Chain:
    """A real registry that believes the tokens of a stand-in GitLab."""

    gitlab: GitLab
    registry: RunningRegistry

    def look(self, username: str, secret: str, **asked: object) -> Verdict:
        self.gitlab.forget()
        _, verdict = check_over_loopback(
            self.registry.url,
            username,
            secret,
            sign_in=self.gitlab.web_url,
            **asked,  # type: ignore[arg-type]
        )
        assert self.gitlab.deeds == []
        return verdict


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with (
        GitLab() as gitlab,
        registry(tmp_path, token=gitlab.token_auth(tmp_path)) as running,
    ):
        anna = gitlab.state.add_user(ANNA.name, ANNA.password)
        gitlab.state.add_project(HERE, {anna: Role.DEVELOPER}, images=(HERE,))
        push(running, tmp_path, HERE, person=ANNA)
        yield Chain(gitlab, running)


def token_of(chain: Chain, *scopes: str, **rest: object) -> str:
    anna = chain.gitlab.state.users[0]
    return chain.gitlab.state.add_token(anna, *scopes, **rest).token  # type: ignore[arg-type]


def test_the_whole_chain_is_proved_for_pulling(chain: Chain) -> None:
    verdict = chain.look("any", token_of(chain, "read_registry"), repository=HERE)
    assert verdict.outcome is Outcome.VALID
    assert verdict.provider == "gitlab"


def test_a_token_that_only_reads_lacks_write_registry_for_pushing(chain: Chain) -> None:
    verdict = chain.look("any", token_of(chain, "read_registry"), push=True, repository=HERE)
    assert (verdict.outcome, verdict.missing) == (Outcome.MISSING_SCOPE, ("write_registry",))


def test_a_token_for_users_lacks_read_registry(chain: Chain) -> None:
    verdict = chain.look("any", token_of(chain, "read_user"))
    assert (verdict.outcome, verdict.missing) == (Outcome.MISSING_SCOPE, ("read_registry",))


def test_an_expired_token_is_expired_not_rejected(chain: Chain) -> None:
    old = token_of(chain, "read_registry", expires_on=date(2020, 1, 1))
    assert chain.look("any", old).outcome is Outcome.EXPIRED


def test_a_revoked_token_is_revoked_not_rejected(chain: Chain) -> None:
    assert chain.look("any", token_of(chain, "api", revoked=True)).outcome is Outcome.REVOKED


def test_a_registry_that_trusts_another_key_is_no_verdict(chain: Chain) -> None:
    good = token_of(chain, "read_registry")
    chain.gitlab.state.flags.issuer = "somebody-else"
    assert chain.look("any", good, repository=HERE).outcome is Outcome.BROKEN_ANSWER


def test_a_repository_without_an_image_is_fine_to_pull_from(chain: Chain) -> None:
    chain.gitlab.state.add_project("team/empty", {chain.gitlab.state.users[0]: Role.DEVELOPER})
    verdict = chain.look("any", token_of(chain, "read_registry"), repository="team/empty")
    assert verdict.outcome is Outcome.VALID
