"""What one step proved, no later step overturns: each later step fails in each way."""

from collections.abc import Iterator

import pytest

from registry.evidence import Evidence, StepName
from registry.outcome import Outcome
from registry.protocol.http import Basic, FailureKind, NetworkFailure, Request, Response
from registry.verdicts import verdict as judging
from registry.verdicts.verdict import Verdict
from tests.registry.scripted import body, challenge, page, refusal, run_check, text, token
from tests.registry.verdict_rows import VerdictRow, rows

Reply = Response | NetworkFailure
JWT_AUTH = 'Bearer realm="https://registry.example.org/jwt/auth",service="container_registry"'
JSON = (("Content-Type", "application/json"),)
STARTS = {
    "of JSON": Response(200, JSON, b'{"token": "made-up'),
    "of a whole token": Response(200, JSON, b'{"token": "made-up-token"}' + b" " * 60000),
    "of a page": page(200),
    "of nothing": Response(200),
}
FAILURES: dict[str, Reply] = {kind.value: NetworkFailure(kind) for kind in FailureKind}
BODIES: dict[str, Reply] = {
    f"{kind.value}, the start {name}": NetworkFailure(kind, partial=start)
    for kind in (FailureKind.TOO_LARGE, FailureKind.CUT, FailureKind.TIMED_OUT)
    for name, start in STARTS.items()
}
ANSWERS: dict[str, Reply] = {
    "throttled": text(429, "Retry later", ("Retry-After", "120")),
    "a fault": text(503, "made-up failure"),
    "a redirect": Response(302, (("Location", "https://elsewhere.example.net/"),)),
    "a strange status": text(418),
    "a page": page(200),
}
LESSER = FAILURES | BODIES | ANSWERS
LATER = {StepName.PULL, StepName.REPOSITORY, StepName.MEMBERSHIPS, StepName.PUSH}
HARBORS = {"ovhcloud"}  # its conversations about a repository are Harbor's
PROVIDERS = sorted({row.provider for row in rows()})


def proof_in(evidence: Evidence) -> int | None:
    """The place of the step that proved the login, told by the evidence alone."""
    basic = evidence.facts.scheme == "basic"
    wanted = (StepName.SIGN_IN if basic else StepName.ENTRY, 200, "ok")
    found = (n for n, s in enumerate(evidence.steps) if (s.name, s.status, s.rule) == wanted)
    return next(found, None)


def sent(evidence: Evidence) -> list[int]:
    """The places of the steps that were requests."""
    return [n for n, step in enumerate(evidence.steps) if step.to]


def cases(provider: str) -> Iterator[tuple[VerdictRow, int, StepName, Verdict]]:
    """The proved rows of a provider with each later request: its number and step."""
    for row in (row for row in rows() if row.provider == provider):
        evidence, verdict = row.play()
        proof = proof_in(evidence)
        for number, place in enumerate(sent(evidence)):
            if proof is not None and place > proof:
                yield row, number, evidence.steps[place].name, verdict


def overturned(provider: str) -> list[str]:
    """Every failure of a later step after which the check is inconclusive, or worse than before."""
    return [
        f"{row.id}: {step} {name}: {verdict.outcome}"
        for row, number, step, before in cases(provider)
        for name, reply in LESSER.items()
        for verdict in [row.failing_at(number, reply)[1]]
        if verdict.outcome not in {Outcome.VALID, before.outcome}
        or not verdict.outcome.is_conclusive
    ]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_proved_login_stays_proved_however_a_later_step_fails(provider: str) -> None:
    assert overturned(provider) == []


def test_every_provider_and_every_later_step_is_tried() -> None:
    tried = [(row.provider, step) for name in PROVIDERS for row, _, step, _ in cases(name)]
    assert {provider for provider, _ in tried} == set(PROVIDERS) - HARBORS
    assert {step for _, step in tried} == LATER
    assert len(tried) >= 249


def test_without_the_rule_it_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_proof", lambda evidence: len(evidence.steps))
    for provider in ("generic", "gitlab", "ecr", "docker_hub"):
        assert overturned(provider)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_is_proved_when_the_proof_itself_fails(provider: str) -> None:
    tried = 0
    for row in (row for row in rows() if row.provider == provider):
        evidence, _ = row.play()
        proof = proof_in(evidence)
        for number, place in enumerate(sent(evidence)):
            if place == proof or (proof and evidence.steps[place].name is StepName.SIGN_IN):
                for name, reply in FAILURES.items():
                    _, verdict = row.failing_at(number, reply)
                    assert not verdict.outcome.is_conclusive, (row.id, name)
                    tried += 1
    assert tried


@pytest.mark.parametrize(
    ("push", "settling"),
    [
        (refusal(401, "UNAUTHORIZED"), NetworkFailure(FailureKind.TIMED_OUT)),
        (refusal(401, "UNAUTHORIZED"), text(429)),
        (refusal(403, "DENIED", "access forbidden"), NetworkFailure(FailureKind.CUT)),
    ],
    ids=["health timed out", "health throttled", "made-up login cut"],
)
def test_an_ambiguous_refusal_that_could_not_be_settled_takes_nothing_back(
    push: Reply, settling: Reply
) -> None:
    def gitlab(request: Request) -> Reply:
        if request.path.endswith("/tags/list"):
            return body(200, {"name": "team/app", "tags": ["1"]})
        if request.path == "/v2/":
            return body(200, {}) if request.authorization else challenge(JWT_AUTH)
        if "push" in str(request.query):
            return push
        asked = isinstance(request.authorization, Basic) and "scope" in dict(request.query)
        return token("team/app", "pull") if asked else settling

    _, verdict, requests = run_check(
        gitlab, provider="gitlab", secret="gldt-MADEUP", repository="team/app", push=True
    )
    assert len(requests) == 6
    assert (verdict.outcome, verdict.message.key) == (Outcome.VALID, "cause_valid_push_unseen")


@pytest.mark.parametrize("name", LESSER)
def test_what_could_not_be_seen_stays_in_the_evidence(name: str) -> None:
    for row, number, step, _ in cases("generic"):
        evidence, _ = row.failing_at(number, LESSER[name])
        noted = [told for told in evidence.steps if told.name is step]
        assert noted
        assert noted[-1].rule != "ok", (row.id, noted)
