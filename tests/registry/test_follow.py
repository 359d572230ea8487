"""Who waits for a check is told each request before it is sent, and the steps before it."""

from registry.addresses.server import parse_server
from registry.check import check
from registry.evidence import NextRequest, StepName
from registry.login import Login, Need
from registry.protocol.http import Request, Response
from registry.secret import Secret
from registry.transport.network import Network
from tests.hostile.asking import network
from tests.registry.scripted import NOW, SERVER, ScriptedNetwork, challenge, refusal, token
from tests.stand_ins.plain_registry import PlainRegistry

PASSWORD = "made-up-password-7"
REALM = 'Bearer realm="https://sign-in.example.org/token",service="registry.example.org"'


def followed(net: ScriptedNetwork | Network, server: str = "") -> list[NextRequest]:
    """What the follower of a check of a made-up login is told."""
    told: list[NextRequest] = []
    origin = parse_server(server, allow_http=True).origin if server else SERVER
    login = Login(origin, "anna", Secret(PASSWORD), http_allowed=bool(server))
    check(login, Need(), net, now=NOW, follow=told.append)  # type: ignore[arg-type]
    return told


def test_each_request_is_told_before_it_is_sent_with_the_steps_before_it() -> None:
    sent: list[int] = []

    def script(request: Request) -> Response:
        sent.append(len(sent))
        if request.path.startswith("/token"):
            return token()
        return refusal(401, "UNAUTHORIZED") if request.authorization else challenge(REALM)

    told = followed(ScriptedNetwork(script))
    assert [(each.name, each.to.host, len(each.done)) for each in told] == [
        (StepName.PING, "registry.example.org", 0),
        (StepName.SIGN_IN, "sign-in.example.org", 1),
        (StepName.ENTRY, "registry.example.org", 2),
    ]
    assert len(sent) == len(told)
    assert [step.message.key for step in told[1].done] == ["saw_challenge_bearer"]
    assert PASSWORD not in repr(told)


def test_a_real_network_tells_it_too() -> None:
    with PlainRegistry.basic({"anna": PASSWORD}) as registry, network() as net:
        told = followed(net, registry.url)
        names = [each.name for each in told]
        assert names[:2] == [StepName.PING, StepName.SIGN_IN]
        assert len(registry.requests) == len(told)
