"""Run inside a network namespace where every address on earth is this machine.

Prints one JSON object. Plain requests must reach the trap (else nothing is proven), the
guarded transport must reach it at public addresses only.
"""

import json
import socket
import sys
import threading
import time
from contextlib import suppress
from ssl import SSLError

import requests

from registry.addresses.origins import Origin
from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.egress.networks import NEVER
from registry.protocol.http import FailureKind, Response
from registry.transport.dial import Found
from tests.hostile.addresses import NETWORKS, edges, edges_of
from tests.hostile.asking import LOGIN, ask, network, resolving
from tests.hostile.certificates import NAME, Authority
from tests.hostile.servers import OK, read_request

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111"]
TRIES = 40
TOOK: list[float] = []
GENEROUS = Policy(
    allowed=parse_allow_list(f"{NAME}:* 10.0.0.0/8:* [fc00::/7]:* 100.64.0.0/10:* 192.0.0.0/24:*")
)


class Trap:
    """Listens on every address and notes for which one a connection was meant."""

    def __init__(self, authority: Authority) -> None:
        self.hits: list[str] = []
        self.context = authority.shows(*PUBLIC, NAME)
        for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
            listener = socket.create_server((address, 443), family=family, backlog=128)
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            line, _ = listener.accept()
            self.hits.append(line.getsockname()[0])
            threading.Thread(target=self._speak, args=(line,), daemon=True).start()

    def _speak(self, line: socket.socket) -> None:
        with suppress(OSError, SSLError):
            if line.recv(1, socket.MSG_PEEK) == b"\x16":
                line = self.context.wrap_socket(line, server_side=True)
                while read_request(line):
                    line.sendall(OK)
        line.close()

    def count(self) -> int:
        """How many came since the last count."""
        time.sleep(0.05)
        counted, self.hits = len(self.hits), []
        return counted


def plain(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with suppress(requests.RequestException):
        requests.get(f"http://{host}:443/", timeout=0.3)


def guarded(address: str, host: str, policy: Policy, authority: Authority) -> bool:
    """Whether the transport got an answer; a refusal must be called one."""
    started = time.monotonic()
    with network(policy, names=resolving(address)) as net:
        origin = Origin("https", host, 443)
        outcome = ask(net, origin, ca_pem=authority.pem, authorization=LOGIN)
    TOOK.append(time.monotonic() - started)
    if isinstance(outcome, Response):
        return True
    assert address in PUBLIC or outcome.kind is FailureKind.FORBIDDEN, (address, outcome.kind)
    return False


def addresses(trap: Trap, authority: Authority) -> dict[str, int]:
    never = set(edges_of(NEVER)) - {"::1"}
    forms = [
        (address, host, GENEROUS if address in never else Policy())
        for block in NETWORKS
        for address in edges(block)
        if address != "::1" or block.prefixlen == 128
        for host in (address, NAME)
    ]
    for address, _, _ in forms:
        plain(address)
    control = trap.count()
    answered = [guarded(*form, authority) for form in forms]
    return {
        "cases": len(forms),
        "control": control,
        "hits": trap.count(),
        "answered": sum(answered),
    }


def rebinding(trap: Trap, authority: Authority) -> dict[str, int]:
    """A name that is public when it is judged and private when it is called."""
    turn = iter(range(10_000))

    def flips(_: str, port: int) -> Found:
        return resolving(("8.8.8.8", "169.254.169.254")[next(turn) % 2])(_, port)

    for _ in range(TRIES):  # the naive way: resolve, judge, and let the client resolve again
        if flips("", 443)[0][1][0] == "8.8.8.8":
            plain(str(flips("", 443)[0][1][0]))
    naive = trap.hits.count("169.254.169.254")
    trap.count()
    for _ in range(TRIES):
        with network(Policy(), names=flips) as net:
            ask(net, Origin("https", NAME, 443), ca_pem=authority.pem, authorization=LOGIN)
    hits = sum(address not in PUBLIC for address in trap.hits)
    public = trap.count() - hits
    return {"tries": TRIES, "naive": naive, "rebound": hits, "public": public}


def main() -> None:
    authority = Authority()
    trap = Trap(authority)
    result: dict[str, float] = {}
    result |= addresses(trap, authority) | rebinding(trap, authority)
    result["slowest_s"] = max(TOOK)
    result["open"] = sum(guarded(a, a, Policy(), authority) for a in PUBLIC)
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
