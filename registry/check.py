"""Check one login against its registry: the one call that the application makes."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime
from typing import Any

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.evidence import (
    Evidence,
    Facts,
    Follow,
    NextRequest,
    Step,
    StepName,
    for_nobody,
)
from registry.flows.login import log_in, try_open_registry
from registry.flows.ping import SignInMethod, ping, read_secret, sign_in_origin
from registry.flows.probe import probe_with_made_up_login
from registry.flows.recipients import may_receive
from registry.login import AcceptAllProbe, Login, Need
from registry.protocol.http import Request
from registry.providers import GENERIC, by_slug, detect, detect_by_challenge
from registry.providers.provider import Provider
from registry.rules.own import DISTRUSTED_REALM, MISWRITTEN_SERVER, OPEN
from registry.secret_kinds.kind import shape_of
from registry.transport.network import Network
from registry.transport.session import Session
from registry.verdicts.verdict import Verdict, judge, slowed_by, was_let_in

USER_AGENT = "lockkeeper"
"""The `User-Agent` of our requests: people recognize checks by it in a registry's audit log."""

Notes = dict[Hashable, Any]
"""Results that all checks of one :class:`Network` share; see :attr:`Network.notes`."""


MaySignIn = Callable[[Origin, Provider], None]
"""Is called before the login is sent, with the sign-in origin and the provider that host name or
challenge show, whatever the login names. What it raises ends the check."""


def _may_always(_origin: Origin, _shown: Provider) -> None:
    """The default: nobody limits the sign-ins."""


def check(
    login: Login,
    need: Need,
    network: Network,
    *,
    now: datetime,
    may_sign_in: MaySignIn = _may_always,
    follow: Follow = for_nobody,
) -> tuple[Evidence, Verdict]:
    """Check a login against its registry.

    Takes the login, its need, the network to use and the present moment (aware). Returns the
    evidence and the verdict on it. Every answer of a registry, and every failure to get one, ends
    in a verdict and never in an exception; :class:`WrongRecipient` is a bug in a flow. Sends at
    most 12 requests and takes at most 20 seconds, 45 if the need names a repository. Before the
    login is sent, ``may_sign_in`` may end the check by an exception of its own. ``follow`` is
    called before each request.
    """
    conversation = Conversation(login, need, (), now)

    def announce(request: Request) -> None:
        done, provider = tuple(conversation.steps), conversation.facts.provider
        follow(NextRequest(conversation.asking, request.origin, done, provider))

    provider = _named_provider(login, network.notes)
    if _adopt(conversation, provider, now) and _has_real_name(conversation, provider):
        limit_s = 45 if need.repository else 20
        with network.conversation(
            ca_pem=login.ca_pem,
            http_allowed=login.http_allowed,
            limit_s=limit_s,
            announce=announce,
        ) as session:
            _converse(conversation, session, network.notes, now, may_sign_in)
    evidence = conversation.evidence()
    return evidence, judge(evidence, need, expires_on=login.expires_on, now=now)


def _named_provider(login: Login, notes: Notes) -> Provider:
    """The login's provider; for *Container registry*, the one that the host name identifies."""
    named = by_slug(login.provider)
    if named is not GENERIC:
        return named
    server = login.server
    return _detect_once(notes, ("by name", server), lambda: detect(server))


def _detect_once(notes: Notes, key: Hashable, find: Callable[[], Provider]) -> Provider:
    """Detect a provider once for all logins of a batch."""
    known: Provider | None = notes.get(key)
    if known is None:
        known = notes[key] = find()
    return known


def _adopt(conversation: Conversation, provider: Provider, now: datetime) -> bool:
    """Apply this provider's rules and kinds of secret; False if the secret must not be sent."""
    conversation.rules = provider.all_rules
    conversation.record_facts(provider=provider.slug)
    login = conversation.login
    return read_secret(conversation, shape_of(provider.kinds, login.username, login.secret), now)


def _has_real_name(conversation: Conversation, provider: Provider) -> bool:
    """False if people write the registry's name so, and no server has it; nothing is sent."""
    server = conversation.login.server
    host = provider.real_host(server.host)
    if host:
        conversation.record_facts(suggested_server=replace(server, host=host).display)
        conversation.note_offline(StepName.OFFLINE, MISWRITTEN_SERVER)
    return not host


