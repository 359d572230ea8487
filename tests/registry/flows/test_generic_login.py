"""The requests of a check of any registry, and their recipients; the answers are in the corpus."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from registry.addresses.origins import Origin
from registry.check import check
from registry.evidence import ExpirySource, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.protocol.http import Basic, Bearer, NetworkFailure, Request, Response
from registry.secret import Secret
from tests.registry.scripted import (
    NOW,
    SERVER,
    ScriptedNetwork,
    body,
    challenge,
    page,
    refusal,
    run_check,
    text,
    token,
)

BEARER = 'Bearer realm="https://registry.example.org/token",service="registry.example.org"'
BASIC = 'Basic realm="My, Registry"'
TAGS = body(200, {"tags": ["1"]})


@dataclass
class Registry:
    """A registry with one answer for each URL; ``scoped`` answers the second sign-in."""

    ping: Response | NetworkFailure = field(default_factory=lambda: challenge(BEARER))
    sign_in: Response | NetworkFailure = field(default_factory=token)
    scoped: Response | NetworkFailure | None = None
    pushed: Response | None = None
    entry: Response = field(default_factory=lambda: body(200, {}))
    tags: Response | NetworkFailure = TAGS

    def __call__(self, request: Request) -> Response | NetworkFailure:
        if request.path == "/token":
            scope = dict(request.query).get("scope", "")
            if scope.endswith("pull,push") and self.pushed:
                return self.pushed
            return self.scoped if scope and self.scoped else self.sign_in
        if request.authorization is None:
            return self.ping
        if request.path.endswith("/tags/list"):
            return self.tags
        if isinstance(request.authorization, Basic):
            return self.sign_in
        return self.entry


PULL = token("team/app", "pull")


def test_nothing_is_sent_to_a_sign_in_host_of_a_stranger() -> None:
    stranger = Registry(ping=challenge('Bearer realm="https://evil.example.net/token"'))
    _, verdict, requests = run_check(stranger)
    assert verdict.asks == Origin("https", "evil.example.net", 443)
    assert all(request.authorization is None for request in requests)
    assert {request.origin for request in requests} == {SERVER}


def test_a_pinned_login_goes_to_no_new_host_of_the_same_domain() -> None:
    neighbor = 'Bearer realm="https://signin.example.org/token",service="x"'
    _, first, _ = run_check(Registry(ping=challenge(neighbor)))
    _, later, requests = run_check(Registry(ping=challenge(neighbor)), recipients=frozenset())
    assert first.outcome is Outcome.VALID
    assert later.outcome is Outcome.DISTRUSTED_REALM
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("realm", "server", "asks"),
    [
        ("https://10.1.2.3/token", "https://registry.example.org", True),
        ("https://10.1.2.4/token", "https://10.1.2.3", True),
        ("https://[2001:db8::1]/token", "https://[2001:db8::2]", True),
        ("https://10.1.2.3/token", "http://10.1.2.3:5000", False),
        ("https://10.1.2.3:5001/token", "https://10.1.2.3", False),
    ],
)
def test_an_address_is_a_question_unless_it_is_the_registrys_own(
    realm: str, server: str, asks: bool
) -> None:
    stranger = Registry(ping=challenge(f'Bearer realm="{realm}"'))
    _, verdict, requests = run_check(stranger, server=Origin.parse(server))
    place = Origin.parse(realm.removesuffix("/token"))
    assert verdict.asks == (place if asks else None)
    assert (place in {request.origin for request in requests}) is not asks
    if asks:
        confirmed = run_check(stranger, server=Origin.parse(server), recipients=frozenset({place}))
        assert confirmed[1].outcome is Outcome.VALID


def test_a_confirmed_host_gets_the_login() -> None:
    host = Origin("https", "evil.example.net", 443)
    stranger = Registry(ping=challenge('Bearer realm="https://evil.example.net/token"'))
    evidence, verdict, _ = run_check(stranger, recipients=frozenset({host}))
    assert verdict.outcome is Outcome.VALID
    assert evidence.facts.recipients == {host}


def test_push_is_never_asked_of_a_repository_that_may_not_exist() -> None:
    empty = Registry(scoped=PULL, tags=refusal(404, "NAME_UNKNOWN"))
    _, verdict, requests = run_check(empty, repository="team/app", push=True)
    assert verdict.outcome is Outcome.VALID
    assert verdict.message.key == "cause_valid_push_unseen"
    assert not any("push" in str(request.query) for request in requests)


OPAQUE = body(200, {"token": "opaque"})
SAYS_PUSH = ("cause_valid_repository", ("pull", "push"), False)
SAYS_PULL_ONLY = ("cause_no_push", ("pull",), False)
SAYS_NOTHING = ("cause_valid_push_unseen", ("pull",), True)
PUSH_ANSWERS: dict[str, tuple[Response, tuple[str, tuple[str, ...], bool]]] = {
    "both are granted": (token("team/app", "pull", "push"), SAYS_PUSH),
    "everything is granted": (
        token("team/app", "*"), ("cause_valid_repository", ("*", "pull"), False),
    ),
    "only pull is granted": (PULL, SAYS_PULL_ONLY),
    "only push is granted": (token("team/app", "push"), SAYS_PUSH),
    "all or nothing: nothing is granted": (token("team/app"), SAYS_PULL_ONLY),
    "another repository is granted": (token("team/web", "pull", "push"), SAYS_PULL_ONLY),
    "401": (refusal(401, "UNAUTHORIZED"), SAYS_PULL_ONLY),
    "403": (refusal(403, "DENIED"), SAYS_PULL_ONLY),
    "an opaque token": (OPAQUE, SAYS_NOTHING),
    "no token": (body(200, {}), SAYS_NOTHING),
    "a fault": (text(503), SAYS_NOTHING),
    "come back later": (text(429), SAYS_NOTHING),
}  # fmt: skip


@pytest.mark.parametrize("scoped", [PULL, OPAQUE], ids=["a readable grant", "an opaque one"])
@pytest.mark.parametrize("name", PUSH_ANSWERS)
def test_a_repository_that_exists_is_asked_for_push_and_the_answer_decides(
    scoped: Response, name: str
) -> None:
    pushed, (cause, held, not_proved) = PUSH_ANSWERS[name]
    registry = Registry(scoped=scoped, pushed=pushed)
    evidence, verdict, requests = run_check(registry, repository="team/app", push=True)
    scopes = [dict(request.query).get("scope") for request in requests]
    assert scopes.count("repository:team/app:pull,push") == 1
    assert evidence.facts.repository_exists
    assert (verdict.message.key, verdict.held, verdict.push_not_proved) == (cause, held, not_proved)
    _, only_pull, requests = run_check(registry, repository="team/app", push=False)
    assert only_pull.outcome is Outcome.VALID
    assert not any("push" in str(request.query) for request in requests)


def test_the_bought_token_goes_to_the_registry_only() -> None:
    neighbor = 'Bearer realm="https://signin.example.org/token",service="x"'
    _, _, requests = run_check(Registry(ping=challenge(neighbor)), repository="team/app")
    bearers = [r.origin for r in requests if isinstance(r.authorization, Bearer)]
    assert bearers
    assert set(bearers) == {SERVER}


def test_a_typed_end_date_is_midnight_utc_and_named_as_typed() -> None:
    _, verdict, _ = run_check(Registry(), expires_on=date(2027, 1, 1))
    assert verdict.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert verdict.expires_source is ExpirySource.TYPED


def test_a_request_to_wait_is_in_the_verdict() -> None:
    _, verdict, _ = run_check(Registry(sign_in=text(429, "", ("Retry-After", "120"))))
    assert verdict.retry_after_s == 120


def test_the_token_life_is_read_from_the_token() -> None:
    _, verdict, _ = run_check(Registry(sign_in=token(seconds=900)))
    assert verdict.token_lifetime_s == 900


def test_the_door_is_asked_once_for_all_logins_of_a_batch() -> None:
    network = ScriptedNetwork(Registry())
    for _ in range(3):
        login = Login(SERVER, "made-up-user", Secret("made-up-password"))
        evidence, verdict = check(login, Need(), network, now=NOW)  # type: ignore[arg-type]
        assert verdict.outcome is Outcome.VALID
        assert evidence.steps[0].name is StepName.PING
    assert [request.path for request in network.requests].count("/v2/") == 4
    assert len(network.requests) == 7


def test_a_refusal_at_the_door_is_not_remembered() -> None:
    answers = iter([page(503), challenge(BEARER)])
    network = ScriptedNetwork(
        lambda request: next(answers) if not request.authorization else token()
    )
    login = Login(SERVER, "made-up-user", Secret("made-up-password"))
    outcomes = [check(login, Need(), network, now=NOW)[1].outcome for _ in range(2)]  # type: ignore[arg-type]
    assert outcomes == [Outcome.UNREACHABLE, Outcome.VALID]
