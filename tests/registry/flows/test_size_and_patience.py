"""Answers that are too large, or do not end, count by what was read of them."""

import json

import pytest

from registry.evidence import Evidence, StepName
from registry.outcome import Outcome
from registry.protocol.http import Basic, FailureKind, NetworkFailure, Request, Response
from registry.verdicts.verdict import Verdict
from tests.registry.scripted import body, challenge, run_check, token

Reply = Response | NetworkFailure
BASIC = 'Basic realm="made up"'
BEARER = 'Bearer realm="https://registry.example.org/token",service="registry.example.org"'
HTML, JSON = ("Content-Type", "text/html; charset=utf-8"), ("Content-Type", "application/json")
ENTRY = ("Docker-Distribution-Api-Version", "registry/2.0")
FILL = b" made-up" * 8192
TAGS = json.dumps({"name": "team/app", "tags": [f"made-up-{n}" for n in range(30_000)]}).encode()
OTHER_TAGS = TAGS.replace(b"team/app", b"team/other")
UNFINISHED = (FailureKind.TOO_LARGE, FailureKind.CUT, FailureKind.TIMED_OUT)


def over(status: int, start: bytes, *headers: tuple[str, str], kind: str = "too_large") -> Reply:
    """An answer whose body did not come whole."""
    partial = Response(status, headers, (start + FILL)[:65536])
    return NetworkFailure(FailureKind(kind), partial=partial)


def play(
    *,
    ping: Reply | None = None,
    sign_in: Reply | None = None,
    entry: Reply | None = None,
    tags: Reply | None = None,
    scheme: str = BEARER,
    **given: object,
) -> tuple[Evidence, Verdict]:
    """Check a login at a registry with these answers; the others are as they should be."""

    def registry(request: Request) -> Reply:
        is_basic = isinstance(request.authorization, Basic)
        if request.path.endswith("/tags/list"):
            return tags or body(200, {"name": "team/app", "tags": ["1"]})
        if request.path == "/token" or (is_basic and scheme == BASIC):
            return sign_in or body(200, {"token": "made-up-token"})
        if request.authorization is None:
            return ping or challenge(scheme)
        return entry or body(200, {})

    evidence, verdict, _ = run_check(registry, **given)  # type: ignore[arg-type]
    return evidence, verdict


PINGS: dict[str, tuple[Reply, Outcome]] = {
    "a page": (over(200, b"<!doctype html>", HTML), Outcome.WRONG_SERVER),
    "a page that names no type": (over(200, b"\xef\xbb\xbf\n<html>"), Outcome.WRONG_SERVER),
    "a page of which only the length came": (
        NetworkFailure(FailureKind.TOO_LARGE, partial=Response(200, (HTML,))),
        Outcome.WRONG_SERVER,
    ),
    "a page not found": (over(404, b"<html>", HTML), Outcome.WRONG_SERVER),
    "a text not found": (over(404, b"made-up"), Outcome.WRONG_SERVER),
    "a page that forbids": (over(403, b"<html>", HTML), Outcome.BROKEN_ANSWER),
    "a page of a fault": (over(502, b"<html>", HTML), Outcome.UNREACHABLE),
    "a page that asks to wait": (over(429, b"<html>", HTML), Outcome.THROTTLED),
    "a page elsewhere": (over(302, b"<html>", HTML), Outcome.BROKEN_ANSWER),
    "JSON for anybody": (over(200, b"{", JSON), Outcome.UNPROVED),
    "a page that asks for a login": (
        over(401, b"<html>", HTML, ("WWW-Authenticate", BEARER)),
        Outcome.VALID,
    ),
    "no head": (NetworkFailure(FailureKind.TOO_LARGE), Outcome.BROKEN_ANSWER),
    "a page that is cut": (over(200, b"<html>", HTML, kind="cut"), Outcome.BROKEN_ANSWER),
    "a page that is late": (over(404, b"<html>", HTML, kind="timed_out"), Outcome.UNREACHABLE),
}


@pytest.mark.parametrize("name", PINGS)
def test_a_large_answer_to_the_ping_counts_by_status_type_and_start(name: str) -> None:
    ping, outcome = PINGS[name]
    assert play(ping=ping)[1].outcome is outcome


WHOLE_TOKEN = b'{"token":"made-up-token"}' + b" " * 65536
SIGN_INS: dict[str, tuple[Reply, Outcome]] = {
    "a refusal": (over(401, b"<html>", HTML), Outcome.REJECTED),
    "a refusal in JSON": (over(401, b'{"errors":[', JSON), Outcome.REJECTED),
    "a page that forbids": (over(403, b"<html>", HTML), Outcome.BROKEN_ANSWER),
    "JSON that forbids": (over(403, b'{"errors":[', JSON), Outcome.BLOCKED),
    "words that would decide": (over(401, b"use personal access token"), Outcome.BROKEN_ANSWER),
    "words that only ask to wait": (over(401, b"too many logins"), Outcome.BANNED),
    "a token and spaces": (over(200, WHOLE_TOKEN, JSON), Outcome.BROKEN_ANSWER),
    "half a token": (over(200, b'{"token":"made', JSON), Outcome.BROKEN_ANSWER),
    "a page": (over(200, b"<html>", HTML), Outcome.BROKEN_ANSWER),
    "a refusal that is cut": (over(401, b"no", kind="cut"), Outcome.BROKEN_ANSWER),
    "a refusal that is late": (over(401, b"no", kind="timed_out"), Outcome.UNREACHABLE),
    "a strange status": (over(418, b"made-up"), Outcome.BROKEN_ANSWER),
}