def _converse(
    conversation: Conversation,
    session: Session,
    notes: Notes,
    now: datetime,
    may_sign_in: MaySignIn,
) -> None:
    method = _ping_once(conversation, session, notes)
    if method is None and _is_open(conversation):
        server = conversation.login.server
        may_sign_in(server, _shown_provider(server, SignInMethod()))
        session.run(try_open_registry(conversation), recipients=frozenset({server}))
    if method is None or not _recognize_provider(conversation, method, notes, now):
        return
    provider = by_slug(conversation.facts.provider)
    if _trusts_sign_in_host(conversation, provider, method):
        recipients = conversation.facts.recipients | {conversation.login.server}
        server = conversation.login.server
        may_sign_in(sign_in_origin(server, method), _shown_provider(server, method))
        session.run(log_in(conversation, provider, method), recipients=recipients)
        evidence = conversation.evidence()
        may_probe = was_let_in(evidence) and slowed_by(evidence) is None
        if may_probe and _needs_probe(conversation, provider):
            session.run(
                probe_with_made_up_login(conversation, provider, method), recipients=recipients
            )


def _is_open(conversation: Conversation) -> bool:
    """True if the registry let the ping in, so that nothing has asked for the login yet."""
    return bool(conversation.steps) and conversation.steps[-1].rule == OPEN.name


def _shown_provider(server: Origin, method: SignInMethod) -> Provider:
    """The provider that the host name shows, else the challenge; a person has no say in it."""
    by_name = detect(server)
    if by_name is not GENERIC or method.realm is None:
        return by_name
    return detect_by_challenge(method.realm.path, method.service, server)


def _needs_probe(conversation: Conversation, provider: Provider) -> bool:
    """A provider whose host name we know, or that has a probe user name, needs no probe."""
    known = provider.serves(conversation.login.server.host) or bool(provider.probe_username)
    return conversation.login.probe is not AcceptAllProbe.NONE and not known


def _ping_once(conversation: Conversation, session: Session, notes: Notes) -> SignInMethod | None:
    """Ping the registry once for all logins of a batch; None when the check ends here.

    A ping carries no login, so that its answer holds for each of them. A registry whose `/v2/` is
    open gets a second ping about the repository; that answer is not shared.
    """
    login = conversation.login
    key = (login.server, login.http_allowed, login.http_realms, login.ca_pem)
    known: tuple[Step, Facts, SignInMethod] | None = notes.get(key)
    if known is not None:
        step, facts, method = known
        conversation.steps.append(replace(step, took_ms=0))
        conversation.record_facts(scheme=facts.scheme, realm=facts.realm)
        return method
    found: SignInMethod | None = session.run(ping(conversation), recipients=frozenset())
    pings = [step for step in conversation.steps if step.name is StepName.PING]
    if found is not None and len(pings) == 1:
        notes[key] = (pings[0], conversation.facts, found)
    return found


def _recognize_provider(
    conversation: Conversation, method: SignInMethod, notes: Notes, now: datetime
) -> bool:
    """Detect the provider by the challenge if its host name did not; False ends the check."""
    realm, server = method.realm, conversation.login.server
    if conversation.facts.provider != GENERIC.slug or realm is None:
        return True
    found = _detect_once(
        notes,
        ("by challenge", server, method),
        lambda: detect_by_challenge(realm.path, method.service, server),
    )
    return found is GENERIC or _adopt(conversation, found, now)


def _trusts_sign_in_host(
    conversation: Conversation, provider: Provider, method: SignInMethod
) -> bool:
    """True if the sign-in host may get the login; else a person must confirm it first."""
    realm = sign_in_origin(conversation.login.server, method)
    if may_receive(conversation.login, realm, provider):
        apis = provider.own_apis(conversation.login.server.host)
        to_pin = frozenset({realm, *apis}) - {conversation.login.server}
        pinned = conversation.login.recipients
        conversation.record_facts(recipients=to_pin if pinned is None else pinned)
        return True
    conversation.record_facts(asks=realm)
    conversation.refine("saw_challenge_bearer", DISTRUSTED_REALM, realm=realm.display)
    return False
