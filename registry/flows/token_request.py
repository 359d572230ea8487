"""The token request: sign in at the realm, and record what the answer grants."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from secrets import token_hex

from registry.addresses.origins import DEFAULT_PORTS
from registry.addresses.realms import Realm
from registry.conversation import Conversation, RecognizedAnswer
from registry.evidence import StepName
from registry.protocol.http import Basic, FailureKind, Request, Response
from registry.protocol.jwt import granted, read_claims
from registry.protocol.scope import repository_scope
from registry.protocol.token import TokenAnswer, parse_token_answer
from registry.providers.provider import Provider, Push
from registry.rules.own import SCOPES_DISAGREE, UNREADABLE_TOKEN
from registry.rules.realms import NOTHING_THERE, PORT_LOST, UNKNOWN_NAME
from registry.rules.rule import FAILURES, UNEXPECTED
from registry.secret import Secret

CLIENT = "lockkeeper"
NO_ACTIONS: frozenset[str] = frozenset()
WHOLE = frozenset({"pull", "push"})
NO_ANSWER = (FAILURES[FailureKind.NO_CONNECTION], FAILURES[FailureKind.TIMED_OUT])
KIND_OF_AUTH = {"gitlab_or_ldap": "password", "build": "job_token", "oauth": "oauth_token"}

Requests = Generator[Request, Response, None]
TokenRequest = Generator[Request, Response, Secret | None]


@dataclass(frozen=True)
class TokenEndpoint:
    """Where a conversation requests tokens: the provider, the realm and the service."""

    conversation: Conversation
    provider: Provider
    realm: Realm
    service: str = ""

    def request_for(self, pair: Basic | None, actions: frozenset[str] = NO_ACTIONS) -> Request:
        """The token request of this pair (None: without a login).

        It asks for ``actions`` on the need's repository, or for no scope if there are none. Source:
        distribution, docs/content/spec/auth/token.md.
        """
        query = list(self.realm.query)
        if self.service and "service" not in dict(query):
            query.append(("service", self.service))
        query.append(("client_id", CLIENT))
        if actions:
            scope = repository_scope(self.conversation.need.repository, actions)
            query.append(("scope", str(scope)))
        return Request(self.realm.origin, self.realm.path, tuple(query), authorization=pair)


def request_token(
    endpoint: TokenEndpoint,
    actions: frozenset[str] = NO_ACTIONS,
    *,
    step: StepName = StepName.SIGN_IN,
) -> TokenRequest:
    """Sign in for these actions on the need's repository (none: only to prove the login).

    Returns the token, or None when the check ends here. Yields at most 2 requests: the sign-in,
    and one more if its refusal is ambiguous, which never carries the login. Never raises for an
    answer or a :class:`NetworkFailure`.
    """
    conversation = endpoint.conversation
    answer = yield from conversation.ask(step, endpoint.request_for(conversation.pair, actions))
    _blame_realm(endpoint, answer)
    if answer.rule.ambiguous and answer.response is not None:
        yield from _settle_ambiguity(endpoint, answer.response.status)
    if not answer.is_ok or answer.response is None:
        return None
    token_answer = parse_token_answer(answer.response.body)
    if not isinstance(token_answer, TokenAnswer):
        conversation.refine("saw_token_unreadable", UNREADABLE_TOKEN)
        return None
    _record_grant(endpoint, token_answer, actions)
    read, token = endpoint.provider.read_token, token_answer.token
    return token if read is None or read(conversation, token) else None


def _blame_realm(endpoint: TokenEndpoint, answer: RecognizedAnswer) -> None:
    """Name the registry's configuration as the cause, where its sign-in address leads nowhere."""
    conversation, realm = endpoint.conversation, endpoint.realm.origin
    server = conversation.login.server
    lost_port = replace(server, port=DEFAULT_PORTS[server.scheme]) == realm != server
    rule = answer.rule
    if rule in NO_ANSWER and lost_port:
        conversation.refine(rule.says, PORT_LOST)
    elif rule is FAILURES[FailureKind.NAME_UNKNOWN] and realm.host != server.host:
        conversation.refine(rule.says, UNKNOWN_NAME)
    elif rule is UNEXPECTED and answer.response is not None and answer.response.status == 404:
        conversation.refine(NOTHING_THERE.says, NOTHING_THERE)


def _settle_ambiguity(endpoint: TokenEndpoint, status: int) -> Requests:
    """Find the cause of an ambiguous refusal: is the registry on, did the login arrive?

    A GitLab whose registry is off refuses good tokens too (401); a proxy may drop every login
    (403). If the API named the scopes and they lack every right, a 403 needs no request.
    """
    if status == 401:
        yield from endpoint.conversation.ask(StepName.HEALTH, endpoint.request_for(None))
        return
    scopes = endpoint.conversation.facts.scopes
    if scopes is not None and not any(scope.enough & scopes for scope in endpoint.provider.scopes):
        return
    if scopes is not None:
        endpoint.conversation.refine("saw_denied", SCOPES_DISAGREE)
    made_up = Basic(endpoint.provider.probe_username, Secret(token_hex(16)))
    yield from endpoint.conversation.ask(StepName.CANARY, endpoint.request_for(made_up))


def _record_grant(
    endpoint: TokenEndpoint, token_answer: TokenAnswer, actions: frozenset[str]
) -> None:
    conversation, claims = endpoint.conversation, read_claims(token_answer.token)
    lifetime = token_answer.expires_in_s
    if claims is not None and claims.expires_at and claims.issued_at:
        lifetime = int((claims.expires_at - claims.issued_at).total_seconds())
    conversation.record_facts(token_lifetime_s=lifetime)
    if claims is not None and claims.auth_type in KIND_OF_AUTH:
        conversation.record_facts(kind=KIND_OF_AUTH[claims.auth_type])
    if not actions:
        conversation.refine("saw_login_ok")
        return
    before = conversation.facts.granted or NO_ACTIONS
    allowed = granted(claims, conversation.need.repository) if claims is not None else None
    if "push" in actions and allowed is not None:
        allowed |= before  # some grant all or nothing: what was granted before still is
    if endpoint.provider.push is Push.SPLIT:  # it refuses each action that it does not grant
        allowed = (actions if allowed is None else allowed) | before
    if allowed is None:
        conversation.refine("saw_grant_unreadable")
        return
    if endpoint.provider.push is Push.WHOLE:
        actions |= WHOLE  # it names all that is granted, whatever was asked for
    conversation.record_facts(asked=conversation.facts.asked | actions, granted=allowed)
    if allowed:
        conversation.refine("saw_granted", actions=", ".join(sorted(allowed)))
    else:
        conversation.refine("saw_granted_nothing")
