"""Challenges that name an impossible sign-in address: the part that is wrong, and who mends it."""

import pytest

from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.protocol.http import Basic, FailureKind, NetworkFailure, Request, Response
from registry.words import WORDS
from tests.registry.scripted import body, challenge, page, refusal, run_check, text

HOME = Origin("https", "registry.example.org", 443)
OWN_PORT = Origin("https", "registry.example.org", 5000)
PLAIN = Origin("http", "registry.example.org", 5000)

# The realm, the server that names it, and the cause.
UNUSABLE = {
    "reported: Harbor behind a proxy that ends TLS names http, with a doubled slash": (
        "http://registry.example.org//service/token",
        HOME,
        "cause_realm_http",
    ),
    "reported: Nexus behind a proxy names its port twice": (
        "https://registry.example.org:5000:5000/v2/token",
        OWN_PORT,
        "cause_realm_port_twice",
    ),
    "reported: a domain name that was never configured": (
        "https:///service/token",
        HOME,
        "cause_realm_no_host",
    ),
    "reported: registry and sign-in at home, both plain http under two names": (
        "http://sign-in.example.org/token",
        PLAIN,
        "cause_realm_two_names",
    ),
    "an empty host with a port": ("https://:5000/token", HOME, "cause_realm_no_host"),
    "an empty host by http": ("http:///token", HOME, "cause_realm_no_host"),
    "http on another host": ("http://auth.example.org/token", HOME, "cause_realm_http"),
    "http with a port": ("http://registry.example.org:8080/t", HOME, "cause_realm_http"),
    "http and the port twice": ("http://h.example:80:80/t", HOME, "cause_realm_port_twice"),
    "only a path": ("/service/token", HOME, "cause_realm_relative"),
    "no scheme": ("//registry.example.org/token", HOME, "cause_realm_relative"),
    "a bare host": ("registry.example.org/token", HOME, "cause_realm_relative"),
    "a name for people": ("Registry", HOME, "cause_realm_relative"),
    "a sentence for people": ("Sonatype Nexus", HOME, "cause_realm_unreadable"),
    "a variable that nobody replaced": ("${EXTERNAL_URL}/t", HOME, "cause_realm_unreadable"),
    "another scheme": ("tcp://registry.example.org/token", HOME, "cause_realm_scheme"),
    "a user name": ("https://admin@registry.example.org/t", HOME, "cause_realm_user_info"),
    "a fragment": ("https://registry.example.org/#/t", HOME, "cause_realm_fragment"),
    "port 0": ("https://registry.example.org:0/token", HOME, "cause_realm_host"),
    "a dot at the end": ("https://registry.example.org./t", HOME, "cause_realm_host"),
    "3 KB": ("https://registry.example.org/" + "x" * 3000, HOME, "cause_realm_long"),
    "nothing at all": ("", HOME, "cause_realm_missing"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_the_verdict_names_what_is_wrong_with_the_sign_in_address(case: str) -> None:
    realm, server, cause = UNUSABLE[case]
    answer = challenge(f'Bearer realm="{realm}",service="made-up"')
    evidence, verdict, requests = run_check(lambda _request: answer, server=server)
    assert verdict.outcome is Outcome.BROKEN_ANSWER
    assert verdict.message.key == cause
    assert "challenge" in verdict.message.text() or "sign-ins" in verdict.message.text()
    assert "administrator" in verdict.advice[0].text()
    assert evidence.steps[-1].message.key.startswith("address_realm_")
    assert not any(request.authorization for request in requests)


def _at(realm: str, answer: Response | NetworkFailure) -> object:
    def script(request: Request) -> Response | NetworkFailure:
        is_ping = request.path == "/v2/" and request.authorization is None
        return challenge(f'Bearer realm="{realm}",service="made-up"') if is_ping else answer

    return script


REFUSED, SILENT = FailureKind.NO_CONNECTION, FailureKind.TIMED_OUT
LEADS_NOWHERE = {
    "reported: the address lost the registry's port": (
        "https://registry.example.org/token",
        NetworkFailure(REFUSED),
        "cause_realm_port_lost",
    ),
    "the lost port is filtered": (
        "https://registry.example.org/token",
        NetworkFailure(SILENT),
        "cause_realm_port_lost",
    ),
    "reported: the end of the path was left off": (
        "https://registry.example.org:5000/",
        page(404),
        "cause_realm_path",
    ),
    "the path is gone, told by JSON": (
        "https://registry.example.org:5000/token",
        refusal(404, "NOT_FOUND"),
        "cause_realm_path",
    ),
    "the path is gone at another host": (
        "https://auth.example.org/tokens",
        text(404, "404 page not found"),
        "cause_realm_path",
    ),
    "the name of an internal network": (
        "https://harbor-core.example.org/service/token",
        NetworkFailure(FailureKind.NAME_UNKNOWN),
        "cause_realm_name_unknown",
    ),
    "another port that is down is no lost one": (
        "https://registry.example.org:5001/token",
        NetworkFailure(REFUSED),
        "cause_no_connection",
    ),
    "another host that is down": (
        "https://auth.example.org/token",
        NetworkFailure(REFUSED),
        "cause_no_connection",
    ),
}


@pytest.mark.parametrize("case", LEADS_NOWHERE)
def test_a_sign_in_address_that_leads_nowhere_is_named(case: str) -> None:
    realm, answer, cause = LEADS_NOWHERE[case]
    _, verdict, _ = run_check(_at(realm, answer), server=OWN_PORT)  # type: ignore[arg-type]
    assert not verdict.outcome.is_conclusive
    assert verdict.message.key == cause
    if cause.startswith("cause_realm"):
        assert Origin.parse(realm.rsplit("/", realm.count("/") - 2)[0]).display in (
            verdict.message.text()
        )
        assert "administrator" in verdict.advice[0].text()


BOTH = [
    'Bearer, Basic realm="made-up"',
    'Bearer service="made-up", Basic realm="made-up"',
    'Basic realm="made-up", Bearer service="made-up"',
    'Bearer realm="", Basic realm="made-up"',
]


@pytest.mark.parametrize("value", BOTH)
def test_reported_bearer_without_a_sign_in_address_beside_basic_that_works(value: str) -> None:
    def script(request: Request) -> Response:
        return body(200, {}) if isinstance(request.authorization, Basic) else challenge(value)

    _, verdict, _ = run_check(script)
    assert verdict.outcome is Outcome.VALID


@pytest.mark.parametrize("value", BOTH)
def test_reported_the_same_with_a_wrong_password_is_refused(value: str) -> None:
    _, verdict, _ = run_check(lambda _request: challenge(value))
    assert verdict.outcome is Outcome.REJECTED


def test_a_usable_sign_in_address_goes_before_basic() -> None:
    value = 'Basic realm="x", Bearer realm="https://registry.example.org/token"'
    _, _, requests = run_check(lambda _request: challenge(value))
    assert requests[1].path == "/token"


def test_an_unusable_sign_in_address_is_told_although_basic_is_offered_too() -> None:
    value = 'Bearer realm="http://registry.example.org/token", Basic realm="x"'
    _, verdict, requests = run_check(lambda _request: challenge(value))
    assert verdict.message.key == "cause_realm_http"
    assert len(requests) == 1


def test_every_sentence_about_a_sign_in_address_has_its_case() -> None:
    tried = {cause for *_, cause in (*UNUSABLE.values(), *LEADS_NOWHERE.values())}
    assert {key for key in WORDS if key.startswith("cause_realm_")} <= tried
