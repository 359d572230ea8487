"""The first question, asked without a login: is this a registry, how does it want to be asked?"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime

from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.addresses.realms import Realm, parse_realm
from registry.conversation import Conversation, RecognizedAnswer
from registry.evidence import ExpirySource, StepName
from registry.flows.find_registry import find_registry
from registry.protocol.challenge import Challenge, choose_challenge, parse_challenges
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
from registry.words.durations import duration_in_words


@dataclass(frozen=True)
class SignInMethod:
    """How the registry wants to be asked: Basic at its own door (``realm`` None), or Bearer."""

    realm: Realm | None = None
    service: str = ""


def read_secret(conversation: Conversation, shape: Shape, now: datetime) -> bool:
    """Note what the secret itself tells; gives whether it is worth sending at all."""
    kind = shape.kind
    conversation.record_facts(kind=kind.slug)
    conversation.known_by_shape = kind.known_by_shape
    conversation.pair = Basic(conversation.login.username, shape.sent)
    if shape.ends_at is not None:
        conversation.record_facts(expires_at=shape.ends_at, expires_source=ExpirySource.SECRET)
    if kind.lives is not None:
        conversation.record_facts(lives=kind.lives)
    found = _hopeless(conversation, shape, now)
    if found is not None:
        conversation.note_offline(StepName.OFFLINE, found)
    else:
        _tell_dying(conversation, kind)
    return found is None


def _tell_dying(conversation: Conversation, kind: TokenKind) -> None:
    """What dies by design is told before anything is sent, and asked about all the same."""
    if kind.dies_with:
        conversation.note_offline(StepName.OFFLINE, DIES_WITH, what=kind.dies_with)
    elif kind.lives is not None:
        conversation.note_offline(StepName.OFFLINE, DIES_AFTER, lives=duration_in_words(kind.lives))


def _hopeless(conversation: Conversation, shape: Shape, now: datetime) -> Rule | None:
    if shape.kind.useless:
        return next(
            (rule for rule in conversation.rules if rule.name == shape.kind.told), USELESS_SECRET
        )
    if shape.damaged:
        return DAMAGED_SECRET
    return ENDED_SECRET if shape.ends_at is not None and shape.ends_at <= now else None


def ping(conversation: Conversation) -> Generator[Request, Response, SignInMethod | None]:
    """Ping `/v2/` and read the challenge; None when the check ends here.

    A registry whose `/v2/` is open may still guard a repository, so that one is asked too
    (distribution specification, "API version check").
    """
    answer = yield from _ping(conversation, "/v2/")
    if answer.is_ok and answer.response is not None and answer.response.status == 200:
        conversation.record_facts(scheme="none")
        if conversation.need.repository:
            conversation.refine("saw_open")
            answer = yield from _ping(conversation, f"/v2/{conversation.need.repository}/tags/list")
        if answer.response is not None and answer.response.status in (200, 404):
            conversation.refine("saw_open", OPEN)
            return None
    if answer.ends or answer.response is None:
        return None
    method = _read_challenge(conversation, answer.response)
    if conversation.steps[-1].rule == DEPENDENCY_PROXY.name:
        yield from find_registry(conversation)
    return method


def _ping(conversation: Conversation, path: str) -> Generator[Request, Response, RecognizedAnswer]:
    return (
        yield from conversation.ask(
            StepName.PING, Request(conversation.login.server, path), hoped=(200, 401)
        )
    )


def _read_challenge(conversation: Conversation, response: Response) -> SignInMethod | None:
    challenge = choose_challenge(parse_challenges(response.all_headers("WWW-Authenticate")))
    if challenge is None:
        conversation.refine("saw_challenge_unreadable", UNREADABLE_CHALLENGE)
        return None
    conversation.record_facts(scheme=challenge.scheme)
    if challenge.scheme == "basic":
        conversation.refine("saw_challenge_basic")
        return SignInMethod()
    return _read_bearer(conversation, challenge)


def _read_bearer(conversation: Conversation, challenge: Challenge) -> SignInMethod | None:
    service = challenge.param("service")
    if service == "dependency_proxy":
        conversation.refine("saw_dependency_proxy", DEPENDENCY_PROXY)
        return None
    try:
        realm = parse_realm(challenge.param("realm"), registry=conversation.login.server)
    except AddressError:
        conversation.refine("saw_challenge_unreadable", UNREADABLE_CHALLENGE)
        return None
    conversation.record_facts(realm=realm.origin)
    conversation.refine("saw_challenge_bearer", realm=realm.origin.display)
    return SignInMethod(realm, service)


def sign_in_origin(login_server: Origin, method: SignInMethod) -> Origin:
    """Where this greeting sends the login."""
    return method.realm.origin if method.realm else login_server
