"""The reader of answers, fed by hand: pieces of any size, and what is left of a broken answer."""

import pytest

from registry.protocol.http import FailureKind, NetworkFailure, Response
from registry.transport.answer import AnswerReader

LIMIT = 65536
HEAD = b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def read(*pieces: bytes, method: str = "GET") -> tuple[Response | None, AnswerReader]:
    """The response after the last piece, and the reader."""
    reader, response = AnswerReader(method), None
    for piece in pieces:
        assert response is None
        response = reader.feed(piece)
    return response, reader


def broken(*pieces: bytes) -> tuple[NetworkFailure, Response | None]:
    """The failure at the last piece, and what had arrived."""
    _, reader = read(*pieces[:-1])
    with pytest.raises(NetworkFailure) as failed:
        reader.feed(pieces[-1])
    return failed.value, reader.partial


def test_pieces_of_one_byte_make_the_same_answer() -> None:
    whole = HEAD + b"Content-Length: 2\r\n\r\nok"
    at_once, _ = read(whole)
    in_pieces, _ = read(*(whole[n : n + 1] for n in range(len(whole))))
    assert at_once == in_pieces
    assert at_once is not None
    assert at_once.headers == (("content-type", "text/html"), ("content-length", "2"))


def test_an_answer_may_end_with_the_connection() -> None:
    response, reader = read(HEAD + b"\r\n", b"all ", b"of it", b"")
    assert response is not None
    assert response.body == b"all of it"
    assert not reader.leaves_connection_open


