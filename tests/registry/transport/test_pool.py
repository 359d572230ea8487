"""Connections wait for the next check under their own key, until the network closes."""

import threading
import time

import pytest

from registry.protocol.http import FailureKind
from registry.transport import pool as pooling
from registry.transport.connection import Opener
from registry.transport.deadline import Deadline
from registry.transport.dial import Dialler, Found
from registry.transport.pool import Pool
from tests.hostile.asking import LOOPBACK, answered, ask, failed, found, network
from tests.hostile.certificates import NAME, Authority
from tests.hostile.servers import OK, Server, say, serving

MESSAGE = b"GET / HTTP/1.1\r\n\r\n"


def pool() -> Pool:
    return Pool(Opener(Dialler(LOOPBACK)))


def test_who_waited_least_goes_first() -> None:
    deadline = Deadline.after(5)
    with serving(OK) as server:
        kept, key = pool(), (server.origin(), "")
        first, second = (kept.take(key, deadline) for _ in range(2))
        for each in (first, second):
            each.exchange("GET", MESSAGE, deadline)
            kept.give_back(key, each)
        assert kept.take(key, deadline) is second
        assert kept.take(key, deadline) is first
        for each in (first, second):
            each.close()


def test_a_connection_that_was_spoken_on_unasked_is_dropped() -> None:
    deadline = Deadline.after(5)
    with serving(say(OK)) as server:
        kept, key = pool(), (server.origin(), "")
        taken = kept.take(key, deadline)
        taken.exchange("GET", MESSAGE, deadline)
        kept.give_back(key, taken)
        for line in server.lines:
            line.sendall(OK)
        time.sleep(0.05)
        fresh = kept.take(key, deadline)
        assert fresh is not taken
        fresh.close()


def test_a_connection_whose_answer_was_not_read_never_waits() -> None:
    deadline = Deadline.after(0.2)
    with serving(lambda _: time.sleep(1)) as server:
        kept, key = pool(), (server.origin(), "")
        taken = kept.take(key, deadline)
        with pytest.raises(TimeoutError):
            taken.exchange("GET", MESSAGE, deadline)
        kept.give_back(key, taken)
        fresh = kept.take(key, Deadline.after(5))
        assert fresh is not taken
        fresh.close()


def test_no_more_wait_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "MAX_WAITING", 1)
    deadline = Deadline.after(5)
    with serving(OK) as server:
        kept, key = pool(), (server.origin(), "")
        taken = [kept.take(key, deadline) for _ in range(3)]
        for each in taken:
            each.exchange("GET", MESSAGE, deadline)
            kept.give_back(key, each)
        assert kept.take(key, deadline) is taken[0]
        fresh = kept.take(key, deadline)
        assert fresh not in taken
        for each in (taken[0], fresh):
            each.close()


def test_a_closed_pool_keeps_nothing() -> None:
    deadline = Deadline.after(5)
    with serving(OK) as server:
        kept, key = pool(), (server.origin(), "")
        early, late = (kept.take(key, deadline) for _ in range(2))
        for each in (early, late):
            each.exchange("GET", MESSAGE, deadline)
        kept.give_back(key, early)
        kept.close()
        kept.give_back(key, late)
        for each in (early, late):
            with pytest.raises(OSError, match="file descriptor"):
                each.exchange("GET", MESSAGE, deadline)


def through(proxy: Server, authority: Authority) -> tuple[FailureKind, str]:
    """The result of a request to a server through this proxy."""
    with network(proxy=f"http://127.0.0.1:{proxy.port}") as net:
        origin = Server(lambda _: None, NAME, authority.shows(), proxy.listener, 443).origin()
        return failed(ask(net, origin, ca_pem=authority.pem, limit_s=1))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n", FailureKind.MALFORMED),
        (b"HTTP/1.1 200 Connected\r\nno colon here\r\n\r\n", FailureKind.MALFORMED),
        (b"HTTP/1.1 200 Connected\r\n" + b"X: y\r\n" * 1000, FailureKind.MALFORMED),
        (b"HTTP/1.1 200 Connected\r\n", FailureKind.CUT),
        (b"HTTP/1.1 200 Connected\r\n\r\nplain text", FailureKind.NO_CONNECTION),
    ],
    ids=["refuses", "no head", "an endless head", "half a head", "no TLS behind it"],
)
def test_a_proxy_that_makes_no_tunnel(said: bytes, kind: FailureKind) -> None:
    with serving(say(said, then_close=True)) as proxy:
        assert through(proxy, Authority())[0] is kind
    assert b"robot" not in proxy.received
    assert len(proxy.requests) == 1


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_an_address_of_version_six_stands_in_brackets() -> None:
    with serving(OK, host="::1") as server, network() as net:
        assert answered(ask(net, server.origin())).status == 200
    assert b"Host: [::1]:%d\r\n" % server.port in server.received


def test_only_a_name_is_looked_up_in_a_thread_that_may_hang() -> None:
    asked: list[tuple[str, str]] = []

    def names(name: str, port: int) -> Found:
        asked.append((name, threading.current_thread().name))
        return [found("127.0.0.1", port)]

    here = threading.current_thread().name
    with serving(OK) as server:
        for host in ("127.0.0.1", "localhost"):
            with network(names=names) as net:
                assert answered(ask(net, server.origin(host))).status == 200
    assert asked == [("127.0.0.1", here), ("localhost", "lookup")]
