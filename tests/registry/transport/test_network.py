"""A session runs a flow: the requests it sends, their recipients, and those it never sends."""

import base64
import logging
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import pytest

from registry.addresses.origins import Origin
from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.protocol.http import (
    Authorization,
    Basic,
    Bearer,
    FailureKind,
    Flow,
    HeaderToken,
    NetworkFailure,
    Request,
    RequestBody,
    Response,
    SignedHeaders,
)
from registry.secret import Secret
from registry.transport.network import Network
from registry.transport.session import WrongRecipient
from tests.hostile.asking import CANARY, LOGIN, answered, ask, failed, network
from tests.hostile.servers import OK, Server, say, serving

UNSENDABLE = (FailureKind.MALFORMED, "unsendable")


def several(origin: Origin, count: int) -> Flow[list[int]]:
    statuses = []
    for _ in range(count):
        answer = yield Request(origin, "/v2/")
        statuses.append(answer.status)
    return statuses


def lines_of(server: Server) -> list[bytes]:
    return server.received.strip().split(b"\r\n")


def test_an_answer_arrives_whole() -> None:
    reply = b"HTTP/1.1 401 No\r\nWWW-Authenticate: a\r\nContent-Length: 4\r\nwww-authenticate: b"
    with serving(reply + b"\r\n\r\nbody") as server, network() as net:
        answer = answered(ask(net, server.origin()))
    assert (answer.status, answer.body) == (401, b"body")
    assert answer.all_headers("WWW-Authenticate") == ("a", "b")
    assert answer.took_ms >= 0


def test_only_our_own_headers_are_sent() -> None:
    with serving(OK) as server, network() as net:
        request = Request(server.origin(), "/v2/a b", (("scope", "repository:a/b:pull"),))
        with net.conversation(http_allowed=True) as session:
            session.run(_ignoring(request), recipients=frozenset())
    assert lines_of(server) == [
        b"GET /v2/a%20b?scope=repository%3Aa%2Fb%3Apull HTTP/1.1",
        b"Host: 127.0.0.1:%d" % server.port,
        b"User-Agent: Lockkeeper/test",
        b"Accept: application/json",
        b"Accept-Encoding: identity",
    ]


def _ignoring(request: Request) -> Flow[None]:
    yield request


@pytest.mark.parametrize(
    ("authorization", "sent"),
    [
        (Basic("u", Secret("p")), b"Authorization: Basic dTpw"),
        (
            Basic("ü", Secret("пароль")),
            b"Authorization: Basic " + base64.b64encode("ü:пароль".encode()),
        ),
        (Bearer(Secret("abc.def")), b"Authorization: Bearer abc.def"),
        (HeaderToken("PRIVATE-TOKEN", Secret("glpat-MADEUP")), b"PRIVATE-TOKEN: glpat-MADEUP"),
    ],
)
def test_a_login_is_sent_as_utf8(authorization: Authorization, sent: bytes) -> None:
    with serving(OK) as server, network() as net:
        answered(ask(net, server.origin(), authorization=authorization))
    assert sent in lines_of(server)


@pytest.mark.parametrize("sign", ["\r", "\n", "\0", "\x1f", "\x7f", "\ud800"])
@pytest.mark.parametrize("kind", ["user", "password", "bearer", "header", "accept"])
def test_what_could_become_a_header_is_never_sent(sign: str, kind: str) -> None:
    bad = f"{CANARY}{sign}X-Injected: 1"
    cases: dict[str, Authorization] = {
        "user": Basic(bad, Secret("p")),
        "password": Basic("u", Secret(bad)),
        "bearer": Bearer(Secret(bad)),
        "header": HeaderToken("PRIVATE-TOKEN", Secret(bad)),
    }
    accept = bad if kind == "accept" else "*/*"
    with serving(OK) as server, network() as net, net.conversation(http_allowed=True) as session:
        request = Request(server.origin(), "/v2/", authorization=cases.get(kind), accept=accept)
        with pytest.raises(NetworkFailure) as refused:
            session.run(_ignoring(request), recipients=frozenset({server.origin()}))
    assert failed(refused.value) == UNSENDABLE
    assert server.connections == 0
    assert CANARY not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("path", ["/v2/a\r\nX y/", "/v2/a b?x#y/", "/v2/ä/", "/v2/\0/"])
