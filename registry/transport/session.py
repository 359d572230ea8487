"""One conversation on the wire: its requests are sent, its limits kept, its failures explained."""

import logging
import time
from dataclasses import dataclass, field, replace
from http.client import HTTPException

from registry.addresses.origins import Origin
from registry.egress.guard import judge_name
from registry.protocol.http import FailureKind, Flow, NetworkFailure, Request, Response, T
from registry.transport import request as headers
from registry.transport.connection import Connection, Opener
from registry.transport.errors import explain
from registry.transport.pool import Pool
from registry.transport.watchdog import Watch, Watchdog

log = logging.getLogger(__name__)

EXCHANGE_S = 8.0
METHODS = frozenset({"GET", "HEAD", "POST"})
# What the standard library raises when a server misbehaves; anything else is a bug.
FOREIGN = (NetworkFailure, HTTPException, OSError, ValueError)


class WrongRecipient(Exception):
    """A bug: a login was about to go to an origin that it is not meant for. Nothing was sent."""


@dataclass(frozen=True)
class Shared:
    """What the conversations of one network have in common."""

    opener: Opener
    pool: Pool
    user_agent: str
    watchdog: Watchdog = field(default_factory=Watchdog)


@dataclass
class Session:
    """Carries the requests of one conversation; for one thread."""

    shared: Shared
    ca_pem: str
    http_allowed: bool
    deadline: float
    exchanges_left: int

    def run(self, flow: Flow[T], *, recipients: frozenset[Origin]) -> T:
        """Play a flow to its end and give what it returns.

        It is sent a :class:`Response` for every request, or thrown a
        :class:`NetworkFailure`. A request with a login to an origin that is none of the
        ``recipients`` raises :class:`WrongRecipient` before anything is sent.
        """
        try:
            request = next(flow)
            while True:
                self._refuse_wrong(request, recipients)
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

    def _refuse_wrong(self, request: Request, recipients: frozenset[Origin]) -> None:
        if request.carries_login and request.origin not in recipients:
            raise WrongRecipient(f"{request.origin} is no recipient of this login.")
        if request.method not in METHODS:
            raise ValueError("Only GET, HEAD and POST are ever sent.")

    def _exchange(self, request: Request) -> Response | NetworkFailure:
        """One request and its answer, or why there is none."""
        started = time.monotonic()
        answer: Response | NetworkFailure | None = self._obstacle(request)
        if answer is None:
            self.exchanges_left -= 1
            left = min(EXCHANGE_S, self.deadline - started)
            with self.shared.watchdog.watch(left) as watch:
                answer = self._attempt(request, watch)
            if watch.fired:  # a shut connection can look like the end of a body
                answer = NetworkFailure(FailureKind.TIMED_OUT, detail="deadline")
        took_ms = round((time.monotonic() - started) * 1000)
        if isinstance(answer, Response):
            log.debug("%s %s: %s", request.method, request.origin, answer.status)
            return replace(answer, took_ms=took_ms)
        log.debug("%s %s: %s %s", request.method, request.origin, answer.kind, answer.detail)
        return NetworkFailure(answer.kind, detail=answer.detail, took_ms=took_ms)

    def _obstacle(self, request: Request) -> NetworkFailure | None:
        """What forbids this request before any packet is sent."""
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

    def _attempt(self, request: Request, watch: Watch) -> Response | NetworkFailure:
        """Once; once more where the server had closed a connection that waited."""
        answer = self._try(request, watch)
        if answer is None and self.exchanges_left > 0:
            self.exchanges_left -= 1
            answer = self._try(request, watch, fresh=True)
        return answer or NetworkFailure(FailureKind.CUT, detail="reset")

    def _try(
        self, request: Request, watch: Watch, *, fresh: bool = False
    ) -> Response | NetworkFailure | None:
        """None: a connection that had waited gave nothing back, so that asking again is safe."""
        place, pool = (request.origin, self.ca_pem), self.shared.pool
        connection: Connection | None = None
        try:
            message = headers.message(request, user_agent=self.shared.user_agent)
            connection = pool.take(place, watch, fresh=fresh)
            return connection.exchange(request.method, message, watch)
        except FOREIGN as error:
            failure = explain(error, was_sent=connection is not None)
            is_stale = connection is not None and connection.is_stale
            was_closed = is_stale and failure.kind is FailureKind.CUT and not watch.fired
            return None if was_closed and request.method != "POST" else failure
        finally:
            if connection is not None:
                if connection.is_at_rest:
                    watch.end()  # its deadline must not shut what another thread takes
                pool.give_back(place, connection)