@pytest.mark.parametrize(
    ("sent", "stays_open"),
    [
        (HEAD + b"Content-Length: 2\r\n\r\nok", True),
        (CHUNKED + b"2\r\nok\r\n0\r\n\r\n", True),
        (HEAD + b"Content-Length: 2\r\n\r\nok!", False),
        (CHUNKED + b"2\r\nok\r\n0\r\n\r\n\r\n", False),
        (HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", False),
        (HEAD.replace(b"1.1", b"1.0") + b"Content-Length: 2\r\n\r\nok", False),
    ],
)
def test_a_connection_stays_open_only_behind_a_complete_answer(
    sent: bytes, stays_open: bool
) -> None:
    response, reader = read(sent)
    assert response is not None
    assert reader.leaves_connection_open is stays_open


TOO_LARGE = {
    "a length": [HEAD + b"Content-Length: 65537\r\n\r\n", b"x" * LIMIT],
    "chunks": [CHUNKED, b"10001\r\n" + b"x" * (LIMIT + 1)],
    "no length": [HEAD + b"\r\n", b"x" * LIMIT, b"x"],
    "a length that is never reached": [HEAD + b"Content-Length: 65537\r\n\r\n" + b"x", b""],
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_body_over_the_cap_leaves_its_head_and_first_bytes(name: str) -> None:
    failure, partial = broken(*TOO_LARGE[name])
    assert failure.kind is FailureKind.TOO_LARGE
    assert partial is not None
    assert (partial.status, partial.header("Content-Type")) == (404, "text/html")
    assert partial.body == b"x" * (1 if "never" in name else LIMIT)


def test_a_cut_body_leaves_what_arrived() -> None:
    failure, partial = broken(HEAD + b"Content-Length: 9\r\n\r\nha", b"lf", b"")
    assert failure.kind is FailureKind.CUT
    assert partial is not None
    assert partial.body == b"half"


@pytest.mark.parametrize("pieces", [(HEAD, b""), (b"",), (b"HTTP/1.1 200", b"")])
def test_nothing_is_left_of_an_answer_without_a_whole_head(pieces: tuple[bytes, ...]) -> None:
    failure, partial = broken(*pieces)
    assert failure.kind is FailureKind.CUT
    assert partial is None


def test_a_head_that_we_refuse_by_a_length_and_chunks_leaves_no_response() -> None:
    failure, _ = broken(CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\n"))
    assert failure.kind is FailureKind.MALFORMED


def test_a_trailer_without_an_end_is_not_read_for_ever() -> None:
    _, reader = read(CHUNKED + b"0\r\n")
    failure = None
    for _ in range(40_000):
        try:
            reader.feed(b"X: y\r\n")
        except NetworkFailure as ended:
            failure = ended
            break
    assert failure is not None
    assert (failure.kind, failure.detail) == (FailureKind.TIMED_OUT, "endless")


@pytest.mark.parametrize("status", [200, 204, 304, 401])
def test_head_has_no_body_whatever_length_is_announced(status: int) -> None:
    sent = b"HTTP/1.1 %d X\r\nContent-Length: 9999999\r\n\r\n" % status
    response, reader = read(sent, method="HEAD")
    assert response is not None
    assert (response.status, response.body) == (status, b"")
    assert reader.leaves_connection_open


def test_no_failure_quotes_the_answer() -> None:
    for sent in (b"made-up-words\r\n\r\n", CHUNKED + b"made-up-words\r\n"):
        failure, _ = broken(sent)
        assert failure.__context__ is None
        assert "made-up-words" not in f"{failure!r}{vars(failure)}"


OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = b"Content-Length: 0\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\n\r\n"
HEAD_LIMIT = 32768


def head_of(size: int) -> bytes:
    """A complete head of so many bytes, of an answer without a body."""
    start = OK + EMPTY + b"A: "
    return start + b"x" * (size - len(start) - 4) + b"\r\n\r\n"


BROKEN: dict[str, tuple[list[bytes], FailureKind, str]] = {
    "nothing": ([b""], FailureKind.CUT, "head"),
    "half of the first word": ([b"HTT", b""], FailureKind.CUT, "head"),
    "half of a head": ([OK, b""], FailureKind.CUT, "head"),
    "another protocol that ends": ([b"SSH-2.0-made-up\r\n", b""], FailureKind.MALFORMED, "head"),
    "a bad first line": ([b"HTTP/x\r\n\r\n"], FailureKind.MALFORMED, "head"),
    "another version": ([b"HTTP/2.0 200 OK\r\n\r\n"], FailureKind.MALFORMED, "version"),
    "another version in between": ([b"HTTP/2.0 103 Hi\r\n\r\n"], FailureKind.MALFORMED, "head"),
    "a length and chunks": (
        [CHUNKED[:-2] + EMPTY + b"\r\n"],
        FailureKind.MALFORMED,
        "transfer_encoding",
    ),
    "a coding": (
        [OK + EMPTY + b"Content-Encoding: gzip\r\n\r\n"],
        FailureKind.MALFORMED,
        "encoded",
    ),
    "101 fields": ([OK + EMPTY + b"A: b\r\n" * 100 + b"\r\n"], FailureKind.MALFORMED, "head"),
    "a head that is too long": ([head_of(HEAD_LIMIT + 1)], FailureKind.MALFORMED, "head"),
    "a head that is too long, in two": (
        [head_of(40000)[:20000], head_of(40000)[20000:]],
        FailureKind.MALFORMED,
        "head",
    ),
    "301 lines and no end": (
        [OK, b"A: b\r\n" * 200, b"A: b\r\n" * 100],
        FailureKind.MALFORMED,
        "head",
    ),
    "101 interim answers": ([INTERIM * 60, INTERIM * 41], FailureKind.MALFORMED, "head"),
    "a chunk without a size": ([CHUNKED, b"made up\r\n"], FailureKind.MALFORMED, "body"),
    "a chunk that is cut": ([CHUNKED, b"5\r\nab", b""], FailureKind.CUT, ""),
    "a length that is not reached": (
        [OK + b"Content-Length: 3\r\n\r\nab", b""],
        FailureKind.CUT,
        "",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_has_a_kind_and_a_word(name: str) -> None:
    pieces, kind, detail = BROKEN[name]
    failure, _ = broken(*pieces)
    assert (failure.kind, failure.detail) == (kind, detail)


WHOLE: dict[str, list[bytes]] = {
    "100 fields": [OK + EMPTY + b"A: b\r\n" * 99 + b"\r\n"],
    "the longest head": [head_of(HEAD_LIMIT)],
    "the longest head, in two": [head_of(HEAD_LIMIT)[:20000], head_of(HEAD_LIMIT)[20000:]],
    "100 interim answers": [INTERIM * 100, OK + EMPTY + b"\r\n"],
    "the identity": [OK + EMPTY + b"Content-Encoding:  Identity \r\n\r\n"],
    "the longest body": [OK + b"Content-Length: 65536\r\n\r\n" + b"x" * LIMIT],
    "a small head before a large body": [OK + b"\r\n" + b"x" * LIMIT, b""],
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_just_within_the_limits_is_an_answer(name: str) -> None:
    response, reader = read(*WHOLE[name])
    assert response is not None
    assert (response.status, reader.is_too_large) == (200, False)


def test_300_lines_may_still_become_a_head() -> None:
    response, reader = read(OK, b"A: b\r\n" * 299)
    assert (response, reader.is_too_large) == (None, False)


def test_the_length_of_a_body_that_does_not_come_is_no_limit() -> None:
    response, reader = read(OK + b"Content-Length: 65537\r\n\r\n", method="HEAD")
    assert response is not None
    assert (response.body, reader.is_too_large) == (b"", False)
