"""The requests of a check of GitLab, and those it must not send; the answers are in the corpus."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from registry.evidence import ExpirySource, LastUse, StepName
from registry.outcome import Outcome
from registry.protocol.http import Basic, HeaderToken, NetworkFailure, Request, Response
from tests.registry.scripted import GITLAB, body, challenge, refusal, run_check, token

REALM = 'Bearer realm="https://gitlab.example.org/jwt/auth",service="container_registry"'
PROXY = 'Bearer realm="https://gitlab.example.org/jwt/auth",service="dependency_proxy"'
PAT = "glpat-MADEUPMADEUPMADEUP12"
DEPLOY = {"secret": "gldt-MADEUPMADEUPMADEUP12", "username": "gitlab+deploy-token-17"}
PASSWORD = {"secret": "made up pass phrase", "username": "made-up-person"}
REPOSITORY = "group/project/app"

DENIED = body(
    403, {"errors": [{"code": "DENIED", "message": "access forbidden"}], "http_status": 403}
)
BASIC_DENIED = refusal(401, "UNAUTHORIZED", "HTTP Basic: Access denied. If a password was provided")
GRANTED = token(REPOSITORY, "pull")


def alive(*scopes: str, expires_at: str | None = "2027-01-31") -> Response:
    """The token API's answer about a living token."""
    return body(
        200,
        {"id": 1, "revoked": False, "active": True, "scopes": scopes, "expires_at": expires_at},
    )


def dead(description: str) -> Response:
    """The token API's answer about a token that ended."""
    return body(401, {"error": "invalid_token", "error_description": description})


def member(level: int, path: str = "group/project") -> Response:
    """The token API's answer about what a token can reach."""
    levels = {"project_access_level": None, "group_access_level": level}
    project = {"path_with_namespace": path, "access_levels": levels}
    return body(200, {"groups": [], "projects": [project]})


EXPIRED = dead("Token is expired. You can either do re-authorization or token refresh.")
REVOKED = dead("Token was revoked. You have to re-authorize from the user.")
UNKNOWN = body(401, {"message": "401 Unauthorized"})


@dataclass
class GitLab:
    """A GitLab with one answer for each URL."""

    api: Response | NetworkFailure = field(default_factory=lambda: alive("read_registry"))
    sign_in: Response | NetworkFailure = field(default_factory=token)
    push: Response | None = None
    canary: Response = BASIC_DENIED
    health: Response = DENIED
    entry: Response = field(default_factory=lambda: body(200, {}))
    tags: Response = field(default_factory=lambda: body(200, {"tags": ["1"]}))
    reach: Response = field(default_factory=lambda: member(30))
    ping: Response = field(default_factory=lambda: challenge(REALM))

    def __call__(self, request: Request) -> Response | NetworkFailure:
        pair = request.authorization
        if request.path.endswith("/self"):
            return self.api
        if request.path.endswith("/associations"):
            return self.reach
        if request.path.endswith("/jwt/auth"):
            if pair is None:
                return self.health
            if isinstance(pair, Basic) and pair.username == "gitlab-ci-token":
                return self.canary
            pushes = "push" in dict(request.query).get("scope", "")
            return self.push if pushes and self.push else self.sign_in
        if request.path.endswith("/tags/list"):
            return self.tags
        return self.entry if pair else self.ping


HERE = {"repository": REPOSITORY}
TO_PUSH = {"push": True}
BOTH = alive("read_registry", "write_registry")


@pytest.mark.parametrize(
    ("script", "asked", "missing"),
    [
        (GitLab(api=alive("read_user")), {}, ("read_registry",)),
        (GitLab(api=alive("read_user")), TO_PUSH, ("read_registry", "write_registry")),
        (GitLab(api=alive("write_registry")), TO_PUSH, ("read_registry",)),
        (GitLab(), TO_PUSH, ("write_registry",)),
        (GitLab(sign_in=DENIED), DEPLOY, ("read_registry",)),
    ],
)
def test_the_missing_scope_is_named(
    script: GitLab, asked: dict[str, object], missing: tuple[str, ...]
) -> None:
    _, verdict, _ = run_check(script, provider="gitlab", **({"secret": PAT} | asked))  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.MISSING_SCOPE
    assert verdict.missing == missing


@pytest.mark.parametrize("answer", [EXPIRED, REVOKED, UNKNOWN])
def test_a_token_that_the_api_calls_dead_is_never_sent_to_the_sign_in(answer: Response) -> None:
    _, _, requests = run_check(GitLab(api=answer), provider="gitlab", secret=PAT)
    assert [request.path for request in requests] == [
        "/v2/",
        "/api/v4/personal_access_tokens/self",
    ]


