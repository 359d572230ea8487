"""A registry that accepts every login never proves one."""

from dataclasses import replace

import pytest

from registry.addresses.server import parse_server
from registry.check import check
from registry.evidence import Evidence
from registry.login import AcceptAllProbe, Login, Need
from registry.outcome import Outcome
from registry.protocol.http import Basic, Bearer, FailureKind, NetworkFailure, Request, Response
from registry.secret import Secret
from tests.registry.scripted import (
    NOW,
    SERVER,
    Reply,
    Script,
    ScriptedNetwork,
    body,
    challenge,
    page,
    refusal,
    text,
    token,
)

LOGIN = Login(SERVER, "made-up-user", Secret("made-up-password"), probe=AcceptAllProbe.TRY)
BEARER = 'Bearer realm="https://registry.example.org/token",service="registry.example.org"'
BASIC = 'Basic realm="made up"'
NOBODY = "made-up-token-of-nobody"


def is_known(request: Request) -> bool:
    pair = request.authorization
    return isinstance(pair, Basic) and pair.username == LOGIN.username


def basic(strange: Reply) -> Script:
    """Accepts the known login, and gives every other one this answer."""

    def script(request: Request) -> Reply:
        if request.authorization is None:
            return challenge(BASIC)
        return body(200, {}) if is_known(request) else strange

    return script


def bearer(strange: Reply, entry: Response) -> Script:
    """The same with a token service; ``entry`` answers the token of the made-up login."""

    def script(request: Request) -> Reply:
        pair = request.authorization
        if pair is None:
            return challenge(BEARER)
        if isinstance(pair, Bearer):
            return entry if pair.token == Secret(NOBODY) else body(200, {})
        return token() if is_known(request) else strange

    return script


OF_NOBODY = body(200, {"token": NOBODY})


def large(status: int) -> NetworkFailure:
    return NetworkFailure(FailureKind.TOO_LARGE, partial=replace(page(status), headers=()))


def run_check(
    script: Script, *, probe: AcceptAllProbe = AcceptAllProbe.TRY
) -> tuple[Evidence, Outcome, int]:
    network = ScriptedNetwork(script)
    evidence, verdict = check(replace(LOGIN, probe=probe), Need(), network, now=NOW)  # type: ignore[arg-type]
    return evidence, verdict.outcome, len(network.requests)


@pytest.mark.parametrize(
    ("script", "outcome", "refuses"),
    [
        (basic(body(200, {})), Outcome.UNPROVED, False),
        (basic(challenge(BASIC)), Outcome.VALID, True),
        (basic(page(503)), Outcome.VALID, None),
        (basic(NetworkFailure(FailureKind.TIMED_OUT)), Outcome.VALID, None),
        (basic(large(401)), Outcome.VALID, True),
        (bearer(large(200), body(200, {})), Outcome.VALID, None),
        (bearer(large(401), body(200, {})), Outcome.VALID, True),
        (bearer(OF_NOBODY, body(200, {})), Outcome.UNPROVED, False),
        (bearer(OF_NOBODY, challenge(BEARER)), Outcome.VALID, True),
        (bearer(refusal(401, "UNAUTHORIZED"), body(200, {})), Outcome.VALID, True),
    ],
)
def test_only_an_open_door_for_a_stranger_speaks_against_a_registry(
    script: Script, outcome: Outcome, refuses: bool | None
) -> None:
    evidence, seen, _ = run_check(script)
    assert seen is outcome
    assert evidence.facts.refuses_made_up is refuses


@pytest.mark.parametrize(
    ("tags", "asked"),
    [
        (body(200, {"name": "team/app", "tags": ["1"]}), True),
        (NetworkFailure(FailureKind.TIMED_OUT), True),
        (text(429), False),
    ],
    ids=["tags", "late", "throttled"],
)
def test_a_registry_that_asks_to_wait_is_not_asked_about_a_stranger(
    tags: Reply, asked: bool
) -> None:
    answers = basic(challenge(BASIC))
    network = ScriptedNetwork(lambda it: tags if it.path.endswith("/tags/list") else answers(it))
    evidence, verdict = check(LOGIN, Need(repository="team/app"), network, now=NOW)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.VALID
    assert (evidence.facts.refuses_made_up is True) is asked


def test_without_doubt_no_stranger_knocks() -> None:
    evidence, seen, requests = run_check(basic(body(200, {})), probe=AcceptAllProbe.NONE)
    assert (seen, requests) == (Outcome.VALID, 2)
    assert evidence.facts.refuses_made_up is None


def test_a_refused_login_is_not_followed_by_a_stranger() -> None:
    _, seen, requests = run_check(lambda request: challenge(BASIC))
    assert (seen, requests) == (Outcome.REJECTED, 2)


def test_a_registry_known_to_let_everybody_in_is_not_asked_again() -> None:
    evidence, seen, requests = run_check(basic(body(200, {})), probe=AcceptAllProbe.KNOWN)
    assert (seen, requests) == (Outcome.UNPROVED, 2)
    assert evidence.facts.refuses_made_up is None


def test_a_registry_known_by_its_name_needs_no_stranger() -> None:
    hub = parse_server("docker.io").origin
    network = ScriptedNetwork(basic(body(200, {})))
    login = replace(LOGIN, server=hub, provider="docker_hub")
    _, verdict = check(login, Need(), network, now=NOW)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.VALID