def test_a_path_is_encoded(path: str) -> None:
    with serving(OK) as server, network() as net:
        assert answered(ask(net, server.origin(), path=path)).status == 200
    assert lines_of(server)[0] == f"GET {quote(path)} HTTP/1.1".encode()


@pytest.mark.parametrize("path", ["/v2/\ud800", "v2/", "", "https://elsewhere.example/"])
def test_a_path_that_is_none_is_never_sent(path: str) -> None:
    with serving(OK) as server, network() as net:
        assert failed(ask(net, server.origin(), path=path)) == UNSENDABLE
    assert server.connections == 0


def test_a_header_name_is_a_name() -> None:
    odd = HeaderToken("X: y\r\nInjected", Secret("t"))
    with serving(OK) as server, network() as net:
        assert failed(ask(net, server.origin(), authorization=odd)) == UNSENDABLE
    assert server.requests == []


def test_a_login_to_a_stranger_is_a_bug_and_nothing_is_sent() -> None:
    with serving(OK) as server, serving(OK) as stranger, network() as net:
        for recipients in (frozenset(), frozenset({stranger.origin()})):
            with pytest.raises(WrongRecipient):
                ask(net, server.origin(), authorization=LOGIN, recipients=recipients)
    assert server.connections == stranger.connections == 0


def test_the_port_and_the_scheme_are_part_of_the_recipient() -> None:
    with serving(OK) as server, network() as net:
        here = server.origin()
        for other in (Origin("https", here.host, here.port), Origin("http", here.host, 1)):
            with pytest.raises(WrongRecipient):
                ask(net, here, authorization=LOGIN, recipients=frozenset({other}))
        assert answered(ask(net, here, authorization=LOGIN)).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "get", "CONNECT"])
def test_nothing_that_writes_can_be_sent(method: str) -> None:
    with serving(OK) as server, network() as net, pytest.raises(ValueError, match="GET, HEAD"):
        ask(net, server.origin(), method=method)
    assert server.connections == 0


def test_head_has_no_body_and_post_an_empty_one() -> None:
    length = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"
    with serving(length) as server, network() as net:
        answer = answered(ask(net, server.origin(), method="HEAD"))
        assert (answer.header("content-length"), answer.body) == ("9999999", b"")
    with serving(OK) as server, network() as net:
        assert answered(ask(net, server.origin(), method="POST")).body == b"ok"
        assert b"Content-Length: 0" in lines_of(server)


def test_a_connection_serves_many_conversations() -> None:
    with serving(OK) as server, network() as net:
        for _ in range(5):
            assert answered(ask(net, server.origin())).status == 200
    assert server.connections == 1
    assert len(server.requests) == 5


def test_sixteen_conversations_run_at_once() -> None:
    with serving(OK) as server, network() as net, ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(ask, net, server.origin()) for _ in range(160)]
        assert {answered(one.result()).status for one in asked} == {200}
    assert len(server.requests) == 160
    assert server.connections <= 16


def test_the_number_of_exchanges_has_an_end() -> None:
    with serving(OK) as server, network() as net, net.conversation(http_allowed=True) as session:
        assert session.run(several(server.origin(), 12), recipients=frozenset()) == [200] * 12
        with pytest.raises(NetworkFailure) as refused:
            session.run(several(server.origin(), 1), recipients=frozenset())
    assert failed(refused.value) == (FailureKind.TIMED_OUT, "too_many_exchanges")
    assert len(server.requests) == 12


def test_http_needs_to_be_allowed_for_this_conversation_and_address() -> None:
    with serving(OK) as server:
        with network() as net, net.conversation() as session, pytest.raises(NetworkFailure) as no:
            session.run(several(server.origin(), 1), recipients=frozenset())
        assert no.value.kind is FailureKind.FORBIDDEN
        with network(Policy()) as net:
            assert failed(ask(net, server.origin()))[0] is FailureKind.FORBIDDEN
    assert server.connections == 0


def test_our_own_sockets_are_never_called() -> None:
    with serving(OK) as server:
        opened = parse_allow_list("127.0.0.0/8:*")
        for address in ("127.0.0.1", "0.0.0.0"):
            own = Policy(allowed=opened, own=frozenset({(address, server.port)}))
            with network(own) as net:
                assert failed(ask(net, server.origin()))[0] is FailureKind.FORBIDDEN
    assert server.connections == 0


