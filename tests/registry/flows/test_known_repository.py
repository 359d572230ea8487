"""A repository that an earlier check has read is asked for push where asking creates nothing."""

import pytest

from registry.addresses.server import parse_server
from registry.check import check
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.protocol.http import FailureKind, NetworkFailure, Request, Response
from registry.providers import PROVIDERS, by_slug
from registry.providers.provider import Push
from registry.secret import Secret
from tests.registry.scripted import (
    NOW,
    Reply,
    ScriptedNetwork,
    body,
    challenge,
    refusal,
    text,
    token,
)

ACR = "made-up.azurecr.io"
MADE_UP = "registry.example.org"  # by its challenge it is an ACR, by its name nobody's
LATE, FAULT = NetworkFailure(FailureKind.TIMED_OUT), text(503)
GONE, LIST = refusal(404, "NAME_UNKNOWN"), body(200, {"name": "team/app", "tags": ["1"]})


def scopes_of(host: str, tags: Reply, *, was_pulled: bool) -> tuple[list[str], str, bool]:
    """The scopes that the sign-ins of one check asked for, its cause, and if push is unproved."""
    server = parse_server(host).origin
    realm = f'Bearer realm="https://{host}/oauth2/token",service="{host}"'

    def script(request: Request) -> Response | NetworkFailure:
        if request.path == "/oauth2/token":
            asked = dict(request.query).get("scope", "").rpartition(":")[2].split(",")
            return token("team/app", *filter(None, asked))
        if request.authorization is None:
            return challenge(realm)
        return tags if "tags" in request.path else body(200, {})

    network = ScriptedNetwork(script)
    login = Login(server, "made-up", Secret("made-up-password"))
    need = Need(push=True, repository="team/app", was_pulled=was_pulled)
    verdict = check(login, need, network, now=NOW)[1]  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.VALID
    scopes = [dict(request.query).get("scope", "") for request in network.requests]
    return [each for each in scopes if each], verdict.message.key, verdict.push_not_proved


@pytest.mark.parametrize("tags", [LATE, FAULT], ids=["late", "a fault"])
def test_where_asking_creates_nothing_an_earlier_check_is_enough(tags: Reply) -> None:
    scopes, cause, not_proved = scopes_of(ACR, tags, was_pulled=True)
    assert scopes[-1] == "repository:team/app:pull,push"
    assert (cause, not_proved) == ("cause_valid_repository", False)
    scopes, cause, not_proved = scopes_of(ACR, tags, was_pulled=False)
    assert not any("push" in scope for scope in scopes)
    assert (cause, not_proved) == ("cause_valid_push_unseen", True)


@pytest.mark.parametrize("tags", [LATE, FAULT, GONE], ids=["late", "a fault", "gone"])
def test_elsewhere_it_may_be_gone_and_is_never_created(tags: Reply) -> None:
    scopes, _, not_proved = scopes_of(MADE_UP, tags, was_pulled=True)
    assert not any("push" in scope for scope in scopes)
    assert not_proved


def test_one_that_is_gone_is_not_asked_for_anywhere() -> None:
    scopes, _, not_proved = scopes_of(ACR, GONE, was_pulled=True)
    assert not any("push" in scope for scope in scopes)
    assert not_proved


def test_one_that_this_check_saw_is_asked_for_everywhere() -> None:
    for host in (ACR, MADE_UP):
        for was_pulled in (True, False):
            scopes, _, not_proved = scopes_of(host, LIST, was_pulled=was_pulled)
            assert scopes[-1] == "repository:team/app:pull,push"
            assert not not_proved


def test_a_registry_that_asks_to_wait_gets_no_further_sign_in() -> None:
    scopes, _, _ = scopes_of(ACR, text(429), was_pulled=True)
    assert not any("push" in scope for scope in scopes)


def test_only_registries_whose_sign_in_creates_nothing_are_trusted_so() -> None:
    named = {each.slug for each in PROVIDERS if not each.push_creates}
    assert named == {"acr", "docker_hub", "gar"}
    for slug in ("gitlab", "quay", "generic"):
        assert by_slug(slug).push is Push.CLAIM
        assert by_slug(slug).push_creates
