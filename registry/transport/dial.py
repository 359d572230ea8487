"""From a name to a socket: looked up once, every address judged, only a judged one dialled."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from queue import Empty, SimpleQueue

from registry.addresses.hosts import is_address
from registry.egress.guard import ANYWHERE, Policy, judge_address
from registry.protocol.http import FailureKind, NetworkFailure

CONNECT_S = 5.0
MAX_DIALLED = 4

SocketAddress = tuple[str, int] | tuple[str, int, int, int]
Found = Sequence[tuple[int, SocketAddress]]
LookUp = Callable[[str, int], Found]


def look_up(name: str, port: int) -> Found:
    """Ask the system's resolver; gives (family, socket address) pairs, raises ``OSError``."""
    answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [(family, address) for family, _, _, _, address in answers]  # type: ignore[misc]


@dataclass(frozen=True)
class Dialler:
    """Opens connections by one policy. ``look_up`` can be another resolver in tests."""

    policy: Policy
    look_up: LookUp = look_up

    def dial(self, *, scheme: str, host: str, port: int, seconds: float) -> socket.socket:
        """A connected socket, or :class:`NetworkFailure`.

        One refused address refuses the name: the next look-up could put it first. ``seconds``
        bound the look-up and the connecting together, 5 s each of them as well.
        """
        ends = time.monotonic() + seconds
        found = self._find(host, port, min(seconds, CONNECT_S))
        for family, address in found:
            self._judge(scheme, host, port, family, address)
        return connect(found, min(ends - time.monotonic(), CONNECT_S))

    def dial_proxy(self, host: str, port: int, seconds: float) -> socket.socket:
        """A socket to the egress proxy: the operator named it, so it is not judged."""
        ends = time.monotonic() + seconds
        found = self._find(host, port, min(seconds, CONNECT_S))
        return connect(found, min(ends - time.monotonic(), CONNECT_S))

    def _find(self, host: str, port: int, seconds: float) -> Found:
        ask = partial(_answer, self.look_up, self._lookup_name(host), port)
        found = ask() if is_address(host) else _in_time(ask, seconds)  # an address asks nobody
        if isinstance(found, NetworkFailure):
            raise found
        if not found:
            raise NetworkFailure(FailureKind.NAME_UNKNOWN)
        return found

    def _lookup_name(self, host: str) -> str:
        """With a trailing dot, so that no search domain turns a name into another one.

        A name that the operator's allow list holds is looked up as it stands: it may live in
        the hosts file, which knows no trailing dots, or need the search domain.
        """
        if is_address(host) or host == "localhost" or self.policy.names(host):
            return host
        return host + "."

    def _judge(
        self, scheme: str, host: str, port: int, family: int, address: SocketAddress
    ) -> None:
        is_known = family in {socket.AF_INET, socket.AF_INET6}
        is_here = self._may_be_own(port) and is_known and _is_here(family, address)
        ruling = judge_address(
            self.policy,
            scheme=scheme,
            host=host,
            port=port,
            address=str(address[0]),
            is_here=is_here,
        )
        if not (is_known and ruling.allowed):
            raise NetworkFailure(FailureKind.FORBIDDEN)

    def _may_be_own(self, port: int) -> bool:
        return any(place in ANYWHERE and own == port for place, own in self.policy.own)


def connect(found: Found, seconds: float) -> socket.socket:
    """Connect to the first of these addresses that answers, each with its share of time."""
    failure = NetworkFailure(FailureKind.NO_CONNECTION)
    dialled = found[:MAX_DIALLED]
    for family, address in dialled:
        attempt = socket.socket(family, socket.SOCK_STREAM)
        try:
            attempt.settimeout(max(seconds / len(dialled), 0.001))
            attempt.connect(address)
            _compare(attempt.getpeername(), address)
            attempt.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except TimeoutError:
            failure = NetworkFailure(FailureKind.TIMED_OUT, detail="connecting")
        except ConnectionRefusedError:
            failure = NetworkFailure(FailureKind.NO_CONNECTION, detail="refused")
        except OSError:
            failure = NetworkFailure(FailureKind.NO_CONNECTION, detail="no_route")
        except NetworkFailure:
            attempt.close()
            raise
        else:
            return attempt
        attempt.close()
    raise failure


def _compare(peer: SocketAddress, judged: SocketAddress) -> None:
    if ip_address(peer[0]) != ip_address(judged[0]) or peer[1] != judged[1]:
        raise NetworkFailure(FailureKind.FORBIDDEN)


def _is_here(family: int, address: SocketAddress) -> bool:
    """Whether an address is this machine's: only then a socket can be bound to it."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address[0], 0))
        except OSError:
            return False
        return True


def _in_time(ask: Callable[[], Found | NetworkFailure], seconds: float) -> Found | NetworkFailure:
    """The answer of a resolver that knows no time limit; a late one is thrown away."""
    box: SimpleQueue[Found | NetworkFailure] = SimpleQueue()
    threading.Thread(target=lambda: box.put(ask()), name="lookup", daemon=True).start()
    try:
        return box.get(timeout=max(seconds, 0.001))
    except Empty:
        return NetworkFailure(FailureKind.TIMED_OUT, detail="looking_up")


def _answer(look_up: LookUp, name: str, port: int) -> Found | NetworkFailure:
    try:
        return look_up(name, port)
    except (OSError, UnicodeError):  # no such name, no resolver, a label too long
        return NetworkFailure(FailureKind.NAME_UNKNOWN)
