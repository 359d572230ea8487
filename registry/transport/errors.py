"""Turn the exceptions of a failed exchange into a :class:`NetworkFailure`. Pure."""

import ssl
from collections.abc import Iterator

from registry.protocol.http import FailureKind, NetworkFailure
from registry.transport.tls import failed_handshake

MAX_CAUSES = 16
ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


def explain(error: BaseException, *, was_sent: bool) -> NetworkFailure:
    """A new failure without the foreign text of ``error`` and its causes.

    ``was_sent``: we had sent the request, so that the end of the connection cut the answer.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, NetworkFailure):
            return NetworkFailure(
                cause.kind, detail=cause.detail, cause=cause.cause, certificate=cause.certificate
            )
    for cause in causes:
        if (found := _explain_one(cause, was_sent=was_sent)) is not None:
            return found
    return NetworkFailure(FailureKind.MALFORMED)


def _explain_one(cause: BaseException, *, was_sent: bool) -> NetworkFailure | None:
    if isinstance(cause, TimeoutError):  # before OSError, which it is
        return NetworkFailure(FailureKind.TIMED_OUT, detail="deadline")
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ENDED):
        return failed_handshake(cause)
    # Errors of the libraries above the socket are OSErrors too, but have no error number.
    if isinstance(cause, ENDED) or (isinstance(cause, OSError) and cause.errno is not None):
        kind = FailureKind.CUT if was_sent else FailureKind.NO_CONNECTION
        return NetworkFailure(kind, detail="reset")
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, its arguments and its causes, the outermost first."""
    queue: list[object] = [error]
    seen: list[object] = []
    while queue and len(seen) < MAX_CAUSES:
        cause = queue.pop(0)
        if isinstance(cause, BaseException) and not any(cause is known for known in seen):
            seen.append(cause)
            yield cause
            queue += [*cause.args, getattr(cause, "reason", None)]
            queue += [cause.__cause__, cause.__context__]
