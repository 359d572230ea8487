"""Dialling: one look-up, a judgment of each address, and deadlines."""

import socket
import time

import pytest

from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.protocol.http import FailureKind
from registry.transport.dial import Dialler, Found
from tests.hostile.asking import LOGIN, answered, ask, failed, found, network, resolving
from tests.hostile.certificates import NAME, Authority
from tests.hostile.servers import OK, Server, say, serving

FORBIDDEN = FailureKind.FORBIDDEN


class Names:
    """A resolver that remembers what it was asked."""

    def __init__(self, *addresses: str) -> None:
        self.asked: list[str] = []
        self.answer = resolving(*addresses)

    def __call__(self, name: str, port: int) -> Found:
        self.asked.append(name)
        return self.answer(name, port)


@pytest.mark.parametrize(
    ("entry", "host", "asked"),
    [
        ("127.0.0.0/8:*", "registry.example.org", "registry.example.org."),
        ("127.0.0.0/8:*", "registry", "registry."),
        ("registry:*", "registry", "registry"),
        ("registry.corp:*", "registry.corp", "registry.corp"),
        ("127.0.0.0/8:*", "localhost", "localhost"),
        ("127.0.0.0/8:*", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_no_search_domain_turns_a_name_into_another(entry: str, host: str, asked: str) -> None:
    names = Names("127.0.0.1")
    policy = Policy(allowed=parse_allow_list(entry))
    with serving(OK) as server, network(policy, names=names) as net:
        assert answered(ask(net, server.origin(host))).status == 200
    assert names.asked == [asked]
    assert b"Host: %s:%d\r\n" % (host.encode(), server.port) in server.received


def test_a_name_is_looked_up_once_per_connection() -> None:
    names = Names("127.0.0.1")
    with serving(OK) as server, network(names=names) as net:
        for _ in range(3):
            ask(net, server.origin(NAME))
        assert len(names.asked) == server.connections == 1
    with serving(say(OK, then_close=True)) as server, network(names=names) as net:
        for _ in range(3):
            ask(net, server.origin(NAME))
            time.sleep(0.05)
    assert len(names.asked) == 1 + server.connections == 4


@pytest.mark.parametrize("bad", ["169.254.169.254", "10.0.0.1", "0.0.0.0", "::ffff:127.0.0.1"])
def test_one_refused_address_refuses_the_name(bad: str) -> None:
    for addresses in (("127.0.0.1", bad), (bad, "127.0.0.1")):
        with serving(OK) as server, network(names=resolving(*addresses)) as net:
            assert failed(ask(net, server.origin(NAME)))[0] is FORBIDDEN
        assert server.connections == 0


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with serving(OK) as server, network(names=resolving("127.0.0.2", "127.0.0.1")) as net:
        assert answered(ask(net, server.origin(NAME))).status == 200


def test_an_unknown_family_is_refused() -> None:
    def odd(_: str, port: int) -> Found:
        return [found("127.0.0.1", port), (socket.AF_UNIX, ("127.0.0.1", port))]

    with serving(OK) as server, network(names=odd) as net:
        assert failed(ask(net, server.origin(NAME)))[0] is FORBIDDEN
    assert server.connections == 0


@pytest.mark.parametrize("error", [socket.gaierror(-2, "x"), OSError(), UnicodeError("label")])
def test_a_resolver_that_fails_names_nobody(error: Exception) -> None:
    def broken(*_: object) -> Found:
        raise error

    with serving(OK) as server:
        for names in (broken, resolving()):
            with network(names=names) as net:
                assert failed(ask(net, server.origin(NAME)))[0] is FailureKind.NAME_UNKNOWN
    assert server.connections == 0


def test_the_real_resolver_knows_no_made_up_name() -> None:
    with serving(OK) as server, network() as net:
        outcome = ask(net, server.origin("registry.invalid"), limit_s=3)
    assert failed(outcome)[0] in {FailureKind.NAME_UNKNOWN, FailureKind.TIMED_OUT}
    assert server.connections == 0


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    def slow(_: str, port: int) -> Found:
        time.sleep(4)
        return resolving("127.0.0.1")(_, port)

    with serving(OK) as server, network(names=slow) as net:
        started = time.monotonic()
        assert failed(ask(net, server.origin(NAME), limit_s=0.2))[0] is FailureKind.TIMED_OUT
        assert time.monotonic() - started < 2.5
    assert server.connections == 0


def test_a_server_that_never_accepts_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        with network() as net:
            origin = Server(lambda _: None, "127.0.0.1", None, listener, address[1]).origin()
            started = time.monotonic()
            assert failed(ask(net, origin, limit_s=0.3))[0] is FailureKind.TIMED_OUT
            assert time.monotonic() - started < 2.5
        for filler in fillers:
            filler.close()


def test_looking_up_and_connecting_share_one_limit() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)

        def slow(_: str, port: int) -> Found:
            time.sleep(0.8)
            return [found("127.0.0.1", port)]

        with network(names=slow) as net:
            origin = Server(lambda _: None, NAME, None, listener, address[1]).origin()
            started = time.monotonic()
            assert failed(ask(net, origin, limit_s=1))[0] is FailureKind.TIMED_OUT
            assert time.monotonic() - started < 1.6
        for filler in fillers:
            filler.close()


def test_a_handshake_that_drips_is_not_waited_for() -> None:
    authority = Authority()
    with socket.create_server(("127.0.0.1", 0)) as listener, network() as net:
        context = authority.shows()
        server = Server(lambda _: None, "127.0.0.1", context, listener, listener.getsockname()[1])
        started = time.monotonic()
        outcome = ask(net, server.origin(), ca_pem=authority.pem, limit_s=0.3)
        assert failed(outcome)[0] is FailureKind.TIMED_OUT
        assert time.monotonic() - started < 2.5


def test_another_peer_than_the_judged_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(OK) as server, network() as net:
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("127.0.0.9", server.port))
        outcome = ask(net, server.origin(), authorization=LOGIN)
        assert failed(outcome)[0] is FORBIDDEN
    assert server.requests == []


def test_a_network_that_is_closed_calls_nobody() -> None:
    with serving(OK) as server:
        with network() as net:
            answered(ask(net, server.origin()))
        assert failed(ask(net, server.origin()))[0] is FailureKind.TIMED_OUT


def test_a_proxy_is_asked_and_names_are_still_judged() -> None:
    authority = Authority()

    def tunnel(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with authority.shows(NAME).wrap_socket(line, server_side=True) as inner:
            inner.recv(65536)
            inner.sendall(OK)

    with serving(tunnel) as proxy:
        address = f"http://u:made-up-proxy-password@127.0.0.1:{proxy.port}"
        with network(proxy=address) as net:
            origin = Server(lambda _: None, NAME, authority.shows(), proxy.listener, 443).origin()
            outcome = ask(net, origin, ca_pem=authority.pem, authorization=LOGIN)
            assert answered(outcome).status == 200
            for host in ("169.254.169.254", "10.0.0.1"):
                assert failed(ask(net, proxy.origin(host)))[0] is FORBIDDEN
    assert proxy.connections == 1
    assert proxy.received.startswith(b"CONNECT registry.example.org:443 HTTP/1.")
    assert b"robot" not in proxy.received


def test_a_dialler_dials_by_the_systems_resolver() -> None:
    with serving(OK) as server:
        dialler = Dialler(Policy(allowed=parse_allow_list("localhost:*")))
        with dialler.dial(scheme="http", host="localhost", port=server.port, seconds=2) as line:
            assert line.getpeername() == ("127.0.0.1", server.port)
