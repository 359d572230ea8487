"""When a request has arrived as a whole."""

import pytest

from config.runtime.request_size import MOST_BODY, MOST_HEAD, Arrived, arrived

POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    ("received", "found"),
    [
        pytest.param(b"", Arrived.PART, id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n", Arrived.PART, id="half a head"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", Arrived.ALL, id="a head"),
        pytest.param(POST + b"Content-Length: 3\r\n\r\nab", Arrived.PART, id="half a body"),
        pytest.param(POST + b"content-length:3\r\n\r\nabc", Arrived.ALL, id="a body"),
        pytest.param(POST + b"Content-Length: 3\r\n\r\nabcGET", Arrived.ALL, id="and more"),
        pytest.param(POST + b"Content-Length: 0\r\n\r\n", Arrived.ALL, id="an empty body"),
        pytest.param(POST + b"\r\nContent-Length: 9\r\n\r\n", Arrived.ALL, id="not in the head"),
        pytest.param(
            POST + b"Content-Length: %d\r\n\r\n" % MOST_BODY, Arrived.PART, id="the largest body"
        ),
        pytest.param(
            POST + b"Content-Length: %d\r\n\r\n" % (MOST_BODY + 1),
            Arrived.HEAD_ONLY,
            id="a body too large",
        ),
        pytest.param(
            POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n",
            Arrived.HEAD_ONLY,
            id="an absurd length",
        ),
        pytest.param(POST + b"Content-Length: -1\r\n\r\n", Arrived.HEAD_ONLY, id="no number"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n", Arrived.HEAD_ONLY, id="chunks"),
        pytest.param(POST + b"X: " + b"x" * MOST_HEAD, Arrived.HEAD_TOO_LARGE, id="a long head"),
    ],
)
def test_what_has_arrived(received: bytes, found: Arrived) -> None:
    assert arrived(bytearray(received)) is found
