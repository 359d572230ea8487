"""GitLab's answers and what they mean, named by what was observed. From documentation."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from registry.evidence import ExpirySource, StepName
from registry.exchange import Basic, FailureKind, HeaderToken, NetworkFailure, Request, Response
from registry.outcome import Outcome
from tests.registry.plays import GITLAB, body, challenge, look, page, refusal, text, token

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
    """Answers by the place that is asked."""

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
CASES = {
    "row 1: alive, scopes cover the need": (GitLab(), {}, Outcome.VALID),
    "row 1: the repository may be pulled": (GitLab(sign_in=GRANTED), HERE, Outcome.VALID),
    "row 1: scopes and role cover pushing": (
        GitLab(api=BOTH, sign_in=GRANTED),
        HERE | TO_PUSH,
        Outcome.VALID,
    ),
    "row 2: expired": (GitLab(api=EXPIRED), {}, Outcome.EXPIRED),
    "row 3: revoked": (GitLab(api=REVOKED), {}, Outcome.REVOKED),
    "row 4: unknown to this GitLab": (GitLab(api=UNKNOWN), {}, Outcome.REJECTED),
    "row 5: the owner is blocked": (
        GitLab(api=body(403, {"message": "403 Forbidden - Your account has been blocked."})),
        {},
        Outcome.BLOCKED,
    ),
    "row 6: fine-grained, push needed": (
        GitLab(api=body(403, {"error": "insufficient_granular_scope"})),
        TO_PUSH,
        Outcome.MISSING_SCOPE,
    ),
    "row 6: fine-grained, pull granted": (
        GitLab(api=alive("granular"), sign_in=GRANTED),
        HERE,
        Outcome.VALID,
    ),
    "row 7: an OAuth token": (
        GitLab(
            api=body(
                400,
                {
                    "message": "400 Bad request - "
                    "This endpoint requires token type to be a personal access token"
                },
            )
        ),
        {},
        Outcome.VALID,
    ),
    "row 8: no registry scope": (
        GitLab(api=alive("read_user"), sign_in=DENIED),
        {},
        Outcome.MISSING_SCOPE,
    ),
    "row 9: only write_registry": (
        GitLab(api=alive("write_registry"), sign_in=token()),
        HERE,
        Outcome.MISSING_SCOPE,
    ),
    "row 10: read_registry, push needed": (GitLab(), TO_PUSH, Outcome.MISSING_SCOPE),
    "row 10: read_api, push needed": (
        GitLab(api=alive("read_api")),
        TO_PUSH,
        Outcome.MISSING_SCOPE,
    ),
    "row 11: fine-grained, nothing granted": (
        GitLab(api=alive("granular"), sign_in=token()),
        HERE,
        Outcome.NO_ACCESS,
    ),
    "row 12: not in the project": (
        GitLab(reach=member(30, "group/other")),
        HERE,
        Outcome.NO_ACCESS,
    ),
    "row 12: the role may not push": (
        GitLab(api=BOTH, sign_in=GRANTED, reach=member(20)),
        HERE | TO_PUSH,
        Outcome.NO_ACCESS,
    ),
    "row 13: the role suffices, nothing granted": (GitLab(), HERE, Outcome.NO_ACCESS),
    "row 14: a deploy token, pull granted": (
        GitLab(sign_in=token(REPOSITORY, "pull", auth_type="deploy_token")),
        HERE | DEPLOY,
        Outcome.VALID,
    ),
    "row 15: a deploy token, refused": (GitLab(sign_in=BASIC_DENIED), DEPLOY, Outcome.REJECTED),
    "row 15: a deploy token, refused, its end known": (
        GitLab(sign_in=BASIC_DENIED),
        DEPLOY | {"expires_on": date(2026, 11, 1)},
        Outcome.EXPIRED,
    ),
    "row 16: a deploy token without registry scope": (
        GitLab(sign_in=DENIED),
        DEPLOY,
        Outcome.MISSING_SCOPE,
    ),
    "row 17: a deploy token of another project": (
        GitLab(sign_in=token()),
        HERE | DEPLOY,
        Outcome.NO_ACCESS,
    ),
    "row 17: a deploy token without push": (
        GitLab(sign_in=GRANTED, push=GRANTED),
        HERE | DEPLOY | TO_PUSH,
        Outcome.NO_ACCESS,
    ),
    "row 18: a password, refused": (GitLab(sign_in=BASIC_DENIED), PASSWORD, Outcome.REJECTED),
    "row 19: an old GitLab wants a token": (
        GitLab(
            sign_in=refusal(
                401,
                "UNAUTHORIZED",
                "HTTP Basic: Access denied\nYou must use a personal access token with 'api' scope",
            )
        ),
        PASSWORD,
        Outcome.BLOCKED,
    ),
    "row 20: an account password works": (
        GitLab(sign_in=token(auth_type="gitlab_or_ldap")),
        PASSWORD,
        Outcome.VALID,
    ),
    "row 22: the login does not arrive": (
        GitLab(sign_in=DENIED, canary=DENIED),
        DEPLOY,
        Outcome.BROKEN_ANSWER,
    ),
    "row 22: a token with the right scopes does not arrive": (
        GitLab(sign_in=DENIED, canary=DENIED),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "the API names the right scopes, the sign-in knows none": (
        GitLab(sign_in=DENIED),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "row 23: banned": (
        GitLab(sign_in=text(403, "Too many failed authentication attempts from this IP")),
        DEPLOY,
        Outcome.BANNED,
    ),
    "row 23: banned by an old GitLab": (
        GitLab(sign_in=text(403, "Gitlab::Auth::IpBlocked")),
        DEPLOY,
        Outcome.BANNED,
    ),
    "row 24: too many addresses": (
        GitLab(sign_in=Response(403, (("Retry-After", "3600"),))),
        DEPLOY,
        Outcome.THROTTLED,
    ),
    "row 25: throttled at the API": (GitLab(api=text(429, "Retry later")), {}, Outcome.THROTTLED),
    "row 25: throttled at sign-in": (
        GitLab(sign_in=text(429, "Retry later")),
        DEPLOY,
        Outcome.THROTTLED,
    ),
    "row 26: registry off on the instance": (
        GitLab(sign_in=refusal(404, "UNAVAILABLE", "registry not enabled")),
        DEPLOY,
        Outcome.WRONG_SERVER,
    ),
    "row 26: registry off, seen behind a refusal": (
        GitLab(sign_in=BASIC_DENIED, health=refusal(404, "UNAVAILABLE")),
        DEPLOY,
        Outcome.WRONG_SERVER,
    ),
    "row 26: registry off, seen behind a living token's refusal": (
        GitLab(sign_in=BASIC_DENIED, health=refusal(404, "UNAVAILABLE")),
        {},
        Outcome.WRONG_SERVER,
    ),
    "a refusal, and no word about the registry": (
        GitLab(sign_in=BASIC_DENIED, health=page(401)),
        DEPLOY,
        Outcome.REJECTED,
    ),
    "row 27: wrong service": (GitLab(sign_in=Response(404)), DEPLOY, Outcome.WRONG_SERVER),
    "row 28: pushing there is forbidden": (
        GitLab(
            sign_in=GRANTED,
            push=refusal(403, "DENIED", "Pushing to protected repository path forbidden"),
        ),
        HERE | DEPLOY | TO_PUSH,
        Outcome.BLOCKED,
    ),
    "row 29: the dependency proxy": (GitLab(ping=challenge(PROXY)), {}, Outcome.WRONG_SERVER),
    "row 30: not a registry": (GitLab(ping=page(404)), {}, Outcome.WRONG_SERVER),
    "row 30: a proxy's 403 at sign-in": (GitLab(sign_in=page(403)), DEPLOY, Outcome.BROKEN_ANSWER),
    "row 30: GitLab is down": (GitLab(api=page(502)), {}, Outcome.UNREACHABLE),
    "row 30: the API does not answer": (
        GitLab(api=NetworkFailure(FailureKind.TIMED_OUT)),
        {},
        Outcome.UNREACHABLE,
    ),
    "row 31: registry and GitLab disagree": (
        GitLab(entry=challenge(REALM + ',error="invalid_token"')),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "row 32: no image pushed yet": (
        GitLab(sign_in=GRANTED, tags=refusal(404, "NAME_UNKNOWN")),
        HERE,
        Outcome.VALID,
    ),
    "row 33: the registry names it differently": (
        GitLab(sign_in=GRANTED, tags=challenge(REALM + ',error="insufficient_scope"')),
        HERE,
        Outcome.BROKEN_ANSWER,
    ),
    "a living token that the sign-in refuses": (
        GitLab(sign_in=BASIC_DENIED),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "impersonation switched off": (
        GitLab(api=dead("Token is an impersonation token but impersonation was disabled.")),
        {},
        Outcome.BLOCKED,
    ),
    "proof of possession demanded": (
        GitLab(api=body(401, {"error": "dpop_error"})),
        {},
        Outcome.VALID,
    ),
    "no token API, login accepted": (
        GitLab(api=body(404, {"error": "404 Not Found"})),
        {},
        Outcome.VALID,
    ),
    "no token API, login refused": (
        GitLab(api=body(404, {"error": "404 Not Found"}), sign_in=BASIC_DENIED),
        {},
        Outcome.REJECTED,
    ),
    "a redirect at the realm": (
        GitLab(sign_in=Response(302, (("Location", "/users/sign_in"),))),
        DEPLOY,
        Outcome.BROKEN_ANSWER,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_answer_of_gitlab_has_its_outcome(name: str) -> None:
    script, asked, outcome = CASES[name]
    evidence, verdict, requests = look(script, provider="gitlab", **({"secret": PAT} | asked))
    assert verdict.outcome is outcome
    assert verdict.message.text()
    assert verdict.outcome is Outcome.VALID or all(a.text() for a in verdict.advice)
    assert verdict.outcome is Outcome.VALID or verdict.advice
    assert all(request.method == "GET" for request in requests)
    assert evidence.steps


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
    _, verdict, _ = look(script, provider="gitlab", **({"secret": PAT} | asked))  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.MISSING_SCOPE
    assert verdict.missing == missing


@pytest.mark.parametrize("answer", [EXPIRED, REVOKED, UNKNOWN])
def test_a_token_that_the_api_calls_dead_is_never_sent_to_the_sign_in(answer: Response) -> None:
    _, _, requests = look(GitLab(api=answer), provider="gitlab", secret=PAT)
    assert [request.path for request in requests] == [
        "/v2/",
        "/api/v4/personal_access_tokens/self",
    ]


def test_the_api_gets_the_token_in_its_own_header() -> None:
    _, _, requests = look(GitLab(), provider="gitlab", secret=PAT)
    asked = next(r for r in requests if r.path.endswith("/self"))
    assert asked.origin == GITLAB
    assert isinstance(asked.authorization, HeaderToken)
    assert asked.authorization.name == "PRIVATE-TOKEN"


@pytest.mark.parametrize(
    "asked", [DEPLOY, PASSWORD, {"secret": "made-up", "username": "gitlab-ci-token"}]
)
def test_what_is_no_access_token_is_not_sent_to_the_api(asked: dict[str, str]) -> None:
    _, _, requests = look(GitLab(), provider="gitlab", **asked)  # type: ignore[arg-type]
    assert not any("/api/" in request.path for request in requests)


def test_gitlab_below_a_path_keeps_its_path() -> None:
    below = challenge(REALM.replace("/jwt/auth", "/gitlab/jwt/auth"))
    _, verdict, requests = look(GitLab(ping=below), provider="gitlab", secret=PAT)
    assert verdict.outcome is Outcome.VALID
    assert "/gitlab/api/v4/personal_access_tokens/self" in [r.path for r in requests]


def test_the_end_date_is_midnight_utc_and_comes_from_the_provider() -> None:
    _, verdict, _ = look(GitLab(), provider="gitlab", secret=PAT, expires_on=date(2026, 12, 1))
    assert verdict.expires_at == datetime(2027, 1, 31, tzinfo=UTC)
    assert verdict.expires_source is ExpirySource.PROVIDER


@pytest.mark.parametrize("prefix", ["glrt-", "glptt-", "glft-", "SIE-glagent-"])
def test_a_useless_token_is_told_without_a_request(prefix: str) -> None:
    evidence, verdict, requests = look(
        GitLab(), provider="gitlab", secret=prefix + "MADEUPMADEUPMADEUP12"
    )
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.message.key == "cause_useless_kind"
    assert [step.name for step in evidence.steps] == [StepName.OFFLINE]
    assert requests == []


def test_a_damaged_token_is_told_without_a_request() -> None:
    _, verdict, requests = look(
        GitLab(), provider="gitlab", secret="glpat-MADEUPMADEUPMADEUPMADEUPMAD.01.0w0000000"
    )
    assert verdict.message.key == "cause_damaged"
    assert requests == []


def test_push_is_asked_only_of_an_existing_repository() -> None:
    _, verdict, requests = look(
        GitLab(sign_in=GRANTED, tags=refusal(404, "NAME_UNKNOWN")),
        provider="gitlab",
        repository=REPOSITORY,
        push=True,
        **DEPLOY,  # type: ignore[arg-type]
    )
    assert verdict.outcome is Outcome.VALID
    assert not any("push" in str(request.query) for request in requests)


def test_push_of_an_access_token_is_judged_without_asking_for_it() -> None:
    _, _, requests = look(
        GitLab(api=BOTH, sign_in=GRANTED),
        provider="gitlab",
        secret=PAT,
        repository=REPOSITORY,
        push=True,
    )
    assert not any("push" in str(request.query) for request in requests)


def test_a_self_managed_gitlab_gives_itself_away_by_its_challenge() -> None:
    _, verdict, _ = look(GitLab(api=REVOKED), provider="generic", secret=PAT)
    assert verdict.provider == "gitlab"
    assert verdict.outcome is Outcome.REVOKED


def test_a_membership_below_two_more_names_does_not_count() -> None:
    far = "group/project/a/b/c"
    _, verdict, _ = look(GitLab(), provider="gitlab", secret=PAT, repository=far)
    assert verdict.message.key == "cause_no_access_role"
