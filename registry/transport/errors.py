"""Turn the exception of a failed exchange into a :class:`NetworkFailure`. Pure.

On its own: sockets, `ssl` and our own code raise here, each the error itself and none inside
another; `answer.py` explains what h11 raises.
"""

import ssl

from registry.protocol.http import FailureKind, NetworkFailure
from registry.transport.tls import failed_handshake


def explain(error: NetworkFailure | OSError | ValueError, *, was_sent: bool) -> NetworkFailure:
    """A new failure without the foreign text of ``error``.

    ``was_sent``: we had sent the request, so that the end of the connection cut the answer.
    """
    match error:
        case NetworkFailure():
            return NetworkFailure(
                error.kind, detail=error.detail, cause=error.cause, certificate=error.certificate
            )
        case TimeoutError():  # before OSError, which it is
            return NetworkFailure(FailureKind.TIMED_OUT, detail="deadline")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return _ended(was_sent=was_sent)
        case ssl.SSLError():
            return failed_handshake(error)
        case OSError():
            return _ended(was_sent=was_sent)
    return NetworkFailure(FailureKind.MALFORMED)


def _ended(*, was_sent: bool) -> NetworkFailure:
    kind = FailureKind.CUT if was_sent else FailureKind.NO_CONNECTION
    return NetworkFailure(kind, detail="reset")
