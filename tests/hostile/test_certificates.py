"""Part F: a server that cannot prove its name never sees a login."""

import base64
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from registry.addresses.origins import Origin
from registry.protocol.http import FailureKind
from tests.hostile.asking import CANARY, LOGIN, answered, ask, failed, network, resolving
from tests.hostile.certificates import NAME, Authority, self_signed
from tests.hostile.figures import Figures
from tests.hostile.servers import OK, Play, Server, serving

TLS = FailureKind.TLS
ASKS = "asks for a certificate of ours"


@dataclass(frozen=True)
class Case:
    """A server side, what the conversation trusts, and the word that must come of it."""

    context: ssl.SSLContext | None
    trusts: str
    detail: str
    play: Play | bytes = OK


def cases() -> dict[str, Case]:
    authority, other = Authority(), Authority()
    signed, pin = self_signed(NAME)
    expired, expired_pin = self_signed(NAME, expired=True)
    _, another_pin = self_signed(NAME)
    old = ssl.TLSVersion
    return {
        "expired": Case(authority.shows(NAME, expired=True), authority.pem, "certificate_expired"),
        "wrong name": Case(authority.shows("x.example.org"), authority.pem, "wrong_name"),
        "only an address": Case(authority.shows("127.0.0.1"), authority.pem, "wrong_name"),
        "unknown authority": Case(authority.shows(NAME), "", "unknown_issuer"),
        "another's authority": Case(authority.shows(NAME), other.pem, "unknown_issuer"),
        "self-signed": Case(signed, "", "self_signed"),
        "another pin": Case(signed, another_pin, "self_signed"),
        "expired pin": Case(expired, expired_pin, "certificate_expired"),
        "pin of another name": Case(self_signed("x.example.org")[0], pin, "self_signed"),
        "TLS 1.0": Case(authority.speaks_only(old.TLSv1), authority.pem, "too_old"),
        "TLS 1.1": Case(authority.speaks_only(old.TLSv1_1), authority.pem, "too_old"),
        "plain text": Case(None, authority.pem, "other", b"HTTP/1.1 400 Bad\r\n\r\n"),
        "no TLS at all": Case(None, authority.pem, "other", b"SSH-2.0-OpenSSH\r\n"),
        "garbage": Case(None, authority.pem, "other", bytes(512)),
        ASKS: Case(authority.asks_clients(), authority.pem, "other"),
    }


def test_no_login_is_sent_to_a_server_that_proves_nothing(
    figures: Callable[[str], Figures],
) -> None:
    count = figures("F certificates")
    for name, case in cases().items():
        with (
            count.case(name),
            serving(case.play, context=case.context, deaf=case.context is None) as server,
            network(names=resolving("127.0.0.1")) as net,
        ):
            origin = Origin("https", NAME, server.port)
            outcome = ask(net, origin, ca_pem=case.trusts, authorization=LOGIN, limit_s=5)
            if name == ASKS:  # proven, and free to refuse us: by an alert, or by a reset
                assert failed(outcome)[0] in {TLS, FailureKind.CUT}
            else:
                assert failed(outcome) == (TLS, case.detail)
                count.strays += _secrets(server)
    assert _right_server_gets_it(), "the login reaches nobody: nothing is proven"
    count.conclude(limit_s=5)


def _secrets(server: Server) -> int:
    pair = base64.b64encode(f"robot:{CANARY}".encode())
    return server.received.count(CANARY.encode()) + server.received.count(pair)


def _right_server_gets_it() -> bool:
    authority = Authority()
    with (
        serving(OK, context=authority.shows(NAME)) as server,
        network(names=resolving("127.0.0.1")) as net,
    ):
        answered(ask(net, server.origin(NAME), ca_pem=authority.pem, authorization=LOGIN))
        return _secrets(server) == 1
