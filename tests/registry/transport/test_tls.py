"""Certificates are always verified, and extra authorities count for their own check only."""

import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest

from registry.addresses.origins import Origin
from registry.protocol.http import FailureKind
from registry.transport import tls
from tests.hostile.asking import LOGIN, answered, ask, failed, network, resolving
from tests.hostile.certificates import NAME, Authority, self_signed
from tests.hostile.servers import OK, serving

UNKNOWN = (FailureKind.TLS, "unknown_issuer")
BY_NAME = resolving("127.0.0.1")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_an_authority_of_the_conversation_is_trusted(authority: Authority) -> None:
    with serving(OK, context=authority.shows()) as server, network() as net:
        answer = ask(net, server.origin(), ca_pem=authority.pem, authorization=LOGIN)
        assert answered(answer).status == 200


def test_an_authority_is_trusted_for_its_conversation_only(authority: Authority) -> None:
    other = Authority()
    with serving(OK, context=authority.shows()) as server, network() as net:
        for _ in range(2):
            assert answered(ask(net, server.origin(), ca_pem=authority.pem)).status == 200
            assert failed(ask(net, server.origin())) == UNKNOWN
            assert failed(ask(net, server.origin(), ca_pem=other.pem)) == UNKNOWN
    assert len(server.requests) == 2
    assert server.connections == 1 + 4, "a connection was shared between authorities"


def test_different_authorities_at_once_do_not_mix(authority: Authority) -> None:
    other = Authority()
    with serving(OK, context=authority.shows()) as server, network() as net:
        with ThreadPoolExecutor(8) as pool:
            good, bad = (
                [pool.submit(ask, net, server.origin(), ca_pem=pem) for _ in range(20)]
                for pem in (authority.pem, other.pem)
            )
        assert {answered(one.result()).status for one in good} == {200}
        assert {failed(one.result()) for one in bad} == {UNKNOWN}


def test_a_self_signed_certificate_is_accepted_as_an_exact_pin() -> None:
    context, pem = self_signed("localhost")
    _, another = self_signed("localhost")
    with serving(OK, context=context) as server, network() as net:
        origin = server.origin("localhost")
        assert failed(ask(net, origin)) == (FailureKind.TLS, "self_signed")
        assert answered(ask(net, origin, ca_pem=pem)).status == 200
        assert failed(ask(net, origin, ca_pem=another))[0] is FailureKind.TLS


def test_a_pin_is_no_authority(authority: Authority) -> None:
    _, pem = self_signed("localhost")
    with serving(OK, context=authority.shows()) as server, network() as net:
        assert failed(ask(net, server.origin(), ca_pem=pem)) == UNKNOWN


def test_the_name_is_asked_for_and_compared(authority: Authority) -> None:
    seen: list[str | None] = []
    context = authority.shows(NAME)
    context.sni_callback = lambda _, name, __: seen.append(name)
    with serving(OK, context=context) as server, network(names=BY_NAME) as net:
        right, wrong = server.origin(NAME), server.origin("other.example.org")
        assert answered(ask(net, right, ca_pem=authority.pem)).status == 200
        outcome = ask(net, wrong, ca_pem=authority.pem)
        assert failed(outcome) == (FailureKind.TLS, "wrong_name")
    assert seen == [NAME, "other.example.org"]


def test_a_common_name_is_no_name_of_a_server() -> None:
    context, pem = self_signed(common_name=NAME)
    with serving(OK, context=context) as server, network(names=BY_NAME) as net:
        outcome = ask(net, server.origin(NAME), ca_pem=pem, authorization=LOGIN)
        assert failed(outcome) == (FailureKind.TLS, "wrong_name")
    assert server.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_address_is_never_told_as_a_name(authority: Authority, host: str) -> None:
    seen: list[str | None] = []
    context = authority.shows(host)
    context.sni_callback = lambda _, name, __: seen.append(name)
    with serving(OK, host=host, context=context) as server, network() as net:
        assert answered(ask(net, server.origin(), ca_pem=authority.pem)).status == 200
    assert seen == [None]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_address_in_a_certificate_counts(authority: Authority, host: str) -> None:
    with serving(OK, host=host, context=authority.shows(host)) as server, network() as net:
        assert answered(ask(net, server.origin(), ca_pem=authority.pem)).status == 200
    with serving(OK, host=host, context=authority.shows(NAME)) as server, network() as net:
        outcome = ask(net, server.origin(), ca_pem=authority.pem)
        assert failed(outcome) == (FailureKind.TLS, "wrong_name")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_new_versions_are_spoken(authority: Authority, version: ssl.TLSVersion) -> None:
    with serving(OK, context=authority.speaks_only(version)) as server, network() as net:
        for _ in range(3):
            assert answered(ask(net, server.origin(), ca_pem=authority.pem)).status == 200
    assert server.connections == 1


@pytest.mark.parametrize("pem", ["no pem", "-----BEGIN CERTIFICATE-----\nAAAA\n", "ä"])
def test_an_authority_that_cannot_be_read_is_a_failure(pem: str) -> None:
    with serving(OK, context=Authority().shows()) as server, network() as net:
        assert failed(ask(net, server.origin(), ca_pem=pem)) == (FailureKind.TLS, "other")
    assert server.connections == 0


def test_the_environment_adds_no_authority(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path_factory.mktemp("authority") / "pem"
    file.write_text(authority.pem)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(file))
    tls.context.cache_clear()
    with serving(OK, context=authority.shows()) as server, network() as net:
        assert failed(ask(net, server.origin())) == UNKNOWN


def test_every_context_verifies() -> None:
    for context in (tls.context(), tls.context(Authority().pem)):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert len(context.get_ca_certs()) > 50


def test_a_server_that_hangs_up_in_the_handshake_was_no_connection() -> None:
    with serving(b"", deaf=True) as server, network() as net:
        outcome = ask(net, Origin("https", "127.0.0.1", server.port), authorization=LOGIN)
    assert failed(outcome) == (FailureKind.NO_CONNECTION, "reset")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (None, "other"),
        (2, "unknown_issuer"),
        (10, "certificate_expired"),
        (18, "self_signed"),
        (19, "unknown_issuer"),
        (20, "unknown_issuer"),
        (21, "unknown_issuer"),
        (62, "wrong_name"),
        (64, "wrong_name"),
        (99, "other"),
    ],
)
def test_a_certificate_that_is_refused_has_a_word(code: int | None, word: str) -> None:
    error = ssl.SSLCertVerificationError(1, "made up")
    if code is not None:
        error.verify_code = code
    assert tls.word_for(error) == word


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        (None, "other"),
        ("UNSUPPORTED_PROTOCOL", "too_old"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "too_old"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "other"),
    ],
)
def test_a_handshake_that_fails_has_a_word(reason: str | None, word: str) -> None:
    error = ssl.SSLError(1, "made up")
    if reason is not None:
        error.reason = reason
    assert tls.word_for(error) == word
