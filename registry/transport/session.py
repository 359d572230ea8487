"""Run the flows of one check over HTTP within its limits; raises :class:`WrongRecipient`."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from registry.addresses.origins import Origin
from registry.egress.guard import judge_name
from registry.protocol.http import FailureKind, Flow, NetworkFailure, Request, Response, T
from registry.transport import request as headers
from registry.transport.connection import Connection, Opener
from registry.transport.deadline import Deadline
from registry.transport.errors import explain
from registry.transport.pool import Pool, closed

log = logging.getLogger(__name__)

EXCHANGE_S = 8.0
METHODS = frozenset({"GET", "HEAD", "POST"})
# What is raised when a server misbehaves; any other exception is a bug.
FOREIGN = (NetworkFailure, OSError, ValueError)
KEEP_PARTIAL = frozenset({FailureKind.CUT, FailureKind.TIMED_OUT, FailureKind.TOO_LARGE})


class WrongRecipient(Exception):
    """A bug: a flow yielded a login for an origin that is no recipient. We sent nothing."""


@dataclass(frozen=True)
class Shared:
    """The parts of a network that its sessions share."""

    opener: Opener
    pool: Pool
    user_agent: str


@dataclass
class Session:
    """Sends the requests of one check; for one thread. ``deadline`` is a monotonic time (s).

    ``announce`` is called with each request before it is sent.
    """

    shared: Shared
    ca_pem: str
    http_allowed: bool
    deadline: float
    exchanges_left: int
    announce: Callable[[Request], None]

    def run(self, flow: Flow[T], *, recipients: frozenset[Origin]) -> T:
        """Run a flow to its end and return its result.

        Sends it a :class:`Response` for each request, or throws a :class:`NetworkFailure` into it.
        Raises :class:`WrongRecipient` for a request with a login to an origin that is none of the
        ``recipients``, and ``ValueError`` for a method other than GET, HEAD and POST; it sends
        neither.
        """
        try:
            request = next(flow)
            while True:
                self._refuse_bug(request, recipients)
                self.announce(request)
                answer = self._exchange(request)
                if isinstance(answer, NetworkFailure):
                    request = flow.throw(answer)
                    continue
                request = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()

    def _refuse_bug(self, request: Request, recipients: frozenset[Origin]) -> None:
        if request.carries_login and request.origin not in recipients:
            raise WrongRecipient(f"{request.origin} is no recipient of this login.")
        if request.method not in METHODS:
            raise ValueError("Only GET, HEAD and POST are ever sent.")

    def _exchange(self, request: Request) -> Response | NetworkFailure:
        """Send one request; returns its answer or its failure, with the milliseconds it took."""
        started = time.monotonic()
        answer: Response | NetworkFailure | None = self._obstacle(request)
        if answer is None:
            self.exchanges_left -= 1
            answer = self._attempt(request, Deadline(min(started + EXCHANGE_S, self.deadline)))
            if self.shared.pool.is_closed:  # a connection that it shut can look like a body's end
                answer = closed()
        took_ms = round((time.monotonic() - started) * 1000)
        if isinstance(answer, Response):
            log.debug("%s %s: %s", request.method, request.origin, answer.status)
            return replace(answer, took_ms=took_ms)
        log.debug("%s %s: %s %s", request.method, request.origin, answer.kind, answer.detail)
        return NetworkFailure(
            answer.kind,
            detail=answer.detail,
            took_ms=took_ms,
            partial=answer.partial,
            cause=answer.cause,
            certificate=answer.certificate,
        )

    def _obstacle(self, request: Request) -> NetworkFailure | None:
        """The failure of a request that a limit or the policy forbids; None: we may send it."""
        origin = request.origin
        if self.exchanges_left <= 0:
            return NetworkFailure(FailureKind.TIMED_OUT, detail="too_many_exchanges")
        if time.monotonic() >= self.deadline:
            return NetworkFailure(FailureKind.TIMED_OUT, detail="deadline")
        if not origin.is_https and not self.http_allowed:
            return NetworkFailure(FailureKind.FORBIDDEN)
        if self.shared.opener.proxy and not self._may_ask_proxy(origin):
            return NetworkFailure(FailureKind.FORBIDDEN)
        return None

    def _may_ask_proxy(self, origin: Origin) -> bool:
        policy = self.shared.opener.dialler.policy
        return judge_name(policy, scheme=origin.scheme, host=origin.host, port=origin.port).allowed

    def _attempt(self, request: Request, deadline: Deadline) -> Response | NetworkFailure:
        """Try once, and again on a new connection if the server had closed a waiting one."""
        answer = self._try(request, deadline)
        if answer is None and self.exchanges_left > 0:
            self.exchanges_left -= 1
            answer = self._try(request, deadline, fresh=True)
        return answer or NetworkFailure(FailureKind.CUT, detail="reset")

    def _try(
        self, request: Request, deadline: Deadline, *, fresh: bool = False
    ) -> Response | NetworkFailure | None:
        """None: a waiting connection was closed without an answer, so that a retry is safe."""
        key, pool = (request.origin, self.ca_pem), self.shared.pool
        connection: Connection | None = None
        try:
            message = headers.message(request, user_agent=self.shared.user_agent)
            connection = pool.take(key, deadline, fresh=fresh)
            return connection.exchange(request.method, message, deadline)
        except FOREIGN as error:
            failure = explain(error, was_sent=connection is not None)
            if connection is None:
                return failure
            if failure.kind in KEEP_PARTIAL:
                failure.partial = connection.partial
            was_closed = connection.is_stale and failure.kind is FailureKind.CUT
            return None if was_closed and request.method != "POST" else failure
        finally:
            if connection is not None:
                pool.give_back(key, connection)
