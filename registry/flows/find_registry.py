"""Find the registry of a GitLab whose web address was given as the server."""

from collections.abc import Generator, Iterator

from registry.addresses.hosts import AddressError, is_address
from registry.addresses.origins import Origin
from registry.addresses.realms import parse_realm
from registry.conversation import Conversation
from registry.evidence import StepName
from registry.protocol.challenge import choose_challenge, parse_challenges
from registry.protocol.http import Request, Response
from registry.providers import registry_of_web_host

SERVICE = "container_registry"
# 5050 is what GitLab's Linux package opens by itself, 4567 and 5005 are what manuals suggest.
PORTS = (5050, 5005, 4567)


def find_registry(conversation: Conversation) -> Generator[Request, Response, None]:
    """Ping the usual origins, and suggest the first whose realm is this web host.

    Yields at most 5 requests without a login, one for each candidate; none for a web host whose
    registry is known. Sets `suggested_server`, or nothing. Never raises. Source: GitLab,
    doc/administration/packages/container_registry.md.
    """
    web = conversation.login.server
    known = registry_of_web_host(web.host)
    if known is not None:
        conversation.record_facts(suggested_server=known.netloc)
        return
    for origin in candidates(web):
        answer = yield from conversation.ask(StepName.HINT, Request(origin, "/v2/"), hoped=(401,))
        if answer.response is not None and _points_at(web, origin, answer.response):
            conversation.refine("saw_registry_here")
            conversation.record_facts(
                suggested_server=origin.netloc if origin.is_https else str(origin)
            )
            return


def candidates(web: Origin) -> Iterator[Origin]:
    """At most 5 origins where the registry of this GitLab usually is, the likeliest first."""
    if not is_address(web.host):
        _, _, domain = web.host.partition(".")
        if "." in domain and web.host != f"registry.{domain}":
            yield Origin(web.scheme, f"registry.{domain}", web.port)
        yield Origin(web.scheme, f"registry.{web.host}", web.port)
    for port in PORTS:
        yield Origin(web.scheme, web.host, port)


def _points_at(web: Origin, origin: Origin, response: Response) -> bool:
    challenge = choose_challenge(parse_challenges(response.all_headers("WWW-Authenticate")))
    if challenge is None or challenge.param("service") != SERVICE:
        return False
    try:
        return parse_realm(challenge.param("realm"), registry=origin).origin == web
    except AddressError:
        return False