def test_the_log_knows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    play = say(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n", then_close=True)
    with serving(play) as server, network() as net:
        ask(net, server.origin(), authorization=LOGIN)
        ask(net, Origin("https", "127.0.0.1", server.port), authorization=LOGIN, limit_s=0.3)
    pair = base64.b64encode(f"robot:{CANARY}".encode()).decode()
    assert pair in server.received.decode()
    assert caplog.records
    assert CANARY not in caplog.text
    assert pair not in caplog.text


def test_a_failure_holds_nothing_but_our_words() -> None:
    echo = say(CANARY.encode() + b"\r\n\r\n", then_close=True)
    with serving(echo) as server, network() as net:
        outcome = ask(net, server.origin(), authorization=LOGIN)
    assert isinstance(outcome, NetworkFailure)
    assert outcome.__context__ is None
    assert outcome.__cause__ is None
    assert outcome.args == (outcome.kind.value,)
    assert CANARY not in repr(vars(outcome))


def test_a_flow_that_fails_is_closed_and_its_error_passes() -> None:
    ended = []

    def broken(origin: Origin) -> Flow[Response]:
        try:
            yield Request(origin, "/v2/")
            raise LookupError
        finally:
            ended.append(True)

    with (
        serving(OK) as server,
        network() as net,
        net.conversation(http_allowed=True) as session,
        pytest.raises(LookupError),
    ):
        session.run(broken(server.origin()), recipients=frozenset())
    assert ended == [True]


@pytest.mark.parametrize("proxy", ["https://p:1", "socks5://p:1", "p:8080", "http://"])
def test_a_proxy_is_given_as_an_http_address(proxy: str) -> None:
    with pytest.raises(ValueError, match="egress proxy"):
        Network(Policy(), user_agent="x", proxy=proxy)


def sent(request: Request) -> bytes:
    """The bytes that a server receives of this request; its origin is the only recipient."""
    with serving(OK) as server, network() as net:
        addressed = replace(request, origin=server.origin())
        with net.conversation(http_allowed=True) as session:
            session.run(_ignoring(addressed), recipients=frozenset({server.origin()}))
    return server.received


NOWHERE = Origin("https", "registry.example.org", 443)


@pytest.mark.parametrize(
    ("content", "media_type", "body"),
    [
        (
            RequestBody(
                "form", (("grant_type", "refresh_token"), ("refresh_token", Secret("a&b=é")))
            ),
            b"application/x-www-form-urlencoded",
            b"grant_type=refresh_token&refresh_token=a%26b%3D%C3%A9",
        ),
        (
            RequestBody("json", (("identifier", "made-up"), ("secret", Secret('quo"te')))),
            b"application/json",
            b'{"identifier": "made-up", "secret": "quo\\"te"}',
        ),
        (
            RequestBody("json", (), "application/x-amz-json-1.1"),
            b"application/x-amz-json-1.1",
            b"{}",
        ),
    ],
)
def test_a_post_carries_its_content(content: RequestBody, media_type: bytes, body: bytes) -> None:
    received = sent(Request(NOWHERE, "/v2/auth/token", method="POST", content=content))
    assert b"Content-Type: " + media_type + b"\r\n" in received
    assert b"Content-Length: %d\r\n" % len(body) in received
    assert received.endswith(b"\r\n\r\n" + body)


def test_signed_headers_are_sent_as_they_are() -> None:
    signed = SignedHeaders((("X-Amz-Date", Secret("20261120T120000Z")),))
    received = sent(Request(NOWHERE, "/", method="POST", authorization=signed))
    assert b"X-Amz-Date: 20261120T120000Z\r\n" in received


@pytest.mark.parametrize(
    "request_",
    [
        Request(
            NOWHERE, "/", method="POST", content=RequestBody("json", (("secret", Secret("x")),))
        ),
        Request(NOWHERE, "/", authorization=SignedHeaders((("X-Made-Up", Secret("x")),))),
    ],
)
def test_a_secret_in_the_content_goes_to_recipients_only(request_: Request) -> None:
    with network() as net, net.conversation() as session, pytest.raises(WrongRecipient):
        session.run(_ignoring(request_), recipients=frozenset())
