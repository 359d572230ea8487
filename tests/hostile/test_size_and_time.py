"""Part G: whatever a server sends, and however slowly, the check ends and the memory stays."""

import itertools
import socket
import struct
import time
import zlib
from collections.abc import Callable

from registry.protocol.http import FailureKind
from tests.hostile.asking import CANARY, LOGIN, answered, ask, failed, network
from tests.hostile.figures import Figures
from tests.hostile.servers import OK, Play, say, serving

CUT, MALFORMED = FailureKind.CUT, FailureKind.MALFORMED
TOO_LARGE, TIMED_OUT = FailureKind.TOO_LARGE, FailureKind.TIMED_OUT
STATUS = b"HTTP/1.1 200 OK\r\n"
CHUNKED = STATUS + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"x" * 65536
GZIP = zlib.MAX_WBITS | 16
LIMIT_S = 1.0


def endlessly(start: bytes, piece: bytes, pause_s: float = 0) -> Play:
    def play(line: socket.socket) -> None:
        line.sendall(start)
        for _ in itertools.count():
            line.sendall(piece)
            time.sleep(pause_s)

    return play


def then_reset(sent: bytes) -> Play:
    def play(line: socket.socket) -> None:
        line.sendall(sent)
        time.sleep(0.05)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()

    return play


def bomb(coding: str, body: bytes) -> Play:
    head = f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return say(STATUS + head.encode() + body)


def packed(megabytes: int, form: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, form)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()


CASES: dict[str, tuple[Play, FailureKind]] = {
    "silence": (lambda _: time.sleep(5), TIMED_OUT),
    "a dripping head": (endlessly(STATUS, b"x", 0.02), TIMED_OUT),
    "dripping headers": (endlessly(STATUS, b"X: y\r\n", 0.02), TIMED_OUT),
    "a dripping body": (endlessly(STATUS + b"Content-Length: 9999\r\n\r\n", b"x", 0.02), TIMED_OUT),
    "a dripping body without an end": (endlessly(STATUS + b"\r\n", b"x", 0.02), TIMED_OUT),
    "dripping chunks": (endlessly(CHUNKED, b"1\r\nx\r\n", 0.02), TIMED_OUT),
    "endless trailers": (endlessly(CHUNKED + b"0\r\n", b"X: y\r\n" * 1000), TIMED_OUT),
    "dripping 100 Continue": (endlessly(b"", b"HTTP/1.1 100 C\r\n\r\n", 0.02), TIMED_OUT),
    "endless 100 Continue": (endlessly(b"", b"HTTP/1.1 100 C\r\n\r\n"), MALFORMED),
    "an endless status line": (endlessly(b"HTTP/1.1 200 ", BLOCK), MALFORMED),
    "an endless header": (endlessly(STATUS + b"X: ", BLOCK), MALFORMED),
    "10,000 headers": (say(STATUS + b"X: y\r\n" * 10_000 + b"\r\n"), MALFORMED),
    "borders of 64 KB": (
        say(STATUS + b'Content-Type: multipart/mixed; x="' + b";" * 65000 + b"\r\n\r\n"),
        MALFORMED,
    ),
    "an endless body": (endlessly(STATUS + b"\r\n", BLOCK), TOO_LARGE),
    "endless chunks": (endlessly(CHUNKED, b"10000\r\n" + BLOCK + b"\r\n"), TOO_LARGE),
    "a chunk without an end": (endlessly(CHUNKED + b"ffffffffff\r\n", BLOCK), TOO_LARGE),
    "a chunk of minus one": (endlessly(CHUNKED + b"-1\r\n", BLOCK), MALFORMED),
    "endless chunk extensions": (
        endlessly(CHUNKED, b"1;" + b"x" * 60000 + b"\r\nx\r\n"),
        TIMED_OUT,
    ),
    "a terabyte announced": (say(STATUS + b"Content-Length: 1099511627776\r\n\r\nx"), TOO_LARGE),
    "a length that lies low": (say(STATUS + b"Content-Length: 9\r\n\r\nx", then_close=True), CUT),
    "a gzip bomb": (bomb("gzip", packed(64, GZIP)), MALFORMED),
    "a deflate bomb": (bomb("deflate", packed(64, zlib.MAX_WBITS)), MALFORMED),
    "a small bomb": (bomb("gzip", packed(1, GZIP)), MALFORMED),
    "2,000 encodings": (bomb("gzip, " * 2000 + "gzip", b"x"), MALFORMED),
    "reset at once": (then_reset(b""), CUT),
    "reset in the head": (then_reset(STATUS), CUT),
    "reset in the body": (then_reset(STATUS + b"Content-Length: 9\r\n\r\nx"), CUT),
    "cut in the status": (say(b"HTTP/1.1 200", then_close=True), CUT),
    "cut in the headers": (say(STATUS + b"Content-Length: 0", then_close=True), CUT),
    "cut after the headers": (say(STATUS + b"Content-Length: 2\r\n", then_close=True), CUT),
    "cut in a chunk": (say(CHUNKED + b"5\r\nx", then_close=True), CUT),
}


def test_nothing_a_server_sends_holds_us_up_or_fills_us(
    figures: Callable[[str], Figures],
) -> None:
    count = figures(f"G size and time (limit {LIMIT_S} s)")
    with serving(OK) as good, network() as net:
        answered(ask(net, good.origin()))
        with count.memory():
            for name, (play, kind) in CASES.items():
                with count.case(name), serving(play) as server:
                    outcome = ask(net, server.origin(), authorization=LOGIN, limit_s=LIMIT_S)
                    assert failed(outcome)[0] is kind, outcome
                    assert CANARY not in repr(vars(outcome))
                with count.case(f"the next check after: {name}"):
                    assert answered(ask(net, good.origin())).status == 200
    count.conclude(limit_s=LIMIT_S + 2)
