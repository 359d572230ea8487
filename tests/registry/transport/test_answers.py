"""The transport accepts a complete, plain answer; any other is a failure with a kind."""

import gzip
import socket
import struct
import time
from collections.abc import Callable

import pytest

from registry.protocol.http import FailureKind
from tests.hostile.asking import answered, ask, failed, network
from tests.hostile.servers import OK, say, serving

CUT, MALFORMED = FailureKind.CUT, FailureKind.MALFORMED
TOO_LARGE, TIMED_OUT = FailureKind.TOO_LARGE, FailureKind.TIMED_OUT
STATUS = b"HTTP/1.1 200 OK\r\n"
LIMIT = 65536


def chunked(*chunks: bytes) -> bytes:
    return STATUS + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunks)


def sized(length: int | bytes, body: bytes, *more: bytes) -> bytes:
    said = str(length).encode() if isinstance(length, int) else length
    return STATUS + b"Content-Length: " + said + b"\r\n" + b"".join(more) + b"\r\n" + body


WHOLE = {
    "length": (sized(2, b"ok"), b"ok"),
    "empty": (sized(0, b""), b""),
    "the limit": (sized(LIMIT, b"x" * LIMIT), b"x" * LIMIT),
    "until the end": (STATUS + b"\r\nall of it", b"all of it"),
    "chunks": (chunked(b"2\r\nok\r\n", b"1;ext=1\r\n!\r\n", b"0\r\n\r\n"), b"ok!"),
    "trailers": (chunked(b"2\r\nok\r\n0\r\nX: y\r\n\r\n"), b"ok"),
    "99 headers": (sized(2, b"ok", b"".join(b"X: %d\r\n" % n for n in range(98))), b"ok"),
    "one continue": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
    "http 1.0": (b"HTTP/1.0 200 OK\r\n\r\nok", b"ok"),
    "identity": (sized(2, b"ok", b"Content-Encoding: identity\r\n"), b"ok"),
    "bare newlines": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", b"ok"),
    "no content": (b"HTTP/1.1 204 No\r\n\r\n", b""),
    "the same length twice": (sized(2, b"ok", b"Content-Length: 2\r\n"), b"ok"),
    "a folded header": (sized(2, b"ok", b"X: a\r\n\t b\r\n"), b"ok"),
    "no words behind the status": (OK.replace(b" OK", b""), b"ok"),
    "a length with zeros in front": (sized(b"0002", b"ok"), b"ok"),
    "early hints": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK, b"ok"),
    "processing, then early hints": (b"HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\n\r\n" + OK, b"ok"),
    "several parts": (sized(2, b"ok", b"Content-Type: multipart/x; boundary=y\r\n"), b"ok"),
    "chunked, and a blank": (chunked(b"2\r\nok\r\n0\r\n\r\n").replace(b"ked", b"ked "), b"ok"),
    "chunked in a fold": (chunked(b"2\r\nok\r\n0\r\n\r\n").replace(b": c", b":\r\n c"), b"ok"),
    "a blank behind a chunk's size": (chunked(b"2 \r\nok\r\n", b"0\r\n\r\n"), b"ok"),
    "100 headers": (sized(2, b"ok", b"X: y\r\n" * 99), b"ok"),
    "a head of 32 KiB": (sized(2, b"ok", b"X: " + b"y" * (32768 - 43) + b"\r\n"), b"ok"),
}

