"""Answers of a provider that lies, is broken or is away: each is refused, with its sentence.

Each test has its control: the same sign-in without the lie works.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import LazySettings
from django.test import Client

from tests import cast
from tests.stand_ins.openid_provider import (
    CLIENT_SECRET,
    OpenIdProvider,
    as_jwk,
    ec_key,
    rsa_key,
)
from tests.stand_ins.wire import Answer
from tests.workspaces.openid.visits import back, link, signed_in, start, visit
from workspaces.models import LinkedAccount, User
from workspaces.openid import calls, discovery

Lie = Callable[[OpenIdProvider], None]
DISTRUSTED = "The answer of Corp cannot be trusted"
MISMATCH = "Lockkeeper and Corp do not fit together"
AWAY = "Corp could not be reached"
OVER = "This sign-in is over"


def claims(**more: Any) -> Lie:
    def lie(provider: OpenIdProvider) -> None:
        provider.claims |= more

    return lie


def document(**more: Any) -> Lie:
    def lie(provider: OpenIdProvider) -> None:
        provider.document |= more

    return lie


def says(path: str, answer: Answer) -> Lie:
    def lie(provider: OpenIdProvider) -> None:
        provider.says[path] = answer

    return lie


def signs(sign: Callable[[dict[str, Any]], str]) -> Lie:
    def lie(provider: OpenIdProvider) -> None:
        provider.sign = sign

    return lie


def publishes(*keys: dict[str, Any]) -> Lie:
    def lie(provider: OpenIdProvider) -> None:
        provider.keys = list(keys)

    return lie


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(found: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'kid': 'one'})}.{_part(found)}."


def by_public_key(found: dict[str, Any]) -> str:
    """HS256 with what everybody may read: the classic confusion of algorithms."""
    public = rsa_key("one").public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(found)}"
    digest = hmac.digest(pem, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def by(key: Any, algorithm: str, kid: str | None = "one", **header: Any) -> Callable[..., str]:
    def sign(found: dict[str, Any]) -> str:
        headers = ({"kid": kid} if kid else {}) | header
        return jwt.encode(found, key, algorithm=algorithm, headers=headers)

    return sign


def cut(found: dict[str, Any]) -> str:
    return jwt.encode(found, rsa_key("one"), algorithm="RS256", headers={"kid": "one"})[:-4]


NOW = int(time.time())
HUGE = b'{"a": "' + b"x" * 70_000 + b'"}'
DISCOVERY = "/.well-known/openid-configuration"
TO_ELSEWHERE = (("Location", "/token2"),)
LIES: dict[str, tuple[Lie, str]] = {
    "a wrong nonce": (claims(nonce="made-up"), DISTRUSTED),
    "no nonce": (claims(nonce=None), DISTRUSTED),
    "another issuer": (claims(iss="https://evil.example.com"), DISTRUSTED),
    "another audience": (claims(aud="somebody-else"), DISTRUSTED),
    "several audiences and no party": (
        claims(aud=["lockkeeper-made-up", "somebody-else"]),
        DISTRUSTED,
    ),
    "another party": (claims(azp="somebody-else"), DISTRUSTED),
    "an expired token": (claims(exp=NOW - 120), DISTRUSTED),
    "no expiry": (claims(exp=None), DISTRUSTED),
    "an expiry that is no number": (claims(exp="tomorrow"), DISTRUSTED),
    "a token of the future": (claims(iat=NOW + 86_400), DISTRUSTED),
    "a token that is valid later": (claims(nbf=NOW + 86_400), DISTRUSTED),
    "no subject": (claims(sub=None), DISTRUSTED),
    "an empty subject": (claims(sub=""), DISTRUSTED),
    "a subject that is a number": (claims(sub=7), DISTRUSTED),
    "a subject that is too long": (claims(sub="x" * 256), DISTRUSTED),
    "a subject that PostgreSQL cannot store": (claims(sub="carol\0"), DISTRUSTED),
    "alg none": (signs(unsigned), DISTRUSTED),
    "HS256 with the public key": (signs(by_public_key), DISTRUSTED),
    "HS256 with the client secret": (signs(by(CLIENT_SECRET, "HS256")), DISTRUSTED),
    "RS512": (signs(by(rsa_key("one"), "RS512")), DISTRUSTED),
    "a key that is swapped": (signs(by(rsa_key("two"), "RS256")), DISTRUSTED),
    "a key that the token brings": (
        signs(by(rsa_key("two"), "RS256", None, jwk=as_jwk(rsa_key("two"), None))),
        DISTRUSTED,
    ),
    "an id of a key that is unknown": (signs(by(rsa_key("one"), "RS256", "nine")), DISTRUSTED),
    "an elliptic key under the id of another": (signs(by(ec_key("a"), "ES256")), DISTRUSTED),
    "two keys and no id": (
        publishes(as_jwk(rsa_key("one"), "one"), as_jwk(rsa_key("two"), "two")),
        "",
    ),
    "a short key": (publishes(as_jwk(rsa_key("short", 1024), "one")), DISTRUSTED),
    "no keys": (publishes(), DISTRUSTED),
    "a cut signature": (signs(cut), DISTRUSTED),
    "a token that is none": (signs(lambda _: "made-up"), DISTRUSTED),
    "a token that is too long": (signs(lambda _: "x.y." + "z" * 40_000), DISTRUSTED),
    "discovery of another issuer": (document(issuer="https://evil.example.com"), MISMATCH),
    "discovery without an issuer": (document(issuer=None), MISMATCH),
    "a token endpoint by http": (document(token_endpoint="http://127.0.0.1/token"), MISMATCH),
    "keys by http": (document(jwks_uri="http://127.0.0.1/keys"), MISMATCH),
    "an authorization endpoint by http": (
        document(authorization_endpoint="http://127.0.0.1/a"),
        MISMATCH,
    ),
    "an authorization endpoint that is a script": (
        document(authorization_endpoint="javascript:alert(1)"),
        MISMATCH,
    ),
    "an authorization endpoint with a line break": (
        document(authorization_endpoint="https://127.0.0.1/\r\nSet-Cookie: a=b"),
        MISMATCH,
    ),
    "an endpoint with user information": (
        document(token_endpoint="https://a:b@127.0.0.1/token"),
        MISMATCH,
    ),
    "a token endpoint in a private network": (
        document(token_endpoint="https://10.11.12.13/token"),
        MISMATCH,
    ),
    "a token endpoint that is a cloud's metadata": (
        document(token_endpoint="https://169.254.169.254/latest"),
        MISMATCH,
    ),
    "discovery that redirects": (says(DISCOVERY, Answer(302, b"", TO_ELSEWHERE)), MISMATCH),
    "a token request that redirects": (says("/token", Answer(307, b"", TO_ELSEWHERE)), MISMATCH),
    "keys that redirect": (says("/keys", Answer(301, b"", TO_ELSEWHERE)), MISMATCH),
    "discovery that is huge": (says(DISCOVERY, Answer(200, HUGE)), DISTRUSTED),
    "a token answer that is huge": (says("/token", Answer(200, HUGE)), DISTRUSTED),
    "discovery that is no JSON": (says(DISCOVERY, Answer(200, b"<html>")), DISTRUSTED),
    "a token answer that is no JSON": (says("/token", Answer(200, b"<html>")), DISTRUSTED),
    "a token answer that is a list": (says("/token", Answer(200, b"[1]")), DISTRUSTED),
    "keys that are no list": (says("/keys", Answer(200, b'{"keys": 7}')), DISTRUSTED),
    "no id_token": (says("/token", Answer(200, b'{"access_token": "made-up"}')), DISTRUSTED),
    "discovery that is not there": (says(DISCOVERY, Answer(404, b"{}")), DISTRUSTED),
    "discovery that is slow": (says(DISCOVERY, Answer(delay_s=30)), AWAY),
    "a token answer that drips": (says("/token", Answer(200, b"x" * 999, drip_s=0.2)), AWAY),
    "a provider that fails": (says(DISCOVERY, Answer(503, b"")), AWAY),
    "a token request that fails": (says("/token", Answer(500, b"")), AWAY),
    "a client that is not known": (
        says("/token", Answer(401, b'{"error": "invalid_client"}')),
        MISMATCH,
    ),
    "a code that is over": (says("/token", Answer(400, b'{"error": "invalid_grant"}')), OVER),
    "an error that nobody knows": (says("/token", Answer(400, b'{"error": "<b>"}')), MISMATCH),
    "user info about somebody else": (says("/userinfo", Answer(200, b'{"sub": "x"}')), DISTRUSTED),
    "user info that is no JSON": (says("/userinfo", Answer(200, b"<html>")), DISTRUSTED),
}


@pytest.mark.parametrize("what", LIES)
def test_refused(
    what: str,
    provider: OpenIdProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(calls, "LIMIT_S", 1.5)
    link(cast.alice(), provider)
    lie, sentence = LIES[what]
    lie(provider)
    browser = Client()
    caplog.set_level("INFO")
    begun = browser.post("/account/openid/corp/")
    answer = begun
    if begun.status_code == 200:
        url = begun.headers["Refresh"].removeprefix("0;url=")
        answer = back(browser, provider.consent(url))  # type: ignore[assignment]
    if not sentence:  # a control: odd, and right
        assert signed_in(browser) == "alice@example.org"
        return
    assert signed_in(browser) == ""
    assert sentence in answer.content.decode()
    assert answer.status_code in {400, 502, 503}
    assert "Sign-in with corp ended. " in caplog.text
    for secret in (CLIENT_SECRET, "made-up-access", "evil.example.com", "eyJ"):
        assert secret not in caplog.text + answer.content.decode()
    assert (User.objects.count(), LinkedAccount.objects.count()) == (1, 1)
    provider.claims, provider.document, provider.says = {"sub": "carol-1"}, {}, {}
    provider.sign, provider.keys = None, [as_jwk(rsa_key("one"), "one")]
    discovery.forget_published()
    again = Client()
    visit(again, provider)
    assert signed_in(again) == "alice@example.org", "the control"


@pytest.mark.parametrize(
    ("key", "algorithm"), [(rsa_key("new"), "RS256"), (ec_key("new"), "ES256")], ids=["RSA", "EC"]
)
def test_a_new_key_is_found_without_waiting(
    key: Any, algorithm: str, provider: OpenIdProvider
) -> None:
    link(cast.alice(), provider)
    assert visit(Client(), provider).status_code == 302
    provider.keys, provider.sign = [as_jwk(key, "new")], by(key, algorithm, "new")
    browser = Client()
    visit(browser, provider)
    assert signed_in(browser) == "alice@example.org"
    assert provider.asked("/keys") == 2


def test_a_token_without_the_id_of_a_key_needs_a_single_key(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    provider.sign = by(rsa_key("one"), "RS256", None)
    assert visit(Client(), provider).status_code == 302
    provider.keys.append(as_jwk(rsa_key("two"), "two"))
    discovery.forget_published()
    assert visit(Client(), provider).status_code == 502


def test_a_private_address_needs_the_list_of_issuers(
    provider: OpenIdProvider, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    """The list of registries opens nothing for issuers."""
    settings.LOCKKEEPER_PRIVATE_NETWORKS = "127.0.0.0/8:*"
    settings.LOCKKEEPER_OPENID_NETWORKS = ""
    answer = Client().post("/account/openid/corp/")
    assert answer.status_code == 502
    assert "LOCKKEEPER_OPENID_NETWORKS" in caplog.text
    assert provider.came == []


def test_a_provider_that_is_not_there_is_away(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["issuer"] = "https://127.0.0.1:9"
    answer = Client().post("/account/openid/corp/")
    assert answer.status_code == 503
    assert "That says nothing about you." in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [("access_denied", 403), ("temporarily_unavailable", 503), ("<script>", 502)],
)
def test_the_provider_says_no(error: str, status: int, provider: OpenIdProvider) -> None:
    browser = Client()
    answer = provider.consent(start(browser))
    told = {"state": answer["state"], "error": error, "error_description": "<b>made up</b>"}
    refused = back(browser, told)
    assert refused.status_code == status
    assert "made up" not in refused.content.decode()
    assert back(browser, answer).status_code == 400, "the state was used by the refusal"


def test_a_state_works_once(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    browser = Client()
    answer = provider.consent(start(browser))
    assert back(browser, answer).status_code == 302
    browser.post("/account/logout/")
    assert back(browser, answer).status_code == 400
    assert signed_in(browser) == ""


def test_a_state_works_once_also_for_two_answers_at_the_same_moment(
    provider: OpenIdProvider,
) -> None:
    """Both read the session before one of them writes it."""
    cast.alice()
    browser = Client()
    browser.post("/account/login/", {"login": "alice@example.org", "password": cast.PASSWORD})
    url = start(browser, "/account/openid/corp/link/")
    as_it_was = browser.session["openid_attempts"]
    assert back(browser, provider.consent(url)).status_code == 302
    session = browser.session
    session["openid_attempts"] = as_it_was
    session.save()
    refused = back(browser, provider.consent(url))
    assert refused.status_code == 400
    assert provider.asked("/token") == 1, "the second answer asks for nothing"


def test_a_sign_in_ends_when_somebody_signs_in_meanwhile(provider: OpenIdProvider) -> None:
    """In another tab, by password: the answer does not change who it is."""
    link(cast.bob(), provider)
    cast.alice()
    browser = Client()
    answer = provider.consent(start(browser))
    browser.post("/account/login/", {"login": "alice@example.org", "password": cast.PASSWORD})
    assert back(browser, answer).status_code == 400
    assert signed_in(browser) == "alice@example.org"


def test_a_code_works_once_also_with_a_state_of_its_own(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    stolen, used = provider.consent(start(Client())), Client()
    answer = provider.consent(start(used))
    assert back(used, answer).status_code == 302, "the control"
    for code, why in ((stolen["code"], "of another verifier"), (answer["code"], "was used")):
        browser = Client()
        state = provider.consent(start(browser))["state"]
        assert back(browser, {"state": state, "code": code}).status_code == 400, why
        assert signed_in(browser) == ""


def test_a_state_of_another_browser_signs_nobody_in(provider: OpenIdProvider) -> None:
    """An attacker who sends a victim their own answer: the victim would work in their account."""
    link(cast.mallory(), provider)
    answer = provider.consent(start(Client()))
    victim = Client()
    start(victim)
    refused = back(victim, answer)
    assert refused.status_code == 400
    assert OVER in refused.content.decode()
    assert signed_in(victim) == ""


def test_a_state_of_another_provider_is_refused(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID |= {"two": {**settings.LOCKKEEPER_OPENID["corp"], "name": "Two"}}
    link(cast.alice(), provider)
    browser = Client()
    answer = provider.consent(start(browser))
    assert back(browser, answer, "two").status_code == 400
    assert provider.asked("/token") == 0


def test_an_answer_of_another_issuer_is_refused(provider: OpenIdProvider) -> None:
    """RFC 9207: mixed up providers."""
    link(cast.alice(), provider)
    browser = Client()
    answer = provider.consent(start(browser)) | {"iss": "https://evil.example.com"}
    assert back(browser, answer).status_code == 502
    answer = provider.consent(start(browser)) | {"iss": provider.issuer}
    assert back(browser, answer).status_code == 302
    provider.document = {"authorization_response_iss_parameter_supported": True}
    discovery.forget_published()
    assert visit(Client(), provider).status_code == 502, "it promised to name the issuer"


def test_a_sign_in_ends_after_ten_minutes(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    with time_machine.travel(time.time(), tick=False) as clock:
        for seconds, status in ((599, 302), (601, 400)):
            browser = Client()
            url = start(browser)
            clock.shift(seconds)
            assert back(browser, provider.consent(url)).status_code == status, seconds


def test_nothing_of_a_sign_in_can_be_read_in_the_table_of_sessions(
    provider: OpenIdProvider,
) -> None:
    browser = Client()
    provider.consent(start(browser))
    [question] = provider.questions.values()
    stored = str(dict(browser.session))
    assert "openid_attempts" in stored
    for part in ("state", "nonce", "code_challenge"):
        assert question.sent[part] not in stored


def test_a_browser_keeps_five_sign_ins(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    browser = Client()
    answers = [provider.consent(start(browser)) for _ in range(6)]
    assert back(browser, answers[0]).status_code == 400
    assert back(browser, answers[5]).status_code == 302


def test_many_sign_ins_from_one_network_wait(provider: OpenIdProvider) -> None:
    statuses = [Client().post("/account/openid/corp/").status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]
