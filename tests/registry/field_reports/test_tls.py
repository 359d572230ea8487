"""Encrypted connections that fail: each cause has its sentence, and the certificate is kept."""

import datetime
import ssl
from dataclasses import dataclass, replace

import pytest
import trustme

from registry.addresses.origins import Origin
from registry.check import check
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.protocol.http import FailureKind
from registry.rules.failures import TLS_RULES
from registry.secret import Secret
from registry.transport import tls
from registry.verdicts.verdict import Verdict
from tests.hostile.asking import network, resolving
from tests.hostile.certificates import NAME, Authority, self_signed
from tests.hostile.servers import Server, serving

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def bad_request(words: str) -> bytes:
    """A 400 as a server writes it that was asked in the wrong way."""
    head = f"HTTP/1.1 400 Bad Request\r\nContent-Length: {len(words)}\r\n\r\n"
    return (head + words).encode()


GO = bad_request("Client sent an HTTP request to an HTTPS server.")
NGINX = bad_request("<html><body>The plain HTTP request was sent to HTTPS port</body></html>")
APACHE = bad_request("You're speaking plain HTTP to an SSL-enabled server port.")
ALERT = b"\x15\x03\x01\x00\x02\x02\x46"
WANTS_OURS = bad_request("<html><body>400 No required SSL certificate was sent</body></html>")


def ask(
    server: Server, host: str, *, scheme: str = "https", ca: str = ""
) -> tuple[Evidence, Verdict]:
    """Check a made-up login at this server, under this name."""
    origin = Origin(scheme, host, server.port)
    login = Login(origin, "ci-reader", Secret("made-up-password-1"), ca_pem=ca)
    login = replace(login, http_allowed=scheme == "http")
    with network(names=resolving("127.0.0.1")) as net:
        return check(login, Need(), net, now=NOW)


