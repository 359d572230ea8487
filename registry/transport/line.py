"""One conversation on the wire: its requests are sent, its limits kept, its failures explained."""

import time
from dataclasses import dataclass, field, replace
from http.client import HTTPException

import requests
import urllib3

from registry.address import Origin
from registry.exchange import FailureKind, Flow, NetworkFailure, Request, Response, T
from registry.guard import judge_name
from registry.transport import headers, tls
from registry.transport.dial import Dialler
from registry.transport.faults import explain
from registry.transport.watchdog import Watch, Watchdog
from registry.transport.wire import CALL, Adapter, Call, Session, prepared, read_answer

EXCHANGE_S = 8.0
METHODS = frozenset({"GET", "HEAD", "POST"})
# What the libraries below us raise when a server misbehaves; anything else is a bug.
FOREIGN = (
    NetworkFailure,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    OSError,
    ValueError,
)


class WrongRecipient(Exception):
    """A bug: a login was about to go to an origin that it is not meant for. Nothing was sent."""


@dataclass(frozen=True)
class Shared:
    """What the conversations of one network have in common."""

    dialler: Dialler
    user_agent: str
    proxies: dict[str, str]
    adapter: Adapter = field(default_factory=Adapter)
    watchdog: Watchdog = field(default_factory=Watchdog)


@dataclass
class Line:
    """Carries the requests of one conversation; for one thread."""

    shared: Shared
    ca_pem: str
    http_allowed: bool
    deadline: float
    exchanges_left: int
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.shared.adapter)

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
            return replace(answer, took_ms=took_ms)
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
        if self.shared.proxies and not self._may_ask_proxy(origin):
            return NetworkFailure(FailureKind.FORBIDDEN)
        return None

    def _may_ask_proxy(self, origin: Origin) -> bool:
        return judge_name(
            self.shared.dialler.policy, scheme=origin.scheme, host=origin.host, port=origin.port
        ).allowed

    def _attempt(self, request: Request, watch: Watch) -> Response | NetworkFailure:
        call = Call(request.origin, self.shared.dialler, watch)
        try:
            call.context = tls.context(self.ca_pem) if request.origin.is_https else None
            return self._send(request, call)
        except FOREIGN as error:
            return explain(error, was_sent=call.was_sent)

    def _send(self, request: Request, call: Call) -> Response:
        fields = headers.head(request, user_agent=self.shared.user_agent)
        url = f"{request.origin}{headers.target(request)}"
        ready = prepared(request.method, url, fields, headers.body(request))
        place = CALL.set(call)
        try:
            answer = self.session.send(
                ready,
                stream=True,
                allow_redirects=False,
                timeout=max(call.watch.left, 0.001),
                proxies=self.shared.proxies,
            )
        finally:
            CALL.reset(place)
        return read_answer(answer.raw)