def test_the_api_gets_the_token_in_its_own_header() -> None:
    _, _, requests = run_check(GitLab(), provider="gitlab", secret=PAT)
    asked = next(r for r in requests if r.path.endswith("/self"))
    assert asked.origin == GITLAB
    assert isinstance(asked.authorization, HeaderToken)
    assert asked.authorization.name == "PRIVATE-TOKEN"


@pytest.mark.parametrize(
    "asked", [DEPLOY, PASSWORD, {"secret": "made-up", "username": "gitlab-ci-token"}]
)
def test_what_is_no_access_token_is_not_sent_to_the_api(asked: dict[str, str]) -> None:
    _, _, requests = run_check(GitLab(), provider="gitlab", **asked)  # type: ignore[arg-type]
    assert not any("/api/" in request.path for request in requests)


def test_gitlab_below_a_path_keeps_its_path() -> None:
    below = challenge(REALM.replace("/jwt/auth", "/gitlab/jwt/auth"))
    _, verdict, requests = run_check(GitLab(ping=below), provider="gitlab", secret=PAT)
    assert verdict.outcome is Outcome.VALID
    assert "/gitlab/api/v4/personal_access_tokens/self" in [r.path for r in requests]


def test_the_end_date_is_midnight_utc_and_comes_from_the_provider() -> None:
    _, verdict, _ = run_check(GitLab(), provider="gitlab", secret=PAT, expires_on=date(2026, 12, 1))
    assert verdict.expires_at == datetime(2027, 1, 31, tzinfo=UTC)
    assert verdict.expires_source is ExpirySource.PROVIDER


@pytest.mark.parametrize("prefix", ["glrt-", "glptt-", "glft-", "SIE-glagent-"])
def test_a_useless_token_is_told_without_a_request(prefix: str) -> None:
    evidence, verdict, requests = run_check(
        GitLab(), provider="gitlab", secret=prefix + "MADEUPMADEUPMADEUP12"
    )
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.message.key == "cause_useless_kind"
    assert [step.name for step in evidence.steps] == [StepName.OFFLINE]
    assert requests == []


def test_a_damaged_token_is_told_without_a_request() -> None:
    _, verdict, requests = run_check(
        GitLab(), provider="gitlab", secret="glpat-MADEUPMADEUPMADEUPMADEUPMAD.01.0w0000000"
    )
    assert verdict.message.key == "cause_damaged"
    assert requests == []


def test_push_is_asked_only_of_an_existing_repository() -> None:
    _, verdict, requests = run_check(
        GitLab(sign_in=GRANTED, tags=refusal(404, "NAME_UNKNOWN")),
        provider="gitlab",
        repository=REPOSITORY,
        push=True,
        **DEPLOY,  # type: ignore[arg-type]
    )
    assert verdict.outcome is Outcome.VALID
    assert not any("push" in str(request.query) for request in requests)


def test_push_of_an_access_token_is_judged_without_asking_for_it() -> None:
    _, _, requests = run_check(
        GitLab(api=BOTH, sign_in=GRANTED),
        provider="gitlab",
        secret=PAT,
        repository=REPOSITORY,
        push=True,
    )
    assert not any("push" in str(request.query) for request in requests)


def test_a_self_managed_gitlab_gives_itself_away_by_its_challenge() -> None:
    _, verdict, _ = run_check(GitLab(api=REVOKED), provider="generic", secret=PAT)
    assert verdict.provider == "gitlab"
    assert verdict.outcome is Outcome.REVOKED


def test_a_membership_below_two_more_names_does_not_count() -> None:
    far = "group/project/a/b/c"
    _, verdict, _ = run_check(GitLab(), provider="gitlab", secret=PAT, repository=far)
    assert verdict.message.key == "cause_no_access_role"


def test_the_last_use_is_a_fact_of_the_check() -> None:
    used = {"last_used_at": "2026-01-05T08:00:00.000Z", "last_used_ips": ["203.0.113.7"]}
    told = {"active": True, "scopes": ["read_registry"], **used}
    evidence, _, _ = run_check(GitLab(api=body(200, told)), provider="gitlab", secret=PAT)
    at = datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert evidence.facts.last_use == LastUse(at, ("203.0.113.7",))


def test_a_gitlab_that_does_not_tell_the_last_use_leaves_it_open() -> None:
    evidence, _, _ = run_check(GitLab(), provider="gitlab", secret=PAT)
    assert evidence.facts.last_use is None
