"""What any registry may answer, and what it means. Rows follow the distribution specification."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from registry.address import Origin
from registry.evidence import ExpirySource
from registry.exchange import Basic, Bearer, FailureKind, NetworkFailure, Request, Response
from registry.outcome import Outcome
from tests.registry.plays import SERVER, body, challenge, look, page, refusal, text, token

BEARER = 'Bearer realm="https://registry.example.org/token",service="registry.example.org"'
BASIC = 'Basic realm="My, Registry"'
TAGS = body(200, {"tags": ["1"]})


@dataclass
class Registry:
    """Answers by the place that is asked; ``grants`` decides the second sign-in."""

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


OFF = NetworkFailure(FailureKind.NO_CONNECTION)
PULL = token("team/app", "pull")
CASES = {
    "bearer, login accepted": (Registry(), {}, Outcome.VALID),
    "bearer, login refused": (
        Registry(sign_in=refusal(401, "UNAUTHORIZED")),
        {},
        Outcome.REJECTED,
    ),
    "basic, login accepted": (
        Registry(ping=challenge(BASIC), sign_in=body(200, {})),
        {},
        Outcome.VALID,
    ),
    "basic, login refused": (
        Registry(ping=challenge(BASIC), sign_in=challenge(BASIC)),
        {},
        Outcome.REJECTED,
    ),
    "basic, repository readable": (
        Registry(ping=challenge(BASIC), sign_in=body(200, {})),
        {"repository": "team/app"},
        Outcome.VALID,
    ),
    "basic, repository denied": (
        Registry(ping=challenge(BASIC), sign_in=body(200, {}), tags=refusal(403, "DENIED")),
        {"repository": "team/app"},
        Outcome.NO_ACCESS,
    ),
    "open to anybody": (Registry(ping=body(200, {})), {}, Outcome.UNPROVED),
    "open to anybody, repository too": (
        Registry(ping=body(200, {})),
        {"repository": "team/app"},
        Outcome.UNPROVED,
    ),
    "open to anybody, no such repository": (
        lambda request: body(200, {}) if request.path == "/v2/" else refusal(404, "NAME_UNKNOWN"),
        {"repository": "team/app"},
        Outcome.UNPROVED,
    ),
    "open at the door, the repository guarded": (
        lambda request: (
            token("team/app", "pull")
            if request.path == "/token"
            else body(200, {})
            if request.authorization or request.path == "/v2/"
            else challenge(BEARER)
        ),
        {"repository": "team/app"},
        Outcome.VALID,
    ),
    "no registry there": (Registry(ping=page(404)), {}, Outcome.WRONG_SERVER),
    "a web page": (Registry(ping=page(200)), {}, Outcome.WRONG_SERVER),
    "gitlab's web host": (
        Registry(
            ping=challenge(
                'Bearer realm="https://registry.example.org/jwt/auth",service="dependency_proxy"'
            )
        ),
        {},
        Outcome.WRONG_SERVER,
    ),
    "sent elsewhere": (
        Registry(ping=Response(302, (("Location", "https://portal.example.org/"),))),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "forbidden at the door": (Registry(ping=page(403)), {}, Outcome.BROKEN_ANSWER),
    "challenge missing": (Registry(ping=body(401, {})), {}, Outcome.BROKEN_ANSWER),
    "challenge unreadable": (Registry(ping=challenge("Negotiate")), {}, Outcome.BROKEN_ANSWER),
    "realm relative": (
        Registry(ping=challenge('Bearer realm="/token",service="x"')),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "realm of a stranger": (
        Registry(ping=challenge('Bearer realm="https://evil.example.net/token"')),
        {},
        Outcome.DISTRUSTED_REALM,
    ),
    "a teapot": (Registry(ping=text(418)), {}, Outcome.BROKEN_ANSWER),
    "server down": (Registry(ping=OFF), {}, Outcome.UNREACHABLE),
    "name unknown": (
        Registry(ping=NetworkFailure(FailureKind.NAME_UNKNOWN)),
        {},
        Outcome.UNREACHABLE,
    ),
    "too slow": (Registry(ping=NetworkFailure(FailureKind.TIMED_OUT)), {}, Outcome.UNREACHABLE),
    "bad certificate": (
        Registry(ping=NetworkFailure(FailureKind.TLS, detail="certificate_expired")),
        {},
        Outcome.TLS_FAILED,
    ),
    "forbidden address": (
        Registry(ping=NetworkFailure(FailureKind.FORBIDDEN)),
        {},
        Outcome.FORBIDDEN_ADDRESS,
    ),
    "cut answer": (Registry(ping=NetworkFailure(FailureKind.CUT)), {}, Outcome.BROKEN_ANSWER),
    "endless answer": (
        Registry(ping=NetworkFailure(FailureKind.TOO_LARGE)),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "server fault at the door": (Registry(ping=page(503)), {}, Outcome.UNREACHABLE),
    "server fault at sign-in": (Registry(sign_in=page(502)), {}, Outcome.UNREACHABLE),
    "sign-in down": (Registry(sign_in=OFF), {}, Outcome.UNREACHABLE),
    "throttled": (Registry(sign_in=text(429, "slow down")), {}, Outcome.THROTTLED),
    "locked out": (
        Registry(sign_in=body(401, {"details": "too many failed login attempts"})),
        {},
        Outcome.BANNED,
    ),
    "account needs a token": (
        Registry(sign_in=body(401, {"details": "please use personal access token to login"})),
        {},
        Outcome.BLOCKED,
    ),
    "turned away": (Registry(sign_in=refusal(403, "DENIED")), {}, Outcome.BLOCKED),
    "a proxy's forbidden": (Registry(sign_in=page(403)), {}, Outcome.BROKEN_ANSWER),
    "sign-in without a token": (Registry(sign_in=page(200)), {}, Outcome.BROKEN_ANSWER),
    "sign-in gone": (Registry(sign_in=page(404)), {}, Outcome.BROKEN_ANSWER),
    "token not accepted": (
        Registry(entry=challenge(BEARER + ',error="invalid_token"')),
        {},
        Outcome.BROKEN_ANSWER,
    ),
    "may pull the repository": (
        Registry(scoped=PULL),
        {"repository": "team/app"},
        Outcome.VALID,
    ),
    "may not pull the repository": (
        Registry(scoped=token()),
        {"repository": "team/app"},
        Outcome.NO_ACCESS,
    ),
    "may push the repository": (
        Registry(scoped=PULL, pushed=token("team/app", "pull", "push")),
        {"repository": "team/app", "push": True},
        Outcome.VALID,
    ),
    "may pull, not push": (
        Registry(scoped=PULL, pushed=PULL),
        {"repository": "team/app", "push": True},
        Outcome.NO_ACCESS,
    ),
    "grant unreadable, repository readable": (
        Registry(scoped=body(200, {"token": "opaque-made-up"})),
        {"repository": "team/app"},
        Outcome.VALID,
    ),
    "grant unreadable, repository denied": (
        Registry(scoped=body(200, {"token": "opaque-made-up"}), tags=refusal(401, "UNAUTHORIZED")),
        {"repository": "team/app"},
        Outcome.NO_ACCESS,
    ),
    "no image yet": (
        Registry(scoped=PULL, tags=refusal(404, "NAME_UNKNOWN")),
        {"repository": "team/app"},
        Outcome.VALID,
    ),
    "granted token not enough": (
        Registry(scoped=PULL, tags=refusal(401, "UNAUTHORIZED")),
        {"repository": "team/app"},
        Outcome.BROKEN_ANSWER,
    ),
    "refused, typed end date passed": (
        Registry(sign_in=refusal(401, "UNAUTHORIZED")),
        {"expires_on": date(2026, 11, 20)},
        Outcome.EXPIRED,
    ),
    "refused, typed end date to come": (
        Registry(sign_in=refusal(401, "UNAUTHORIZED")),
        {"expires_on": date(2026, 11, 21)},
        Outcome.REJECTED,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_answer_has_its_outcome(name: str) -> None:
    script, asked, outcome = CASES[name]
    evidence, verdict, _ = look(script, **asked)
    assert verdict.outcome is outcome
    assert verdict.message.text()
    assert all(advice.text() for advice in verdict.advice)
    assert verdict.outcome is Outcome.VALID or verdict.advice
    assert all(step.message.text() for step in evidence.steps)


def test_nothing_is_sent_to_a_sign_in_host_of_a_stranger() -> None:
    stranger = Registry(ping=challenge('Bearer realm="https://evil.example.net/token"'))
    _, verdict, requests = look(stranger)
    assert verdict.asks == Origin("https", "evil.example.net", 443)
    assert all(request.authorization is None for request in requests)
    assert {request.origin for request in requests} == {SERVER}


def test_a_pinned_login_goes_to_no_new_host_of_the_same_domain() -> None:
    neighbor = 'Bearer realm="https://signin.example.org/token",service="x"'
    _, first, _ = look(Registry(ping=challenge(neighbor)))
    _, later, requests = look(Registry(ping=challenge(neighbor)), recipients=frozenset())
    assert first.outcome is Outcome.VALID
    assert later.outcome is Outcome.DISTRUSTED_REALM
    assert len(requests) == 1


def test_a_confirmed_host_gets_the_login() -> None:
    host = Origin("https", "evil.example.net", 443)
    stranger = Registry(ping=challenge('Bearer realm="https://evil.example.net/token"'))
    evidence, verdict, _ = look(stranger, recipients=frozenset({host}))
    assert verdict.outcome is Outcome.VALID
    assert evidence.facts.recipients == {host}


def test_push_is_never_asked_of_a_repository_that_may_not_exist() -> None:
    empty = Registry(scoped=PULL, tags=refusal(404, "NAME_UNKNOWN"))
    _, verdict, requests = look(empty, repository="team/app", push=True)
    assert verdict.outcome is Outcome.VALID
    assert verdict.message.key == "cause_valid_push_unseen"
    assert not any("push" in str(request.query) for request in requests)


def test_the_bought_token_goes_to_the_registry_only() -> None:
    neighbor = 'Bearer realm="https://signin.example.org/token",service="x"'
    _, _, requests = look(Registry(ping=challenge(neighbor)), repository="team/app")
    bearers = [r.origin for r in requests if isinstance(r.authorization, Bearer)]
    assert bearers
    assert set(bearers) == {SERVER}


def test_a_typed_end_date_is_midnight_utc_and_named_as_typed() -> None:
    _, verdict, _ = look(Registry(), expires_on=date(2027, 1, 1))
    assert verdict.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert verdict.expires_source is ExpirySource.TYPED


def test_a_request_to_wait_is_in_the_verdict() -> None:
    _, verdict, _ = look(Registry(sign_in=text(429, "", ("Retry-After", "120"))))
    assert verdict.retry_after_s == 120


def test_the_token_life_is_read_from_the_token() -> None:
    _, verdict, _ = look(Registry(sign_in=token(seconds=900)))
    assert verdict.token_lifetime_s == 900
