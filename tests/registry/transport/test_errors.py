"""Each foreign exception becomes a failure kind, without its text."""

import errno
import itertools
import ssl

import pytest
import requests
import urllib3

from registry.protocol.http import FailureKind, NetworkFailure
from registry.transport.errors import explain
from tests.hostile.asking import CANARY


def chain(*errors: BaseException) -> BaseException:
    """The first raised from the second, and so on."""
    for outer, inner in itertools.pairwise(errors):
        outer.__cause__ = inner
    return errors[0]


CASES: dict[str, tuple[BaseException, FailureKind]] = {
    "a reset": (ConnectionResetError(errno.ECONNRESET, CANARY), FailureKind.CUT),
    "no route later": (OSError(errno.EHOSTUNREACH, CANARY), FailureKind.CUT),
    "a time-out": (TimeoutError(CANARY), FailureKind.TIMED_OUT),
    "an end in TLS": (ssl.SSLEOFError(8, CANARY), FailureKind.CUT),
    "TLS": (ssl.SSLError(1, CANARY), FailureKind.TLS),
    "a number": (ValueError(CANARY), FailureKind.MALFORMED),
    "a library's": (requests.ConnectionError(CANARY), FailureKind.MALFORMED),
    "a library's around a reset": (
        requests.ConnectionError(
            urllib3.exceptions.ProtocolError(CANARY, ConnectionResetError(errno.ECONNRESET, ""))
        ),
        FailureKind.CUT,
    ),
    "a library's around ours": (
        chain(requests.ConnectionError(CANARY), NetworkFailure(FailureKind.FORBIDDEN)),
        FailureKind.FORBIDDEN,
    ),
    "one that contains itself": (chain(OSError(CANARY), OSError(CANARY)), FailureKind.MALFORMED),
}


@pytest.mark.parametrize("name", CASES)
def test_a_foreign_error_becomes_a_kind_of_ours(name: str) -> None:
    error, kind = CASES[name]
    found = explain(error, was_sent=True)
    assert found.kind is kind
    assert found is not error
    assert CANARY not in f"{found!r} {vars(found)}"


def test_before_anything_was_sent_an_end_is_no_connection() -> None:
    error = requests.ConnectionError(ConnectionResetError(errno.ECONNRESET, ""))
    assert explain(error, was_sent=False).kind is FailureKind.NO_CONNECTION


def test_causes_that_go_in_a_circle_come_to_an_end() -> None:
    first, second = OSError(), OSError()
    first.__cause__, second.__cause__ = second, first
    assert explain(first, was_sent=True).kind is FailureKind.MALFORMED


def with_reason(reason: BaseException) -> BaseException:
    """As urllib's error, which has its cause as ``reason``."""
    error = OSError(CANARY)
    error.reason = reason  # type: ignore[attr-defined]  # a library's
    return error


def too_old() -> BaseException:
    error = ssl.SSLError(1, CANARY)
    error.reason = "UNSUPPORTED_PROTOCOL"
    return error


def after_causes(count: int) -> BaseException:
    """A time-out behind so many errors that say nothing."""
    return chain(*[ValueError(str(number)) for number in range(count)], TimeoutError())


DETAILS: dict[str, tuple[BaseException, FailureKind, str]] = {
    "a reset": (ConnectionResetError(errno.ECONNRESET, CANARY), FailureKind.CUT, "reset"),
    "a time-out": (TimeoutError(CANARY), FailureKind.TIMED_OUT, "deadline"),
    "TLS": (ssl.SSLError(1, CANARY), FailureKind.TLS, "other"),
    "TLS that is too old": (too_old(), FailureKind.TLS, "too_old"),
    "ours": (
        NetworkFailure(FailureKind.TLS, detail="unknown_issuer"),
        FailureKind.TLS,
        "unknown_issuer",
    ),
    "a reason": (with_reason(TimeoutError()), FailureKind.TIMED_OUT, "deadline"),
    "a cause beside an argument": (
        chain(ValueError(ValueError(CANARY)), TimeoutError()),
        FailureKind.TIMED_OUT,
        "deadline",
    ),
    "the sixteenth": (after_causes(15), FailureKind.TIMED_OUT, "deadline"),
    "the seventeenth": (after_causes(16), FailureKind.MALFORMED, ""),
}


@pytest.mark.parametrize("name", DETAILS)
def test_a_kind_has_our_word_beside_it(name: str) -> None:
    error, kind, detail = DETAILS[name]
    found = explain(error, was_sent=True)
    assert (found.kind, found.detail) == (kind, detail)
