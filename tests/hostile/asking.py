"""Ask one thing of one server through the real transport, and read what came of it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from registry.addresses.origins import Origin
from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.protocol.http import (
    Authorization,
    Basic,
    FailureKind,
    Flow,
    NetworkFailure,
    Request,
    Response,
)
from registry.secret import Secret
from registry.transport.dial import Found, look_up
from registry.transport.network import Network

CANARY = "made-up-canary-5PqL8vZr2XtY"
LOGIN = Basic("robot", Secret(CANARY))
LOOPBACK = Policy(allowed=parse_allow_list("127.0.0.0/8:* [::1]:*"))
Outcome = Response | NetworkFailure


def one(request: Request) -> Flow[Outcome]:
    """A conversation of one request."""
    try:
        return (yield request)
    except NetworkFailure as failure:
        return failure


def ask(
    network: Network,
    origin: Origin,
    *,
    path: str = "/v2/",
    method: str = "GET",
    authorization: Authorization | None = None,
    recipients: frozenset[Origin] | None = None,
    ca_pem: str = "",
    limit_s: float = 5,
) -> Outcome:
    """The answer, or the failure. The server itself is the only recipient unless said."""
    request = Request(origin, path, method=method, authorization=authorization)
    to = frozenset({origin}) if recipients is None else recipients
    with network.conversation(ca_pem=ca_pem, http_allowed=True, limit_s=limit_s) as line:
        return line.run(one(request), recipients=to)


def failed(outcome: Outcome) -> tuple[FailureKind, str]:
    """Kind and detail of a failure; an answer instead of it ends the test."""
    assert isinstance(outcome, NetworkFailure), outcome
    return outcome.kind, outcome.detail


def answered(outcome: Outcome) -> Response:
    """The answer; a failure instead of it ends the test."""
    assert isinstance(outcome, Response), (outcome.kind, outcome.detail)
    return outcome


@contextmanager
def network(
    policy: Policy = LOOPBACK, *, names: Callable[[str, int], Found] = look_up, proxy: str = ""
) -> Iterator[Network]:
    """A network that may call loopback, and by ``names`` whatever a test says."""
    with Network(policy, user_agent="Lockkeeper/test", proxy=proxy, look_up=names) as made:
        yield made


def resolving(*addresses: str) -> Callable[[str, int], Found]:
    """A resolver that gives every name these addresses."""

    def answer(_: str, port: int) -> Found:
        return [found(address, port) for address in addresses]

    return answer


def found(address: str, port: int) -> tuple[int, tuple[str, int] | tuple[str, int, int, int]]:
    """An address as a resolver gives it."""
    if ":" in address:
        return socket.AF_INET6, (address, port, 0, 0)
    return socket.AF_INET, (address, port)
