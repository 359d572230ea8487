"""Servers behind host names: good registries, a sign-in host, and strangers."""

import base64
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from registry.addresses.origins import Origin
from registry.check import check
from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.login import AcceptAllProbe, Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.transport.dial import Found, LookUp
from registry.transport.network import Network
from registry.verdicts.verdict import Verdict
from tests.hostile.asking import CANARY, found
from tests.servers.tls import Certificate, certificate
from tests.stand_ins.answers import challenged, registry_json
from tests.stand_ins.plain_registry import PlainRegistry
from tests.stand_ins.recording import Recorded

PEOPLE = {"robot": CANARY}
TOKEN = "made-up-token-of-a-stranger-7Qd2"  # made up
HOME = "registry.example.org"
SIGN_IN = "auth.example.org"
GOOD = "registry.example.com"
STRANGERS = (
    "sign-in.example.net",
    "registry.example.org.example.net",
    "registryexample.org",
    "other.example.org",
    "xn--sgn-in-5va.example.net",
    "metadata.google.internal",
    "a.github.io",
    "b.github.io",
    "127.0.0.1",
    "::1",
    "169.254.169.254",
)
OPEN_PORTS = (443, 80, 5000)
FAR = "https://sign-in.example.net/token"


@dataclass
class NamedServers:
    """The servers and their names. Every other name, on every port, leads to a stranger."""

    home: PlainRegistry
    sign_in: PlainRegistry
    good: PlainRegistry
    stranger: PlainRegistry
    plain_stranger: PlainRegistry
    tls: Certificate
    places: dict[tuple[str, int], int] = field(default_factory=dict)
    resolved: list[tuple[str, int]] = field(default_factory=list)

    def find(self, name: str, port: int) -> Found:
        """The resolver: a loopback address, and the port of the server with this name."""
        host = name.rstrip(".")
        self.resolved.append((host, port))
        stranger = self.plain_stranger if port == 80 else self.stranger
        return [found("127.0.0.1", self.places.get((host, port), stranger.port))]

    def network(self, look_up: LookUp | None = None) -> Network:
        """A network that reaches these servers, on some ports only."""
        allowed = parse_allow_list(f"127.0.0.0/8:{port}" for port in OPEN_PORTS)
        return Network(
            Policy(allowed=allowed), user_agent="lockkeeper", look_up=look_up or self.find
        )

    def strays(self, *, allowed: Iterable[PlainRegistry]) -> list[str]:
        """Requests that carried the canary, or a token, to a server that is not allowed."""
        servers = (self.home, self.sign_in, self.good, self.stranger, self.plain_stranger)
        wrong = [one for one in servers if all(one is not each for each in allowed)]
        return [str(request) for one in wrong for request in one.requests if carries(request)]

    def forget(self) -> None:
        """Reset all servers: no requests, and their regular answers."""
        for one in (self.home, self.sign_in, self.good, self.stranger, self.plain_stranger):
            one.requests.clear()
        self.home.answers.clear()
        self.sign_in.answers.clear()
        self.home.realm = self.sign_in.realm = f"https://{SIGN_IN}/token"
        self.resolved.clear()


@contextmanager
def open_servers(folder: Path) -> Iterator[NamedServers]:
    """Run the servers until the block ends."""
    tls = certificate(folder, HOME, SIGN_IN, GOOD, *STRANGERS)
    token = registry_json(200, {"token": TOKEN, "expires_in": 300})
    gives = {"/": token, "/v2/": challenged('Basic realm="made-up"')}
    with ExitStack() as stack:
        home = stack.enter_context(PlainRegistry.bearer(PEOPLE, tls=tls))
        sign_in = stack.enter_context(PlainRegistry.bearer(PEOPLE, tls=tls))
        home._tokens = sign_in._tokens  # the registry accepts the tokens of the sign-in host
        good = stack.enter_context(PlainRegistry.basic(PEOPLE, tls=tls))
        stranger = stack.enter_context(PlainRegistry(gives, tls=tls))
        plain = stack.enter_context(PlainRegistry(gives))
        servers = NamedServers(home, sign_in, good, stranger, plain, tls)
        servers.places = {
            (HOME, 443): home.port,
            (SIGN_IN, 443): sign_in.port,
            (GOOD, 443): good.port,
        }
        servers.forget()
        yield servers


def origin(host: str, port: int = 443, scheme: str = "https") -> Origin:
    """An origin, https at its port unless said."""
    return Origin(scheme, host, port)


def run_check(
    servers: NamedServers,
    network: Network,
    *,
    host: str = HOME,
    need: Need = Need(),  # noqa: B008  # frozen
    probe: AcceptAllProbe = AcceptAllProbe.NONE,
    **login: Any,
) -> Verdict:
    """Check the login of the canary over real sockets."""
    values: dict[str, Any] = {
        "server": origin(host),
        "username": "robot",
        "secret": Secret(CANARY),
        "ca_pem": servers.tls.authority_pem,
        "probe": probe,
        **login,
    }
    network.notes.clear()
    return check(Login(**values), need, network, now=datetime.now(UTC))[1]


def assert_good_is_well(servers: NamedServers, network: Network) -> None:
    """Assert that the login of another registry is valid, without delay."""
    began = time.monotonic()
    assert run_check(servers, network, host=GOOD).outcome is Outcome.VALID
    assert time.monotonic() - began < 5, "the good registry was delayed"


def carries(request: Recorded) -> bool:
    """True if a request contains the canary or a token, in any spelling."""
    fields = [request.path, *(f"{n}={v}" for n, v in (*request.headers, *request.query))]
    text = "\n".join(fields).encode() + b"\n" + request.body
    return (
        CANARY in request.presented.secret
        or request.presented.kind == "bearer"
        or any(trace in text for trace in TRACES)
    )


def _traces(secret: str) -> tuple[bytes, ...]:
    """The secret plain, encoded for URLs, in hex, and in base64 at each offset."""
    raw = secret.encode()
    inner = {base64.b64encode(b"x" * n + raw)[4:-4] for n in range(3)}
    return (raw, quote(secret, safe="").encode(), raw.hex().encode(), *sorted(inner))


TRACES = _traces(CANARY)
