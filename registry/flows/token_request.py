"""Buying a token: the sign-in at the realm, and what its answer tells."""

from collections.abc import Generator
from dataclasses import dataclass
from secrets import token_hex

from registry.addresses.realms import Realm
from registry.conversation import Conversation
from registry.evidence import StepName
from registry.protocol.http import Basic, Request, Response
from registry.protocol.jwt import granted, read_claims
from registry.protocol.scope import repository_scope
from registry.protocol.token import TokenAnswer, parse_token_answer
from registry.providers.provider import Provider, Push
from registry.rules.own import SCOPES_DISAGREE, UNREADABLE_TOKEN
from registry.secret import Secret

CLIENT = "lockkeeper"
NO_ACTIONS: frozenset[str] = frozenset()
WHOLE = frozenset({"pull", "push"})
KIND_OF_AUTH = {"gitlab_or_ldap": "password", "build": "job_token", "oauth": "oauth_token"}

Requests = Generator[Request, Response, None]
TokenRequest = Generator[Request, Response, Secret | None]


@dataclass(frozen=True)
class TokenEndpoint:
    """Where a talk signs in: by whose rules, at which realm, for which service."""

    conversation: Conversation
    provider: Provider
    realm: Realm
    service: str = ""

    def request_for(self, pair: Basic | None, actions: frozenset[str] = NO_ACTIONS) -> Request:
        """The sign-in of this pair that asks for these actions on the needed repository."""
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
    """Sign in for these actions on the needed repository (none: just alive).

    Gives the token, or None when the check ends here.
    """
    conversation = endpoint.conversation
    answer = yield from conversation.ask(step, endpoint.request_for(conversation.pair, actions))
    if answer.rule.doubtful and answer.response is not None:
        yield from _settle_ambiguity(endpoint, answer.response.status)
    if not answer.is_ok or answer.response is None:
        return None
    answer_of = parse_token_answer(answer.response.body)
    if not isinstance(answer_of, TokenAnswer):
        conversation.refine("saw_token_unreadable", UNREADABLE_TOKEN)
        return None
    _learn_grant(endpoint, answer_of, actions)
    read = endpoint.provider.read_token
    return answer_of.token if read is None or read(conversation, answer_of.token) else None


def _settle_ambiguity(endpoint: TokenEndpoint, status: int) -> Requests:
    """Ask what the refusal did not tell: is the registry on, and did the login arrive?

    A GitLab whose registry is off refuses good tokens too; a proxy may lose every login. Scopes
    that the API named and that lack every right settle a 403 without asking.
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


def _learn_grant(endpoint: TokenEndpoint, answer_of: TokenAnswer, actions: frozenset[str]) -> None:
    conversation, claims = endpoint.conversation, read_claims(answer_of.token)
    lifetime = answer_of.expires_in_s
    if claims is not None and claims.expires_at and claims.issued_at:
        lifetime = int((claims.expires_at - claims.issued_at).total_seconds())
    conversation.record_facts(token_lifetime_s=lifetime)
    if claims is not None and claims.auth_type in KIND_OF_AUTH:
        conversation.record_facts(kind=KIND_OF_AUTH[claims.auth_type])
    if not actions:
        conversation.refine("saw_login_ok")
        return
    seen = granted(claims, conversation.need.repository) if claims is not None else None
    if endpoint.provider.push is Push.SPLIT:  # it refuses what it does not grant, one by one
        seen = (actions if seen is None else seen) | (conversation.facts.granted or NO_ACTIONS)
    if seen is None:
        conversation.refine("saw_grant_unreadable")
        return
    if endpoint.provider.push is Push.WHOLE:
        actions |= WHOLE  # what is not named is not granted, asked for or not
    conversation.record_facts(asked=conversation.facts.asked | actions, granted=seen)
    if seen:
        conversation.refine("saw_granted", actions=", ".join(sorted(seen)))
    else:
        conversation.refine("saw_granted_nothing")
