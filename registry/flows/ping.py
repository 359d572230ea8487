"""The first question, asked without a login: is this a registry, how does it want to be asked?"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime

from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.addresses.realms import Realm, parse_realm
from registry.conversation import Answer, Talk
from registry.evidence import ExpirySource, StepName
from registry.flows.find_registry import find_registry
from registry.protocol.challenge import Challenge, choose, parse_challenges
from registry.protocol.http import Basic, Request, Response
from registry.rules.own import (
    DAMAGED_SECRET,
    DEPENDENCY_PROXY,
    DIES_AFTER,
    DIES_WITH,
    ENDED_SECRET,
    OPEN,
    UNREADABLE_CHALLENGE,
    USELESS_SECRET,
)
from registry.rules.rule import Rule
from registry.secret_kinds.kind import Shape, TokenKind
from registry.words.durations import spoken


@dataclass(frozen=True)
class Greeting:
    """How the registry wants to be asked: Basic at its own door (``realm`` None), or Bearer."""

    realm: Realm | None = None
    service: str = ""


def read_secret(talk: Talk, shape: Shape, now: datetime) -> bool:
    """Note what the secret itself tells; gives whether it is worth sending at all."""
    kind = shape.kind
    talk.learn(kind=kind.slug)
    talk.known_by_shape = kind.known_by_shape
    talk.pair = Basic(talk.login.username, shape.sent)
    if shape.ends_at is not None:
        talk.learn(expires_at=shape.ends_at, expires_source=ExpirySource.SECRET)
    if kind.lives is not None:
        talk.learn(lives=kind.lives)
    found = _hopeless(talk, shape, now)
    if found is not None:
        talk.think(StepName.OFFLINE, found)
    else:
        _tell_dying(talk, kind)
    return found is None


def _tell_dying(talk: Talk, kind: TokenKind) -> None:
    """What dies by design is told before anything is sent, and asked about all the same."""
    if kind.dies_with:
        talk.think(StepName.OFFLINE, DIES_WITH, what=kind.dies_with)
    elif kind.lives is not None:
        talk.think(StepName.OFFLINE, DIES_AFTER, lives=spoken(kind.lives))


def _hopeless(talk: Talk, shape: Shape, now: datetime) -> Rule | None:
    if shape.kind.useless:
        return next((rule for rule in talk.rules if rule.name == shape.kind.told), USELESS_SECRET)
    if shape.damaged:
        return DAMAGED_SECRET
    return ENDED_SECRET if shape.ends_at is not None and shape.ends_at <= now else None


def greet(talk: Talk) -> Generator[Request, Response, Greeting | None]:
    """Ping `/v2/` and read the challenge; None when the check ends here.

    A registry whose `/v2/` is open may still guard a repository, so that one is asked too
    (distribution specification, "API version check").
    """
    answer = yield from _ping(talk, "/v2/")
    if answer.is_ok and answer.response is not None and answer.response.status == 200:
        talk.learn(scheme="none")
        if talk.need.repository:
            talk.say("saw_open")
            answer = yield from _ping(talk, f"/v2/{talk.need.repository}/tags/list")
        if answer.response is not None and answer.response.status in (200, 404):
            talk.say("saw_open", OPEN)
            return None
    if answer.ends or answer.response is None:
        return None
    greeting = _read_challenge(talk, answer.response)
    if talk.steps[-1].rule == DEPENDENCY_PROXY.name:
        yield from find_registry(talk)
    return greeting


def _ping(talk: Talk, path: str) -> Generator[Request, Response, Answer]:
    return (yield from talk.ask(StepName.PING, Request(talk.login.server, path), hoped=(200, 401)))


def _read_challenge(talk: Talk, response: Response) -> Greeting | None:
    challenge = choose(parse_challenges(response.all_headers("WWW-Authenticate")))
    if challenge is None:
        talk.say("saw_challenge_unreadable", UNREADABLE_CHALLENGE)
        return None
    talk.learn(scheme=challenge.scheme)
    if challenge.scheme == "basic":
        talk.say("saw_challenge_basic")
        return Greeting()
    return _read_bearer(talk, challenge)


def _read_bearer(talk: Talk, challenge: Challenge) -> Greeting | None:
    service = challenge.param("service")
    if service == "dependency_proxy":
        talk.say("saw_dependency_proxy", DEPENDENCY_PROXY)
        return None
    try:
        realm = parse_realm(challenge.param("realm"), registry=talk.login.server)
    except AddressError:
        talk.say("saw_challenge_unreadable", UNREADABLE_CHALLENGE)
        return None
    talk.learn(realm=realm.origin)
    talk.say("saw_challenge_bearer", realm=realm.origin.display)
    return Greeting(realm, service)


def sign_in_origin(login_server: Origin, greeting: Greeting) -> Origin:
    """Where this greeting sends the login."""
    return greeting.realm.origin if greeting.realm else login_server
