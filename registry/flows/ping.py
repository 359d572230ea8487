"""Read the secret offline, then ping `/v2/` without a login and read the challenge."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime

from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.addresses.realms import HttpOnAnotherName, Realm, parse_realm
from registry.conversation import Conversation
from registry.evidence import ExpirySource, StepName
from registry.flows.find_registry import find_registry
from registry.flows.tags import ask_for_tags
from registry.protocol.challenge import Challenge, answerable, parse_challenges
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
from registry.rules.realms import unusable_realm
from registry.rules.rule import Rule
from registry.secret_kinds.kind import Shape, TokenKind
from registry.words.durations import duration_in_words

HOPED = (200, 401)


@dataclass(frozen=True)
class SignInMethod:
    """How the registry wants a login: by Basic (``realm`` None), or by Bearer from a realm."""

    realm: Realm | None = None
    service: str = ""


def read_secret(conversation: Conversation, shape: Shape, now: datetime) -> bool:
    """Record the facts that the secret's text shows; False if it must not be sent.

    Takes the shape of the secret and the present moment (aware). Sends nothing.
    """
    kind = shape.kind
    conversation.record_facts(kind=kind.slug)
    if kind.fills and conversation.login.username != kind.fills:
        conversation.record_facts(username_wanted=kind.fills)
    conversation.known_by_shape = kind.known_by_shape
    conversation.pair = Basic(conversation.login.username, shape.sent)
    if shape.ends_at is not None:
        conversation.record_facts(expires_at=shape.ends_at, expires_source=ExpirySource.SECRET)
    if kind.lives is not None:
        conversation.record_facts(lives=kind.lives)
    refusal = _offline_refusal(conversation, shape, now)
    if refusal is not None:
        conversation.note_offline(StepName.OFFLINE, refusal)
    else:
        _note_short_life(conversation, kind)
    return refusal is None


def _note_short_life(conversation: Conversation, kind: TokenKind) -> None:
    """Note that this kind of secret always ends soon; the check goes on."""
    if kind.dies_with:
        conversation.note_offline(StepName.OFFLINE, DIES_WITH, what=kind.dies_with)
    elif kind.lives is not None:
        conversation.note_offline(StepName.OFFLINE, DIES_AFTER, lives=duration_in_words(kind.lives))


def _offline_refusal(conversation: Conversation, shape: Shape, now: datetime) -> Rule | None:
    if shape.kind.useless:
        return next(
            (rule for rule in conversation.rules if rule.name == shape.kind.told), USELESS_SECRET
        )
    if shape.damaged:
        return DAMAGED_SECRET
    return ENDED_SECRET if shape.ends_at is not None and shape.ends_at <= now else None


def ping(conversation: Conversation) -> Generator[Request, Response, SignInMethod | None]:
    """Ping `/v2/` and read the challenge; None when the check ends here.

    A registry whose `/v2/` is open may still protect a repository, so that a second request asks
    for its tags. Yields at most 7 requests, all without a login: these two, and the 5 of
    :func:`find_registry` if a GitLab's dependency proxy answers. Never raises for an answer or a
    :class:`NetworkFailure`. Source: distribution specification, "API version check"; RFC 9110
    section 11.6.1.
    """
    request = Request(conversation.login.server, "/v2/")
    answer = yield from conversation.ask(StepName.PING, request, hoped=HOPED)
    if answer.is_ok and answer.response is not None and answer.response.status == 200:
        conversation.record_facts(scheme="none")
        if conversation.need.repository:
            conversation.refine("saw_open")
            answer = yield from ask_for_tags(conversation, StepName.PING, hoped=HOPED)
        if answer.response is not None and answer.response.status in (200, 404):
            conversation.refine("saw_open", OPEN)
            return None
    if answer.ends or answer.response is None:
        return None
    method = _read_challenge(conversation, answer.response)
    if conversation.steps[-1].rule == DEPENDENCY_PROXY.name:
        yield from find_registry(conversation)
    return method


def _read_challenge(conversation: Conversation, response: Response) -> SignInMethod | None:
    """The method of the first challenge that says how to sign in; else the step says why not.

    A Bearer challenge that names no sign-in address says nothing, so that Basic beside it counts.
    """
    challenges = answerable(parse_challenges(response.all_headers("WWW-Authenticate")))
    if not challenges:
        conversation.refine("saw_challenge_unreadable", UNREADABLE_CHALLENGE)
        return None
    has_realm = (c for c in challenges if c.scheme == "basic" or c.param("realm"))
    challenge = next(has_realm, challenges[0])
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
        login = conversation.login
        realm = parse_realm(
            challenge.param("realm"), registry=login.server, http_realms=login.http_realms
        )
    except AddressError as error:
        rule = unusable_realm(error.message.key, error.detail)
        other = {"realm": error.origin.display} if isinstance(error, HttpOnAnotherName) else {}
        conversation.refine(rule.says, rule, **other)
        return None
    conversation.record_facts(realm=realm.origin)
    conversation.refine("saw_challenge_bearer", realm=realm.origin.display)
    return SignInMethod(realm, service)


def sign_in_origin(server: Origin, method: SignInMethod) -> Origin:
    """The origin that gets the login: the realm's, else the server itself."""
    return method.realm.origin if method.realm else server
