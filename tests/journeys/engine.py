"""The engine over real connections, as the application uses it."""

from datetime import UTC, date, datetime

from registry.address import Origin, parse_server
from registry.allow_list import parse_allow_list
from registry.check import USER_AGENT, Evidence, Login, Need, Network, Verdict, check
from registry.guard import Policy
from registry.secret import Secret

LOOPBACK = Policy(parse_allow_list("127.0.0.0/8:*"))


def check_over_loopback(
    server: str,
    username: str,
    secret: str,
    *,
    sign_in: str = "",
    provider: str = "generic",
    push: bool = False,
    repository: str = "",
    ca_pem: str = "",
    expires_on: date | None = None,
    now: datetime | None = None,
) -> tuple[Evidence, Verdict]:
    """Check a login; ``sign_in`` is the URL of a sign-in host that a person confirmed."""
    login = Login(
        parse_server(server, allow_http=True).origin,
        username,
        Secret(secret),
        provider,
        recipients=frozenset({Origin.parse(sign_in)}) if sign_in else None,
        http_allowed=server.startswith("http://"),
        ca_pem=ca_pem,
        expires_on=expires_on,
    )
    with Network(LOOPBACK, user_agent=USER_AGENT) as network:
        return check(login, Need(push, repository), network, now=now or datetime.now(UTC))