def leaf_alone() -> tuple[ssl.SSLContext, str]:
    """A certificate of an intermediate authority that the server does not send; and the root."""
    root = trustme.CA()
    issued = root.create_child_ca().issue_cert(NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    only = issued.cert_chain_pems[0].bytes() + issued.private_key_pem.bytes()
    with trustme.Blob(only).tempfile() as file:
        context.load_cert_chain(file)
    return context, root.cert_pem.bytes().decode()


def not_yet_valid() -> tuple[ssl.SSLContext, str]:
    made = trustme.CA()
    issued = made.issue_cert(NAME, not_before=NOW + DAY, not_after=NOW + 9 * DAY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context, made.cert_pem.bytes().decode()


@dataclass(frozen=True)
class Case:
    """A server side, what is trusted, the cause, and words that must be in the verdict."""

    context: ssl.SSLContext | None
    trusts: str
    cause: str
    words: tuple[str, ...]
    host: str = NAME
    has_certificate: bool = True
    play: bytes = b""


def cases() -> dict[str, Case]:
    authority, other = Authority(), Authority()
    alone, root = leaf_alone()
    named = (authority.shows("a.example.net", "*.b.example.net"), authority.pem)
    many = authority.shows(*(f"h{number}.example.net" for number in range(20)))
    old = authority.speaks_only(ssl.TLSVersion.TLSv1_1)
    few = authority.shows(NAME)
    few.minimum_version = few.maximum_version = ssl.TLSVersion.TLSv1_2
    few.set_ciphers("PSK-AES128-CBC-SHA256:@SECLEVEL=0")
    unknown = authority.shows(NAME)
    unknown.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    asks12 = authority.asks_clients()
    asks12.maximum_version = ssl.TLSVersion.TLSv1_2
    plain = b"HTTP/1.1 400 Bad Request\r\n\r\n"
    return {
        "reported: plain http on that port": Case(
            None, "", "cause_tls", ("does not speak TLS", "plain http"), NAME, False, plain
        ),
        "reported: without the intermediate certificate": Case(
            alone, root, "cause_tls_issuer_missing", ("intermediate", "full chain")
        ),
        "reported: entered by its address": Case(
            authority.shows(NAME),
            authority.pem,
            "cause_tls_no_address",
            ("IP address, 127.0.0.1", NAME),
            "127.0.0.1",
        ),
        "issued for other names": Case(
            *named, "cause_tls_other_names", ("a.example.net, *.b.example.net",)
        ),
        "issued for twenty others": Case(
            many, authority.pem, "cause_tls_other_names", ("h7.example.net and 12 more",)
        ),
        "entered by an address that is another one": Case(
            authority.shows("10.1.2.3"),
            authority.pem,
            "cause_tls_other_names",
            ("10.1.2.3",),
            "127.0.0.1",
        ),
        "name in CN only": Case(
            *self_signed(common_name=NAME), "cause_tls_name_in_cn", (NAME, "common name")
        ),
        "expired": Case(
            authority.shows(NAME, expired=True),
            authority.pem,
            "cause_tls_expired",
            (f"{NOW - DAY:%Y-%m-%d}", f"{NOW - 30 * DAY:%Y-%m-%d}"),
        ),
        "not yet valid": Case(
            *not_yet_valid(),
            "cause_tls_not_yet_valid",
            (f"{NOW + DAY:%Y-%m-%d}",),
        ),
        "self-signed": Case(self_signed(NAME)[0], "", "cause_tls_self_signed", ("self-signed",)),
        "another's authority": Case(
            authority.shows(NAME), other.pem, "cause_tls_issuer_missing", ("private authority",)
        ),
        "an SSH server": Case(
            None, "", "cause_tls", ("does not speak TLS",), NAME, False, b"SSH-2.0-OpenSSH\r\n"
        ),
        "only TLS 1.1": Case(old, authority.pem, "cause_tls_too_old", ("1.2",), NAME, False),
        "no cipher in common": Case(
            few, authority.pem, "cause_tls_no_common", ("cipher",), NAME, False
        ),
        "no certificate for that name": Case(
            unknown, authority.pem, "cause_tls_unknown_name", (NAME,), NAME, False
        ),
        "a client certificate demanded, in TLS 1.2": Case(
            asks12,
            authority.pem,
            "cause_tls_client_certificate",
            ("client certificate",),
            NAME,
            False,
        ),
        "an authority that cannot be read": Case(
            authority.shows(NAME), "no pem", "cause_tls_bad_authority", ("PEM",), NAME, False
        ),
    }


CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_each_cause_of_a_failed_handshake_has_its_sentence(name: str) -> None:
    case = CASES[name]
    with serving(case.play, context=case.context, deaf=case.context is None) as server:
        evidence, verdict = ask(server, case.host, ca=case.trusts)
    assert verdict.outcome is Outcome.TLS_FAILED
    assert verdict.message.key == case.cause
    said = " ".join([verdict.message.text(), *(each.text() for each in verdict.advice)])
    assert [word for word in case.words if word not in said] == []
    shown = evidence.steps[-1].certificate
    assert (shown is not None) is case.has_certificate
    if shown is not None:
        assert len(shown.fingerprint) == 64
        assert shown.starts_at < shown.ends_at


ADDS_AUTHORITY = {"cause_tls_issuer_missing", "cause_tls_unknown_authority"}


def test_an_authority_is_advised_only_where_that_helps() -> None:
    advised = {rule.cause for rule in TLS_RULES.values() if "do_trust_ca" in rule.advice}
    assert advised == ADDS_AUTHORITY


@pytest.mark.parametrize("answer", [GO, NGINX, APACHE, ALERT])
def test_http_sent_to_a_port_that_speaks_tls_is_told(answer: bytes) -> None:
    with serving(answer) as server:
        _, verdict = ask(server, NAME, scheme="http")
    assert verdict.outcome is Outcome.BROKEN_ANSWER
    assert verdict.message.key == "cause_http_to_tls"
    assert "https" in verdict.advice[0].text()


def test_a_page_that_demands_a_client_certificate_is_told() -> None:
    authority = Authority()
    with serving(WANTS_OURS, context=authority.shows(NAME)) as server:
        _, verdict = ask(server, NAME, ca=authority.pem)
    assert verdict.outcome is Outcome.TLS_FAILED
    assert verdict.message.key == "cause_tls_client_certificate"


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "client_certificate"),
        ("TLSV1_UNRECOGNIZED_NAME", "unknown_name"),
        ("HTTP_REQUEST", "no_tls"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "too_old"),
        ("TLSV1_ALERT_INTERNAL_ERROR", ""),
    ],
)
def test_a_reason_of_the_library_has_its_cause(reason: str, cause: str) -> None:
    error = ssl.SSLError(1, "made up")
    error.reason = reason
    failure = tls.failed_handshake(error)
    assert (failure.kind, failure.cause) == (FailureKind.TLS, cause)


def test_a_certificate_that_cannot_be_read_is_left_out() -> None:
    error = ssl.SSLCertVerificationError(1, "made up")
    error.verify_code = 62
    failure = tls.failed_handshake(error, chain=(b"made up",), host=NAME)
    assert (failure.detail, failure.cause, failure.certificate) == ("wrong_name", "", None)
