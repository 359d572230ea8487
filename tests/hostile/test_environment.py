"""Part J: nothing that stands in the environment changes where a login goes."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.asking import CANARY, LOGIN, answered, ask, failed, network
from tests.hostile.certificates import Authority
from tests.hostile.figures import Figures
from tests.hostile.servers import OK, Server, serving

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def has_login(server: Server) -> bool:
    return base64.b64encode(f"robot:{CANARY}".encode()) in server.received


def test_the_environment_is_not_asked(
    figures: Callable[[str], Figures], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    count = figures("J environment")
    with serving(OK) as server, serving(OK) as trap:
        for name in PROXIES:
            with count.case(name), monkeypatch.context() as changed, network() as net:
                changed.setenv(name, f"http://127.0.0.1:{trap.port}")
                changed.delenv("no_proxy", raising=False)
                answered(ask(net, server.origin(), authorization=LOGIN))
                assert has_login(server)
        with count.case("netrc"), monkeypatch.context() as changed, network() as net:
            netrc = tmp_path / ".netrc"
            netrc.write_text("machine 127.0.0.1 login other password made-up-netrc-password\n")
            changed.setenv("HOME", str(tmp_path))
            changed.setenv("NETRC", str(netrc))
            server.requests.clear()
            answered(ask(net, server.origin()))
            assert b"authorization" not in server.received.lower()
        count.strays = trap.received.count(CANARY.encode()) + has_login(trap)
        count.forbidden = trap.connections
    count.conclude(limit_s=5)


def test_cookies_are_neither_kept_nor_sent(figures: Callable[[str], Figures]) -> None:
    count = figures("I cookies")
    sets = b"HTTP/1.1 200 OK\r\nSet-Cookie: id=made-up; Path=/\r\nContent-Length: 0\r\n\r\n"
    with serving(sets) as server, network() as net, count.case("a cookie"):
        for _ in range(3):
            answered(ask(net, server.origin()))
        assert b"cookie" not in server.received.lower()
    count.conclude(limit_s=5)


def test_authorities_of_the_environment_vouch_for_nobody(
    figures: Callable[[str], Figures], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    count = figures("J authorities")
    authority = Authority()
    file = tmp_path / "authority"
    file.write_text(authority.pem)
    for name in AUTHORITIES:
        with (
            count.case(name),
            monkeypatch.context() as changed,
            serving(OK, context=authority.shows()) as server,
            network() as net,
        ):
            changed.setenv(name, str(file))
            assert failed(ask(net, server.origin(), authorization=LOGIN))[1] == "unknown_issuer"
            count.strays += has_login(server)
    count.conclude(limit_s=5)
