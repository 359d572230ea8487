"""Registry and sign-in by plain http under two names, over real sockets: the guard has a say."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from registry.addresses.origins import Origin
from registry.check import check
from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.transport.dial import Found
from registry.transport.network import Network
from tests.hostile.asking import CANARY, found
from tests.hostile.figures import Figures
from tests.hostile.named_servers import PEOPLE, carries
from tests.stand_ins.plain_registry import PlainRegistry

HOME, SIGN_IN = Origin.parse("http://registry.lan:5000"), Origin.parse("http://sign-in.lan:5001")
ONE, NONE = frozenset({SIGN_IN}), frozenset[Origin]()
NAMES, NETWORK = ("registry.lan:5000", "sign-in.lan:5001"), ("127.0.0.0/8:*",)

# The allow list, the sign-ins allowed by http, the confirmed ones, http at the registry; outcome.
Row = tuple[tuple[str, ...], frozenset[Origin], frozenset[Origin] | None, bool, Outcome]
ROWS: dict[str, Row] = {
    "all of it, by names": (NAMES, ONE, ONE, True, Outcome.VALID),
    "all of it, by a network": (NETWORK, ONE, ONE, True, Outcome.VALID),
    "the sign-in is not on the list": (NAMES[:1], ONE, ONE, True, Outcome.FORBIDDEN_ADDRESS),
    "the registry is not on the list": (NAMES[1:], ONE, ONE, True, Outcome.FORBIDDEN_ADDRESS),
    "another port is on the list": (
        ("registry.lan:5000", "sign-in.lan:443"), ONE, ONE, True, Outcome.FORBIDDEN_ADDRESS,
    ),
    "nothing is on the list": ((), ONE, ONE, True, Outcome.FORBIDDEN_ADDRESS),
    "no http at the sign-in": (NAMES, NONE, ONE, True, Outcome.BROKEN_ANSWER),
    "no http at the registry": (NAMES, ONE, ONE, False, Outcome.FORBIDDEN_ADDRESS),
    "nobody confirmed it": (NAMES, ONE, None, True, Outcome.DISTRUSTED_REALM),
}  # fmt: skip


def test_a_password_goes_by_http_to_another_name_only_if_all_of_it_is_allowed(
    figures: Callable[[str], Figures],
) -> None:
    count = figures("D http on two names")
    with ExitStack() as stack:
        home, sign_in = (stack.enter_context(PlainRegistry.bearer(PEOPLE)) for _ in range(2))
        home._tokens = sign_in._tokens  # the registry accepts the tokens of the sign-in host
        home.realm = f"{SIGN_IN}/token"
        ports = {"registry.lan": home.port, "sign-in.lan": sign_in.port}

        def find(name: str, port: int) -> Found:
            return [found("127.0.0.1", ports[name.rstrip(".")])]

        for name, (listed, allowed, confirmed, http, outcome) in ROWS.items():
            policy = Policy(allowed=parse_allow_list(",".join(listed)))
            network = Network(policy, user_agent="lockkeeper", look_up=find)
            with count.case(name), network:
                home.requests.clear()
                sign_in.requests.clear()
                login = Login(
                    *(HOME, "robot", Secret(CANARY)),
                    recipients=confirmed,
                    http_allowed=http,
                    http_realms=allowed,
                )
                verdict = check(login, Need(), network, now=datetime.now(UTC))[1]
                assert verdict.outcome is outcome, verdict
                sent = [r for r in (*home.requests, *sign_in.requests) if carries(r)]
                assert bool(sent) is (outcome is Outcome.VALID)
    count.conclude(limit_s=5)
