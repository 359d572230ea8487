"""Each exception of a socket, of TLS and of ours becomes a failure kind, without its text."""

import errno
import select
import socket
import ssl
from collections.abc import Callable

import pytest

from registry.protocol.http import FailureKind, NetworkFailure
from registry.transport.errors import explain
from tests.hostile.asking import CANARY

Foreign = NetworkFailure | OSError | ValueError


def ssl_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, CANARY)
    error.reason = reason
    return error


def refused(verify_code: int) -> ssl.SSLError:
    error = ssl.SSLCertVerificationError(1, CANARY)
    error.verify_code = verify_code
    return error


CASES: dict[str, tuple[Foreign, FailureKind, str]] = {
    "a reset": (ConnectionResetError(errno.ECONNRESET, CANARY), FailureKind.CUT, "reset"),
    "a broken pipe": (BrokenPipeError(errno.EPIPE, CANARY), FailureKind.CUT, "reset"),
    "no route later": (OSError(errno.EHOSTUNREACH, CANARY), FailureKind.CUT, "reset"),
    "one without a number": (OSError(CANARY), FailureKind.CUT, "reset"),
    "a time-out": (TimeoutError(CANARY), FailureKind.TIMED_OUT, "deadline"),
    "a time-out of the system": (
        TimeoutError(errno.ETIMEDOUT, CANARY),
        FailureKind.TIMED_OUT,
        "deadline",
    ),
    "an end in TLS": (ssl.SSLEOFError(8, CANARY), FailureKind.CUT, "reset"),
    "a farewell in TLS": (ssl.SSLZeroReturnError(6, CANARY), FailureKind.CUT, "reset"),
    "TLS": (ssl.SSLError(1, CANARY), FailureKind.TLS, "other"),
    "TLS that is too old": (ssl_error("UNSUPPORTED_PROTOCOL"), FailureKind.TLS, "too_old"),
    "a certificate": (refused(10), FailureKind.TLS, "certificate_expired"),
    "a value": (ValueError(CANARY), FailureKind.MALFORMED, ""),
    "ours": (
        NetworkFailure(FailureKind.TLS, detail="unknown_issuer", cause="incomplete"),
        FailureKind.TLS,
        "unknown_issuer",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_error_becomes_a_kind_and_a_word_of_ours(name: str) -> None:
    error, kind, detail = CASES[name]
    found = explain(error, was_sent=True)
    assert (found.kind, found.detail) == (kind, detail)
    assert found is not error
    assert (found.__cause__, found.__context__) == (None, None)
    assert CANARY not in f"{found!r} {vars(found)}"


def test_what_ours_says_more_exactly_stays() -> None:
    ours = NetworkFailure(FailureKind.TLS, detail="unknown_issuer", cause="incomplete")
    assert explain(ours, was_sent=True).cause == "incomplete"


@pytest.mark.parametrize(
    "error",
    [ConnectionResetError(errno.ECONNRESET, ""), ssl.SSLEOFError(8, "")],
    ids=["a reset", "an end in TLS"],
)
def test_before_anything_was_sent_an_end_is_no_connection(error: OSError) -> None:
    found = explain(error, was_sent=False)
    assert (found.kind, found.detail) == (FailureKind.NO_CONNECTION, "reset")


def send_to_a_closed_peer() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        ours.send(b"GET")


def receive_in_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.001)
        ours.recv(1)


def use_a_closed_socket() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    ours.recv(1)


def watch_a_closed_socket() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    select.poll().register(ours)


def shake_hands_with_nobody() -> None:
    ours, theirs = socket.socketpair()
    theirs.shutdown(socket.SHUT_WR)
    context = ssl.create_default_context()
    with theirs, context.wrap_socket(ours, server_hostname="a", do_handshake_on_connect=False) as s:
        s.do_handshake()


def shake_hands_with_plain_http() -> None:
    ours, theirs = socket.socketpair()
    theirs.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    context = ssl.create_default_context()
    with theirs, context.wrap_socket(ours, server_hostname="a", do_handshake_on_connect=False) as s:
        s.do_handshake()


#: What the calls of our transport really raise in this Python.
REAL: dict[str, tuple[Callable[[], None], FailureKind]] = {
    "a peer that closed": (send_to_a_closed_peer, FailureKind.CUT),
    "a peer that is silent": (receive_in_time, FailureKind.TIMED_OUT),
    "a socket that we closed": (use_a_closed_socket, FailureKind.CUT),
    "a closed socket that is watched": (watch_a_closed_socket, FailureKind.MALFORMED),
    "TLS with nobody": (shake_hands_with_nobody, FailureKind.CUT),
    "TLS with plain http": (shake_hands_with_plain_http, FailureKind.TLS),
}


@pytest.mark.parametrize("name", REAL)
def test_what_sockets_and_tls_raise_is_explained_without_looking_into_it(name: str) -> None:
    call, kind = REAL[name]
    with pytest.raises((OSError, ValueError)) as raised:
        call()
    assert explain(raised.value, was_sent=True).kind is kind