BROKEN = {
    "nothing": (b"", CUT),
    "half a status line": (b"HTTP/1.1 20", CUT),
    "only a status line": (STATUS, CUT),
    "cut in a header": (STATUS + b"Content-Le", CUT),
    "cut between headers": (STATUS + b"X: y\r\n", CUT),
    "cut before the blank line": (STATUS + b"Content-Length: 0\r\n", CUT),
    "shorter than said": (sized(10, b"ok"), CUT),
    "no body at all": (sized(10, b""), CUT),
    "no chunk": (chunked(), CUT),
    "half a chunk": (chunked(b"a\r\nhalf"), CUT),
    "no last chunk": (chunked(b"2\r\nok\r\n"), CUT),
    "a chunk of no number": (chunked(b"zz\r\nok\r\n0\r\n\r\n"), MALFORMED),
    "a chunk without a size": (chunked(b"\r\nok\r\n0\r\n\r\n"), MALFORMED),
    "a blank before a chunk's extension": (chunked(b"2 ;x=y\r\nok\r\n0\r\n\r\n"), MALFORMED),
    "a chunk of 21 digits": (chunked(b"0" * 20 + b"2\r\nok\r\n0\r\n\r\n"), MALFORMED),
    "a negative chunk": (chunked(b"-1\r\n", b"x" * 1000), MALFORMED),
    "a negative length": (sized(-1, b"ok"), MALFORMED),
    "a length in letters": (sized(b"two", b"ok"), MALFORMED),
    "two lengths": (sized(2, b"okay", b"Content-Length: 4\r\n"), MALFORMED),
    "length and chunks": (sized(2, b"ok", b"Transfer-Encoding: chunked\r\n"), MALFORMED),
    "another transfer encoding": (STATUS + b"Transfer-Encoding: gzip\r\n\r\n", MALFORMED),
    "chunked twice": (STATUS + b"Transfer-Encoding: chunked, chunked\r\n\r\n", MALFORMED),
    "no http": (b"SSH-2.0-OpenSSH_9.2\r\n", MALFORMED),
    "http 2": (b"HTTP/2 200 OK\r\n\r\n", MALFORMED),
    "http 0.9": (b"<html>hello</html>", MALFORMED),
    "status of four digits": (b"HTTP/1.1 2000 OK\r\n\r\n", MALFORMED),
    "status in letters": (b"HTTP/1.1 OK\r\n\r\n", MALFORMED),
    "switching protocols": (b"HTTP/1.1 101 Switch\r\n\r\n", MALFORMED),
    "a line that is no header": (
        STATUS + b"no colon here\r\nContent-Length: 2\r\n\r\nok",
        MALFORMED,
    ),
    "a status with a sign": (OK.replace(b"200", b"+200"), MALFORMED),
    "a status with a gap": (OK.replace(b"200", b"2_00"), MALFORMED),
    "a blank before the status line": (b" " + OK, MALFORMED),
    "http of no version": (OK.replace(b"1.1", b"1.x"), MALFORMED),
    "a header behind a lone CR": (STATUS + b"X: a\rContent-Length: 2\r\n\r\nok", MALFORMED),
    "a NUL in a header": (sized(2, b"ok", b"X: a\0b\r\n"), MALFORMED),
    "a mail's first line": (STATUS + b"From a b\r\nContent-Length: 2\r\n\r\nok", MALFORMED),
    "a blank before the colon": (STATUS + b"Content-Length : 2\r\n\r\nok", MALFORMED),
    "a header without a name": (sized(2, b"ok", b": y\r\n"), MALFORMED),
    "a fold before any header": (STATUS + b" y\r\nContent-Length: 2\r\n\r\nok", MALFORMED),
    "a folded length": (sized(b"2\r\n 2", b"ok"), MALFORMED),
    "a length of 5,000 digits": (sized(b"9" * 5000, b"ok"), MALFORMED),
    "a chunk of 0x2": (chunked(b"0x2\r\nok\r\n0\r\n\r\n"), MALFORMED),
    "a chunk of +2": (chunked(b"+2\r\nok\r\n0\r\n\r\n"), MALFORMED),
    "a chunk of 0_2": (chunked(b"0_2\r\nok\r\n0\r\n\r\n"), MALFORMED),
    "a last chunk of -0": (chunked(b"2\r\nok\r\n-0\r\n\r\n"), MALFORMED),
    "a chunk longer than said": (chunked(b"2\r\nokay\r\n0\r\n\r\n"), MALFORMED),
    "chunks and length": (
        STATUS + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        MALFORMED,
    ),
    "http 2.0": (OK.replace(b"1.1", b"2.0"), MALFORMED),
    "http 0.9 in so many words": (OK.replace(b"1.1", b"0.9"), MALFORMED),
    "http 2.0 for the time being": (b"HTTP/2.0 100 Continue\r\n\r\n" + OK, MALFORMED),
    "two blanks before the status": (OK.replace(b" 200", b"  200"), MALFORMED),
    "a vertical tab in a header": (sized(2, b"ok", b"X: a\x0bb\r\n"), MALFORMED),
    "no end of the trailers": (chunked(b"2\r\nok\r\n0\r\nX: y\r\n"), CUT),
    "no blank line behind the last chunk": (chunked(b"2\r\nok\r\n0\r\n"), CUT),
    "http 3.0": (OK.replace(b"1.1", b"3.0"), MALFORMED),
    "switching protocols unasked": (
        b"HTTP/1.1 101 Switch\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
        MALFORMED,
    ),
    "2,000 headers": (sized(2, b"ok", b"X: y\r\n" * 2000), MALFORMED),
    "a head of 32 KiB and one": (
        sized(2, b"ok", b"X: " + b"y" * (32768 - 42) + b"\r\n"),
        MALFORMED,
    ),
    "a hundred early hints and one": (b"HTTP/1.1 103 E\r\n\r\n" * 101 + OK, MALFORMED),
    "101 headers": (sized(2, b"ok", b"".join(b"X: y\r\n" for _ in range(101))), MALFORMED),
    "a long line": (STATUS + b"X: " + b"y" * LIMIT + b"\r\n\r\n", MALFORMED),
    "a big head": (STATUS + (b"X: " + b"y" * 60000 + b"\r\n") * 6 + b"\r\n", MALFORMED),
    "a thousand continues": (b"HTTP/1.1 100 C\r\n\r\n" * 1000 + OK, MALFORMED),
    "gzip": (sized(22, gzip.compress(b"ok"), b"Content-Encoding: gzip\r\n"), MALFORMED),
    "an unknown encoding": (sized(2, b"ok", b"Content-Encoding: x\r\n"), MALFORMED),
    "one more than the limit": (sized(LIMIT + 1, b"x" * (LIMIT + 1)), TOO_LARGE),
    "a length beyond belief": (sized(10**18, b"x"), TOO_LARGE),
    "until an end too far": (STATUS + b"\r\n" + b"x" * (LIMIT + 1), TOO_LARGE),
    "chunks too many": (chunked(*[b"1000\r\n" + b"x" * 4096 + b"\r\n"] * 17), TOO_LARGE),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_answer_is_read(name: str) -> None:
    sent, body = WHOLE[name]
    with serving(say(sent, then_close=True)) as server, network() as net:
        assert answered(ask(net, server.origin())).body == body


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_never_taken_for_a_status(name: str) -> None:
    sent, kind = BROKEN[name]
    with serving(say(sent, then_close=True)) as server, network() as net:
        assert failed(ask(net, server.origin()))[0] is kind
        assert failed(ask(net, server.origin()))[0] is kind
    assert server.connections == 2, "the connection of a broken answer was used again"


def test_a_folded_header_is_read_on_one_line() -> None:
    folded = sized(2, b"ok", b"WWW-Authenticate: Bearer\r\n  realm=x,\r\n\tservice=y\r\n")
    with serving(folded) as server, network() as net:
        answer = answered(ask(net, server.origin()))
    assert answer.header("www-authenticate") == "Bearer realm=x, service=y"


BORDER = b'multipart/mixed; x="' + b";" * 65000
LABORIOUS = {
    "as it is": b"Content-Type: " + BORDER,
    "in capitals": b"CONTENT-TYPE:" + BORDER.upper(),
    "behind a sign that Python strips": b"Content-Type: \xa0\x0b" + BORDER,
    "in a fold": b"Content-Type:\r\n " + BORDER,
    "in the second fold": b"Content-Type: \r\n \r\n " + BORDER,
    "folded on": b"Content-Type: multipart/mixed;\r\n " + BORDER,
    "a message": b"Content-Type: message/" + BORDER,
}


@pytest.mark.parametrize("name", LABORIOUS)
def test_no_description_of_borders_keeps_us_busy(name: str) -> None:
    with serving(sized(2, b"ok", LABORIOUS[name] + b"\r\n")) as server, network() as net:
        busy = time.process_time()
        assert failed(ask(net, server.origin())) == (MALFORMED, "head")
        assert time.process_time() - busy < 0.5


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def reset_after(sent: bytes) -> Callable[[socket.socket], None]:
    def play(line: socket.socket) -> None:
        line.sendall(sent)
        time.sleep(0.1)
        reset(line)

    return play


@pytest.mark.parametrize("sent", [b"", STATUS, sized(10, b"ok"), chunked(b"a\r\nhal")])
def test_a_reset_is_cut(sent: bytes) -> None:
    with serving(reset_after(sent)) as server, network() as net:
        assert failed(ask(net, server.origin()))[0] is CUT


def test_nobody_there_is_no_connection() -> None:
    with serving(OK) as server:
        origin = server.origin()
    with network() as net:
        assert failed(ask(net, origin)) == (FailureKind.NO_CONNECTION, "refused")


def dripping(start: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """Send something often enough that no time-out of a single read ends it."""

    def play(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(drop)
            time.sleep(0.05)

    return play


SLOW = {
    "silence": dripping(b"", b""),
    "silence in the head": dripping(STATUS, b""),
    "silence in the body": dripping(sized(10, b"ok"), b""),
    "a dripping status": dripping(b"", b"H"),
    "a dripping head": dripping(STATUS, b"x"),
    "a dripping body": dripping(sized(LIMIT, b""), b"x"),
    "a dripping body without a length": dripping(STATUS + b"\r\n", b"x"),
    "dripping chunks": dripping(chunked(), b"1\r\nx\r\n"),
    "dripping trailers": dripping(chunked(b"0\r\n"), b"X: y\r\n"),
    "a dripping chunk size": dripping(chunked(), b"0"),
}


@pytest.mark.parametrize("name", SLOW)
def test_time_is_limited_whatever_drips(name: str) -> None:
    with serving(SLOW[name]) as server, network() as net:
        started = time.monotonic()
        assert failed(ask(net, server.origin(), limit_s=0.4))[0] is TIMED_OUT
        assert time.monotonic() - started < 2.5


def test_an_exchange_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.transport.session.EXCHANGE_S", 0.2)
    with serving(SLOW["a dripping head"]) as server, network() as net:
        assert failed(ask(net, server.origin(), limit_s=20)) == (TIMED_OUT, "deadline")


@pytest.mark.parametrize("more", [b"!", OK, b"x" * 100_000])
def test_a_connection_with_more_on_it_is_not_used_again(more: bytes) -> None:
    with serving(say(OK + more)) as server, network() as net:
        for _ in range(3):
            assert answered(ask(net, server.origin())).body == b"ok"
    assert server.connections == 3


def test_what_comes_late_is_not_the_next_answer() -> None:
    late = OK.replace(b"200", b"403")

    def play(line: socket.socket) -> None:
        line.sendall(OK)
        time.sleep(0.05)
        line.sendall(late)

    with serving(play) as server, network() as net:
        for _ in range(3):
            assert answered(ask(net, server.origin())).status == 200
            time.sleep(0.15)
    assert server.connections == 3


def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    with serving(say(OK, then_close=True)) as server, network() as net:
        for _ in range(3):
            assert answered(ask(net, server.origin())).status == 200
            time.sleep(0.05)
    assert server.connections == 3
