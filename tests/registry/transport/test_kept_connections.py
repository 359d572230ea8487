"""Reused connections: no login gets the answer to another, and no connection leaks."""

import errno
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from registry.addresses.origins import Origin
from registry.protocol.http import Bearer, FailureKind, Response
from registry.secret import Secret
from registry.transport.answer import AnswerReader
from registry.transport.connection import Connection
from registry.transport.network import Network
from tests.hostile.asking import Outcome, answered, ask, failed, network
from tests.hostile.certificates import Authority
from tests.hostile.servers import OK, Play, hang_up, read_request, say, serving
from tests.registry.transport.test_answers import BROKEN, SLOW, reset

CUT, TIMED_OUT = FailureKind.CUT, FailureKind.TIMED_OUT


@pytest.fixture
def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server closes just after our test whether it did."""
    monkeypatch.setattr(Connection, "is_reusable", True)


def in_turn(*plays: Play) -> Play:
    """The first request gets the first of these, and so on."""
    left = iter(plays)

    def play(line: socket.socket) -> None:
        next(left)(line)

    return play


@pytest.mark.usefixtures("_blind")
@pytest.mark.parametrize("end", [hang_up, reset], ids=["in good order", "with a reset"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_connection_that_was_closed_meanwhile_is_opened_again(
    method: str, end: Callable[[socket.socket], None]
) -> None:
    def play(line: socket.socket) -> None:
        line.sendall(OK if method == "GET" else b"HTTP/1.1 200 OK\r\n\r\n")
        time.sleep(0.05)
        end(line)

    with serving(play) as server, network() as net:
        for _ in range(3):
            assert answered(ask(net, server.origin(), method=method)).status == 200
            time.sleep(0.15)
    assert server.connections == 3


@pytest.mark.usefixtures("_blind")
def test_a_connection_that_ends_with_the_next_request_is_opened_again() -> None:
    play = in_turn(say(OK), hang_up, say(OK))
    with serving(play) as server, network() as net:
        for _ in range(2):
            assert answered(ask(net, server.origin())).status == 200
    assert (server.connections, len(server.requests)) == (2, 3)


NEVER_TWICE: dict[str, tuple[str, Play, FailureKind]] = {
    "a post": ("POST", hang_up, CUT),
    "a beginning of an answer": ("GET", say(b"H", then_close=True), CUT),
    "a head": ("GET", say(OK[:-2], then_close=True), CUT),
    "a line of something else": ("GET", say(b"x\r\n", then_close=True), FailureKind.MALFORMED),
    "silence": ("GET", lambda _: time.sleep(0.6), TIMED_OUT),
}


@pytest.mark.usefixtures("_blind")
@pytest.mark.parametrize("name", NEVER_TWICE)
def test_nothing_is_asked_twice_that_may_have_been_heard(name: str) -> None:
    method, second, kind = NEVER_TWICE[name]
    with serving(in_turn(say(OK), second)) as server, network() as net:
        assert answered(ask(net, server.origin())).status == 200
        assert failed(ask(net, server.origin(), method=method, limit_s=0.4))[0] is kind
    assert len(server.requests) == 2


def test_a_fresh_connection_is_not_tried_again() -> None:
    with serving(hang_up) as server, network() as net:
        assert failed(ask(net, server.origin()))[0] is CUT
    assert len(server.requests) == 1


@pytest.mark.usefixtures("_blind")
def test_a_server_that_only_hangs_up_is_asked_once_more_and_not_for_ever() -> None:
    with serving(in_turn(say(OK), hang_up, hang_up)) as server, network() as net:
        assert answered(ask(net, server.origin())).status == 200
        assert failed(ask(net, server.origin()))[0] is CUT
    assert len(server.requests) == 3


def test_a_deadline_that_passes_afterwards_shuts_nobody_elses_connection() -> None:
    with serving(OK) as server, network() as net:
        assert answered(ask(net, server.origin(), limit_s=0.2)).status == 200
        time.sleep(0.3)
        for limit_s in (0.2, 5):
            assert answered(ask(net, server.origin(), limit_s=limit_s)).status == 200
    assert server.connections == 1


def test_a_network_that_closes_ends_the_exchanges_that_still_run() -> None:
    authority = Authority()
    half = b"HTTP/1.1 200 OK\r\n\r\nhalf of it"
    for context in (None, authority.shows()):
        with (
            network() as net,
            serving(say(half), context=context) as server,
            ThreadPoolExecutor() as at,
        ):
            asked = at.submit(ask, net, server.origin(), ca_pem=authority.pem, limit_s=8)
            while not server.requests:
                time.sleep(0.01)
            started = time.monotonic()
            net.close()
            assert failed(asked.result()) == (TIMED_OUT, "deadline")
            assert time.monotonic() - started < 2.5


def test_the_end_that_tls_swallowed_with_the_answer_is_seen() -> None:
    def play(line: socket.socket) -> None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)  # both in one packet
        line.sendall(OK)
        line.settimeout(0)
        with suppress(OSError):
            line.unwrap()  # type: ignore[attr-defined]  # says goodbye, and waits for ours
        line.settimeout(5)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    authority = Authority()
    with serving(play, context=authority.shows()) as server, network() as net:
        for _ in range(3):
            outcome = ask(net, server.origin(), method="POST", ca_pem=authority.pem)
            assert answered(outcome).status == 200
    assert server.connections == 3


def test_a_network_that_closes_ends_a_handshake() -> None:
    with (
        network() as net,
        socket.create_server(("127.0.0.1", 0)) as listener,
        ThreadPoolExecutor() as at,
    ):
        asked = at.submit(ask, net, Origin("https", *listener.getsockname()), limit_s=8)
        line, _ = listener.accept()
        line.recv(1)
        started = time.monotonic()
        net.close()
        assert failed(asked.result()) == (TIMED_OUT, "deadline")
        assert time.monotonic() - started < 2.5
        line.close()


def echo(token: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(token) + token


ODD: dict[str, Callable[[socket.socket, bytes], None]] = {
    "well": lambda line, token: line.sendall(echo(token)),
    "slow": lambda line, token: (time.sleep(0.01), line.sendall(echo(token)))[1],
    "late": lambda line, token: (time.sleep(0.4), line.sendall(echo(token)))[1],
    "half": lambda line, token: line.sendall(echo(token)[:-1]),
    "twice": lambda line, token: line.sendall(echo(token) * 2),
    "longer": lambda line, token: line.sendall(echo(token) + b"x"),
    "cut": lambda line, token: (line.sendall(echo(token)[:-1]), hang_up(line))[1],
    "reset": lambda line, token: reset(line),
    "hangs up after": lambda line, token: (line.sendall(echo(token)), hang_up(line))[1],
}


def speak(line: socket.socket) -> None:
    """Answer each login with its own token, in the manner that the token names."""
    with suppress(OSError), line:
        while head := read_request(line):
            token = head.partition(b"Bearer ")[2].partition(b"\r\n")[0]
            ODD[token.partition(b".")[0].decode().replace("_", " ")](line, token)


@contextmanager
def echoing() -> Iterator[Origin]:
    """A server for many logins at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    threading.Thread(target=speak, args=(line,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield Origin("http", "127.0.0.1", listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_no_login_ever_gets_the_answer_to_another() -> None:
    dice = random.Random(20261121)
    names = [*("well", "slow") * 5, *ODD]
    with echoing() as origin, network() as net:

        def sign_in(number: int) -> tuple[str, Outcome]:
            name = dice.choice(names)
            token = f"{name.replace(' ', '_')}.{number}"
            login = Bearer(Secret(token))
            limit_s = 0.2 if name in {"late", "half"} else 10
            return token, ask(net, origin, authorization=login, limit_s=limit_s)

        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(sign_in, range(600)))
    for token, outcome in told:
        if isinstance(outcome, Response):
            assert outcome.body == token.encode()
        else:
            assert outcome.kind in {CUT, TIMED_OUT}
    for name in ("well", "slow", "twice", "longer", "hangs_up_after"):
        theirs = [one for token, one in told if token.startswith(f"{name}.")]
        assert theirs
        assert [failed(one) for one in theirs if not isinstance(one, Response)] == [], name


def test_after_a_bug_of_ours_a_connection_is_never_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def buggy(*_: object) -> None:
        raise LookupError

    with serving(OK) as server, network() as net:
        with monkeypatch.context() as patch:
            patch.setattr(AnswerReader, "feed", buggy)
            with pytest.raises(LookupError):
                ask(net, server.origin())
        assert answered(ask(net, server.origin())).status == 200
    assert server.connections == 2


def handles(most: int | None = None) -> int:
    """The number of open connections, once the server's threads had time to close theirs."""
    for _ in range(100):
        count = len(list(Path("/proc/self/fd").iterdir()))
        if most is None or count <= most:
            break
        time.sleep(0.02)
    return count


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "TLS"])
def test_every_handle_is_closed_however_an_exchange_ends(is_encrypted: bool) -> None:
    authority = Authority()
    context = authority.shows() if is_encrypted else None
    plays = [say(sent, then_close=True) for sent, _ in BROKEN.values()]
    plays += [SLOW["a dripping head"], hang_up, say(OK + OK), say(OK, then_close=True)]
    with network() as net:
        ask(net, Origin("http", "127.0.0.1", 1))  # starts what starts with the first
        before = handles()
        for play in plays[:: 3 if is_encrypted else 1]:  # a handshake takes its time
            with serving(play, context=context) as server:
                for pem in (authority.pem, ""):
                    for _ in range(2):
                        ask(net, server.origin(), ca_pem=pem, limit_s=0.3)
            most = before + waiting(net)
            assert handles(most) <= most
    assert handles(before) <= before


def test_where_no_handle_is_left_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with serving(OK) as server, network() as net:
        with monkeypatch.context() as patch:
            patch.setattr(socket, "socket", none_left)
            assert failed(ask(net, server.origin()))[0] is FailureKind.NO_CONNECTION
        assert answered(ask(net, server.origin())).status == 200
    assert server.connections == 1


def waiting(net: Network) -> int:
    return sum(len(several) for several in net._shared.pool._waiting.values())