@pytest.mark.parametrize("name", SIGN_INS)
def test_a_large_answer_to_the_sign_in_refuses_by_status_and_gives_no_token(name: str) -> None:
    sign_in, outcome = SIGN_INS[name]
    evidence, verdict = play(sign_in=sign_in)
    assert verdict.outcome is outcome
    assert StepName.ENTRY not in {step.name for step in evidence.steps}


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (over(200, b"{", JSON), Outcome.VALID),
        (over(200, b"<html>", HTML, ENTRY), Outcome.VALID),
        (over(200, b"<html>", HTML), Outcome.WRONG_SERVER),
        (Response(200, (HTML,), b"<html>Welcome</html>"), Outcome.WRONG_SERVER),
        (Response(200, (HTML,), b"true"), Outcome.VALID),
        (over(200, b"{", JSON, kind="timed_out"), Outcome.UNREACHABLE),
        (over(200, b"{", JSON, kind="cut"), Outcome.BROKEN_ANSWER),
    ],
)
def test_a_page_lets_nobody_in_and_a_registry_does_by_its_status(
    reply: Reply, outcome: Outcome
) -> None:
    assert play(entry=reply)[1].outcome is outcome
    assert play(scheme=BASIC, sign_in=reply)[1].outcome is outcome


@pytest.mark.parametrize("kind", UNFINISHED)
@pytest.mark.parametrize("scheme", [BASIC, BEARER])
def test_the_start_of_a_tag_list_proves_the_access(kind: FailureKind, scheme: str) -> None:
    tags = over(200, TAGS, JSON, kind=kind)
    evidence, verdict = play(tags=tags, scheme=scheme, repository="team/app")
    assert (verdict.outcome, verdict.held) == (Outcome.VALID, ("pull",))
    assert verdict.message.key == "cause_valid_repository"
    assert evidence.facts.repository_exists
    assert evidence.steps[-1].message.key == "saw_tags_begun"
    assert evidence.steps[-1].status == 200


UNPROVING: dict[str, Reply] = {
    "another repository's": over(200, OTHER_TAGS, JSON),
    "a page": over(200, b"<html>", HTML),
    "a small page": Response(200, (HTML,), b"<html>Welcome</html>"),
    "spaces": over(200, b" " * 65536, JSON),
    "late, another repository's": over(200, OTHER_TAGS, JSON, kind="timed_out"),
    "late, nothing yet": over(200, b"{", JSON, kind="timed_out"),
    "late, of another status": over(206, TAGS, JSON, kind="timed_out"),
    "cut in the head": NetworkFailure(FailureKind.CUT),
    "malformed": over(200, TAGS, JSON, kind="malformed"),
    "a fault that quotes a list": over(500, TAGS, JSON),
}


@pytest.mark.parametrize("name", UNPROVING)
@pytest.mark.parametrize("scheme", [BASIC, BEARER])
def test_what_is_no_tag_list_proves_and_refuses_nothing(name: str, scheme: str) -> None:
    evidence, verdict = play(tags=UNPROVING[name], scheme=scheme, repository="team/app")
    assert (verdict.outcome, verdict.held) == (Outcome.VALID, None)
    assert verdict.message.key == "cause_valid_unseen"
    assert evidence.facts.repository_exists is None
    assert evidence.steps[-1].message.key not in {"saw_tags_begun", "saw_repository", "saw_ok"}


@pytest.mark.parametrize("status", [401, 403])
def test_a_large_refusal_of_the_tags_is_a_refusal(status: int) -> None:
    _, verdict = play(tags=over(status, b"<html>", HTML), repository="team/app")
    assert verdict.outcome is Outcome.NO_ACCESS


def test_a_large_tag_list_of_an_empty_registry_is_no_image_yet() -> None:
    evidence, verdict = play(tags=over(404, b"<html>", HTML), repository="team/app")
    assert verdict.outcome is Outcome.VALID
    assert evidence.facts.repository_exists is False


@pytest.mark.parametrize("kind", UNFINISHED)
def test_a_large_tag_list_for_anybody_leaves_the_login_unproved(kind: FailureKind) -> None:
    tags = over(200, TAGS, JSON, kind=kind)
    _, verdict = play(ping=body(200, {}), tags=tags, repository="team/app")
    assert verdict.outcome is Outcome.UNPROVED


def test_foreign_text_of_a_large_body_never_enters_the_evidence() -> None:
    canary = b"<html>made-up-canary"
    for place in ("ping", "sign_in", "entry", "tags"):
        for kind in UNFINISHED:
            for status in (200, 401, 404, 500):
                reply = over(status, canary, HTML, ("X", "made-up-canary"), kind=kind)
                evidence, verdict = play(repository="team/app", **{place: reply})  # type: ignore[arg-type]
                assert "canary" not in f"{evidence!r} {verdict!r}"


def test_a_long_list_of_memberships_leaves_the_role_unknown() -> None:
    def gitlab(request: Request) -> Reply:
        if request.path.endswith("/associations"):
            return over(200, b'{"groups":[],"projects":[{"id":1,', JSON)
        if request.path.endswith("/self"):
            return body(200, {"active": True, "scopes": ["api"], "expires_at": "2027-01-31"})
        if request.path == "/jwt/auth":
            return token("team/app", "pull")
        if request.path == "/v2/" and request.authorization is None:
            return challenge(BEARER.replace("/token", "/jwt/auth"))
        return body(200, {"name": "team/app", "tags": ["1"]})

    evidence, verdict, _ = run_check(
        gitlab,
        provider="gitlab",
        secret="glpat-MADEUPMADEUPMADEUP12",
        repository="team/app",
        push=True,
    )
    assert StepName.MEMBERSHIPS in {step.name for step in evidence.steps}
    assert evidence.facts.role is None
    assert verdict.outcome is Outcome.NO_ACCESS  # by the sign-in, which grants no push
    assert verdict.message.key == "cause_no_push"
