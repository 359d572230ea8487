"""Buying a token: the sign-in at the realm, and what its answer tells."""

from collections.abc import Generator
from secrets import token_hex

from registry.address import Realm
from registry.evidence import StepName
from registry.exchange import Basic, Request, Response
from registry.findings import SCOPES_DISAGREE, UNREADABLE_TOKEN
from registry.greeting import Greeting
from registry.providers.profile import Provider
from registry.scope import repository_scope
from registry.secret import Secret
from registry.talk import Talk
from registry.token import TokenAnswer, granted, parse_token_answer, read_claims

CLIENT = "lockkeeper"
NO_ACTIONS: frozenset[str] = frozenset()
KIND_OF_AUTH = {"gitlab_or_ldap": "password", "build": "job_token", "oauth": "oauth_token"}

Conversation = Generator[Request, Response, None]
Purchase = Generator[Request, Response, Secret | None]


def buy_token(
    talk: Talk,
    provider: Provider,
    greeting: Greeting,
    realm: Realm,
    actions: frozenset[str],
    *,
    step: StepName = StepName.SIGN_IN,
) -> Purchase:
    """Sign in at the realm for these actions on the needed repository (none: just alive).

    Gives the token, or None when the check ends here.
    """
    pair = Basic(talk.login.username, talk.login.secret)
    answer = yield from talk.ask(step, _sign_in(greeting, realm, pair, talk, actions))
    if answer.row.doubtful and answer.response is not None:
        yield from _settle_doubt(talk, provider, greeting, realm, answer.response.status)
    if not answer.is_ok or answer.response is None:
        return None
    bought = parse_token_answer(answer.response.body)
    if not isinstance(bought, TokenAnswer):
        talk.say("saw_token_unreadable", UNREADABLE_TOKEN)
        return None
    _learn_grant(talk, bought, actions)
    return bought.token


def _sign_in(
    greeting: Greeting, realm: Realm, pair: Basic | None, talk: Talk, actions: frozenset[str]
) -> Request:
    query = list(realm.query)
    if greeting.service and "service" not in dict(realm.query):
        query.append(("service", greeting.service))
    query.append(("client_id", CLIENT))
    if actions:
        query.append(("scope", str(repository_scope(talk.need.repository, actions))))
    return Request(realm.origin, realm.path, tuple(query), authorization=pair)


def _settle_doubt(
    talk: Talk, provider: Provider, greeting: Greeting, realm: Realm, status: int
) -> Conversation:
    """Ask what the refusal did not tell: is the registry on, and did the login arrive?

    A GitLab whose registry is off refuses good tokens too; a proxy may lose every login. Scopes
    that the API named and that lack every right settle a 403 without asking.
    """
    if status == 401:
        yield from talk.ask(StepName.HEALTH, _sign_in(greeting, realm, None, talk, NO_ACTIONS))
        return
    scopes = talk.facts.scopes
    if scopes is not None and not any(scope.enough & scopes for scope in provider.scopes):
        return
    if scopes is not None:
        talk.say("saw_denied", SCOPES_DISAGREE)
    pair = Basic(provider.canary_username, Secret(token_hex(16)))
    yield from talk.ask(StepName.CANARY, _sign_in(greeting, realm, pair, talk, NO_ACTIONS))


def _learn_grant(talk: Talk, bought: TokenAnswer, actions: frozenset[str]) -> None:
    claims = read_claims(bought.token)
    lifetime = bought.expires_in_s
    if claims is not None and claims.expires_at and claims.issued_at:
        lifetime = int((claims.expires_at - claims.issued_at).total_seconds())
    talk.learn(token_lifetime_s=lifetime)
    if claims is not None and claims.auth_type in KIND_OF_AUTH:
        talk.learn(kind=KIND_OF_AUTH[claims.auth_type])
    if not actions:
        talk.say("saw_login_ok")
        return
    seen = granted(claims, talk.need.repository) if claims is not None else None
    talk.learn(asked=talk.facts.asked | actions, granted=seen)
    if seen is None:
        talk.say("saw_grant_unreadable")
    elif seen:
        talk.say("saw_granted", actions=", ".join(sorted(seen)))
    else:
        talk.say("saw_granted_nothing")
