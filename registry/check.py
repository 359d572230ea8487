"""One check of one login: the single call that the application makes."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime
from typing import Any

from registry.conversation import Conversation
from registry.evidence import Evidence, Facts, Step, StepName
from registry.flows.login import log_in
from registry.flows.ping import SignInMethod, ping, read_secret, sign_in_origin
from registry.flows.probe import probe_with_made_up_login
from registry.flows.recipients import may_receive
from registry.login import AcceptAllProbe, Login, Need
from registry.providers import GENERIC, by_slug, detect, detect_by_challenge
from registry.providers.provider import Provider
from registry.rules.own import DISTRUSTED_REALM
from registry.secret_kinds.kind import shape_of
from registry.transport.network import Network
from registry.transport.session import Session
from registry.verdicts.verdict import Verdict, judge, was_let_in

USER_AGENT = "lockkeeper"
"""How checks name themselves, so that people recognize them in a registry's audit log."""

Notes = dict[Hashable, Any]


def check(login: Login, need: Need, network: Network, *, now: datetime) -> tuple[Evidence, Verdict]:
    """Test a login against its registry.

    Takes what to test, what for, the network to use and the present moment (aware). Gives what
    was seen and what it means; every answer of a stranger ends in a verdict, none in an
    exception. At most 12 requests and 20 seconds (45 with a repository).
    """
    conversation = Conversation(login, need, (), now)
    if _adopt(conversation, _named_provider(login, network.notes), now):
        limit_s = 45 if need.repository else 20
        with network.conversation(
            ca_pem=login.ca_pem, http_allowed=login.http_allowed, limit_s=limit_s
        ) as line:
            _converse(conversation, line, network.notes, now)
    evidence = conversation.evidence()
    return evidence, judge(evidence, need, expires_on=login.expires_on, now=now)


def _named_provider(login: Login, notes: Notes) -> Provider:
    """The provider that a login names; *Container registry* is made out by the server."""
    named = by_slug(login.provider)
    if named is not GENERIC:
        return named
    server = login.server
    return _noted(notes, ("by name", server), lambda: detect(server))


def _noted(notes: Notes, about: Hashable, find: Callable[[], Provider]) -> Provider:
    """What is found once for all logins of a batch."""
    known: Provider | None = notes.get(about)
    if known is None:
        known = notes[about] = find()
    return known


def _adopt(conversation: Conversation, provider: Provider, now: datetime) -> bool:
    """Go on as with this provider; gives whether the secret is worth sending there."""
    conversation.rules = provider.rules
    conversation.record_facts(provider=provider.slug)
    login = conversation.login
    return read_secret(conversation, shape_of(provider.kinds, login.username, login.secret), now)


def _converse(conversation: Conversation, line: Session, notes: Notes, now: datetime) -> None:
    method = _ping_registry(conversation, line, notes)
    if method is None or not _recognize_provider(conversation, method, notes, now):
        return
    provider = by_slug(conversation.facts.provider)
    if _trusts(conversation, provider, method):
        recipients = conversation.facts.recipients | {conversation.login.server}
        line.run(log_in(conversation, provider, method), recipients=recipients)
        if _is_doubtful(conversation, provider) and was_let_in(conversation.evidence()):
            line.run(
                probe_with_made_up_login(conversation, provider, method), recipients=recipients
            )


def _is_doubtful(conversation: Conversation, provider: Provider) -> bool:
    """A registry known by its name, or one that judges every login, needs no stranger."""
    known = provider.serves(conversation.login.server.host) or bool(provider.probe_username)
    return conversation.login.probe is not AcceptAllProbe.NONE and not known


def _ping_registry(conversation: Conversation, line: Session, notes: Notes) -> SignInMethod | None:
    """Ask how the registry wants to be asked, once for all logins of a batch.

    The question carries no login, so its answer holds for every one of them; a registry that
    is open at its door is asked about each repository.
    """
    login = conversation.login
    place = (login.server, login.http_allowed, login.ca_pem)
    known: tuple[Step, Facts, SignInMethod] | None = notes.get(place)
    if known is not None:
        step, facts, method = known
        conversation.steps.append(replace(step, took_ms=0))
        conversation.record_facts(scheme=facts.scheme, realm=facts.realm)
        return method
    found: SignInMethod | None = line.run(ping(conversation), recipients=frozenset())
    pings = [step for step in conversation.steps if step.name is StepName.PING]
    if found is not None and len(pings) == 1:
        notes[place] = (pings[0], conversation.facts, found)
    return found


def _recognize_provider(
    conversation: Conversation, method: SignInMethod, notes: Notes, now: datetime
) -> bool:
    """A registry that was not known by its name may give itself away by its challenge."""
    realm, server = method.realm, conversation.login.server
    if conversation.facts.provider != GENERIC.slug or realm is None:
        return True
    found = _noted(
        notes,
        ("by challenge", server, method),
        lambda: detect_by_challenge(realm.path, method.service, server),
    )
    return found is GENERIC or _adopt(conversation, found, now)


def _trusts(conversation: Conversation, provider: Provider, method: SignInMethod) -> bool:
    realm = sign_in_origin(conversation.login.server, method)
    if may_receive(conversation.login, realm, provider):
        apis = provider.own_apis(conversation.login.server.host)
        first = frozenset({realm, *apis}) - {conversation.login.server}
        pinned = conversation.login.recipients
        conversation.record_facts(recipients=first if pinned is None else pinned)
        return True
    conversation.record_facts(asks=realm)
    conversation.refine("saw_challenge_bearer", DISTRUSTED_REALM, realm=realm.display)
    return False
