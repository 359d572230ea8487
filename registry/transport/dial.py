"""Resolve a name once, judge every address, and dial only judged addresses."""

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
    """Ask the system's resolver for (family, socket address) pairs; raises ``OSError``."""
    answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [(family, address) for family, _, _, _, address in answers]  # type: ignore[misc]


@dataclass(frozen=True)
class Dialler:
    """Opens sockets under one policy. Tests may give another resolver as ``look_up``."""

    policy: Policy
    look_up: LookUp = look_up

    def dial(self, *, scheme: str, host: str, port: int, seconds: float) -> socket.socket:
        """Connect to a host; raises :class:`NetworkFailure`.

        One refused address refuses the name, because the next look-up could return it first. The
        look-up and the connecting may take ``seconds`` together, and 5 s each.
        """
        ends = time.monotonic() + seconds
        found = self._find(host, port, min(seconds, CONNECT_S))
        for family, address in found:
            self._judge(scheme, host, port, family, address)
        return connect(found, min(ends - time.monotonic(), CONNECT_S))

    def dial_proxy(self, host: str, port: int, seconds: float) -> socket.socket:
        """Connect to the egress proxy without judgment, because the operator named it.

        Raises :class:`NetworkFailure`; ``seconds`` as for :meth:`dial`.
        """
        ends = time.monotonic() + seconds
        found = self._find(host, port, min(seconds, CONNECT_S))
        return connect(found, min(ends - time.monotonic(), CONNECT_S))

    def _find(self, host: str, port: int, seconds: float) -> Found:
        ask = partial(_answer, self.look_up, self._lookup_name(host), port)
        found = ask() if is_address(host) else _in_time(ask, seconds)  # no resolver
        if isinstance(found, NetworkFailure):
            raise found
        if not found:
            raise NetworkFailure(FailureKind.NAME_UNKNOWN)
        return found

    def _lookup_name(self, host: str) -> str:
        """The name with a trailing dot, so that no search domain changes it.

        A name of the operator's allow list stays as it is: it may be in the hosts file, which has
        no trailing dots, or need the search domain.
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
        return any(own in ANYWHERE and own_port == port for own, own_port in self.policy.own)


def connect(found: Found, seconds: float) -> socket.socket:
    """Connect to the first of these addresses (at most 4) that answers.

    Each gets an equal share of ``seconds``. Raises the :class:`NetworkFailure` of the last one.
    """
    failure = NetworkFailure(FailureKind.NO_CONNECTION)
    dialled = found[:MAX_DIALLED]
    for family, address in dialled:
        attempt = socket.socket(family, socket.SOCK_STREAM)
        try:
            attempt.settimeout(max(seconds / len(dialled), 0.001))
            attempt.connect(address)
            _refuse_other_peer(attempt.getpeername(), address)
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


def _refuse_other_peer(peer: SocketAddress, judged: SocketAddress) -> None:
    if ip_address(peer[0]) != ip_address(judged[0]) or peer[1] != judged[1]:
        raise NetworkFailure(FailureKind.FORBIDDEN)


def _is_here(family: int, address: SocketAddress) -> bool:
    """True if the address is this machine's: only then can a socket be bound to it."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address[0], 0))
        except OSError:
            return False
        return True


def _in_time(ask: Callable[[], Found | NetworkFailure], seconds: float) -> Found | NetworkFailure:
    """Run a resolver, which has no time limit itself, in a thread; drop an answer that is late."""
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
