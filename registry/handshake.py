"""The conversation with a login: sign in, enter, look at the repository."""

from collections.abc import Generator
from secrets import token_hex

from registry.address import Realm
from registry.evidence import StepName
from registry.exchange import Basic, Bearer, Request, Response
from registry.findings import SCOPE_DIFFERS, SCOPES_DISAGREE, UNREADABLE_TOKEN
from registry.greeting import Greeting
from registry.providers.profile import Provider
from registry.scope import repository_scope
from registry.secret import Secret
from registry.talk import Answer, Talk
from registry.token import TokenAnswer, granted, parse_token_answer, read_claims

CLIENT = "lockkeeper"
PULL, PUSH = frozenset({"pull"}), frozenset({"pull", "push"})
KIND_OF_AUTH = {"gitlab_or_ldap": "password", "build": "job_token", "oauth": "oauth_token"}

Conversation = Generator[Request, Response, None]
Purchase = Generator[Request, Response, Secret | None]


def log_in(talk: Talk, provider: Provider, greeting: Greeting) -> Conversation:
    """Prove the login and see what it may do; everything seen is in the talk.

    Source: distribution, docs/content/spec/auth/token.md; RFC 7617 for Basic.
    """
    if greeting.realm is None:
        yield from _log_in_basic(talk)
        return
    realm = greeting.realm
    if provider.introspect and not (yield from provider.introspect(talk, realm.origin, realm.path)):
        return
    if provider.scope_at_once or not talk.need.repository:
        yield from _sign_in_once(talk, provider, greeting, realm)
    else:
        yield from _sign_in_twice(talk, provider, greeting, realm)


def _log_in_basic(talk: Talk) -> Conversation:
    pair = Basic(talk.login.username, talk.login.secret)
    answer = yield from talk.ask(
        StepName.SIGN_IN, Request(talk.login.server, "/v2/", authorization=pair)
    )
    if not answer.is_ok:
        return
    talk.say("saw_login_ok")
    if talk.need.repository:
        answer = yield from _look_at_repository(talk, pair)
        if answer.is_ok:
            talk.learn(asked=PULL, granted=PULL)


def _sign_in_once(talk: Talk, provider: Provider, greeting: Greeting, realm: Realm) -> Conversation:
    token = yield from _buy_token(talk, provider, greeting, realm, _pull(talk))
    if token is None or not (yield from _enter(talk, token)):
        return
    if talk.need.repository:
        yield from _see_rights(talk, provider, greeting, realm, token)


def _sign_in_twice(
    talk: Talk, provider: Provider, greeting: Greeting, realm: Realm
) -> Conversation:
    """Alive first, without a scope: some registries give a scoped token to a wrong password."""
    token = yield from _buy_token(talk, provider, greeting, realm, frozenset())
    if token is None or not (yield from _enter(talk, token)):
        return
    token = yield from _buy_token(talk, provider, greeting, realm, PULL)
    if token is not None:
        yield from _see_rights(talk, provider, greeting, realm, token)


def _pull(talk: Talk) -> frozenset[str]:
    return PULL if talk.need.repository else frozenset()


def _see_rights(
    talk: Talk, provider: Provider, greeting: Greeting, realm: Realm, token: Secret
) -> Conversation:
    pulls = talk.facts.granted is None or "pull" in talk.facts.granted
    if pulls:
        answer = yield from _look_at_repository(talk, Bearer(token))
        if answer.ends and talk.facts.granted:
            talk.say("saw_scope_refused", SCOPE_DIFFERS)
        if answer.ends:
            return
    if provider.reach and (talk.need.push or not pulls):
        yield from provider.reach(talk, realm.origin, realm.path)
    # A sign-in that asks for push creates what is missing at GitLab and Quay: only where the
    # repository is known to exist, and only where nothing else tells.
    if talk.need.push and talk.facts.repository_exists and talk.facts.role is None:
        yield from _buy_token(talk, provider, greeting, realm, PUSH, step=StepName.PUSH)


def _look_at_repository(
    talk: Talk, authorization: Basic | Bearer
) -> Generator[Request, Response, Answer]:
    request = Request(
        talk.login.server,
        f"/v2/{talk.need.repository}/tags/list",
        (("n", "1"),),
        authorization=authorization,
    )
    answer = yield from talk.ask(StepName.REPOSITORY, request)
    if answer.is_ok:
        talk.learn(repository_exists=True)
        talk.say("saw_repository")
    elif answer.row.name == "no_image_yet":
        talk.learn(repository_exists=False)
    return answer


def _enter(talk: Talk, token: Secret) -> Generator[Request, Response, bool]:
    request = Request(talk.login.server, "/v2/", authorization=Bearer(token))
    answer = yield from talk.ask(StepName.ENTRY, request)
    if answer.is_ok:
        talk.say("saw_entry_ok")
    return answer.is_ok


def _buy_token(
    talk: Talk,
    provider: Provider,
    greeting: Greeting,
    realm: Realm,
    actions: frozenset[str],
    *,
    step: StepName = StepName.SIGN_IN,
) -> Purchase:
    pair = Basic(talk.login.username, talk.login.secret)
    answer = yield from talk.ask(step, _sign_in(greeting, realm, pair, talk, actions))
    if answer.row.doubtful and provider.canary_username:
        yield from _settle_doubt(talk, provider, greeting, realm)
    if not answer.is_ok or answer.response is None:
        return None
    bought = parse_token_answer(answer.response.body)
    if not isinstance(bought, TokenAnswer):
        talk.say("saw_token_unreadable", UNREADABLE_TOKEN)
        return None
    _learn_grant(talk, bought, actions)
    return bought.token


def _sign_in(
    greeting: Greeting, realm: Realm, pair: Basic, talk: Talk, actions: frozenset[str]
) -> Request:
    query = list(realm.query)
    if greeting.service:
        query.append(("service", greeting.service))
    query.append(("client_id", CLIENT))
    if actions:
        query.append(("scope", str(repository_scope(talk.need.repository, actions))))
    return Request(realm.origin, realm.path, tuple(query), authorization=pair)


def _settle_doubt(talk: Talk, provider: Provider, greeting: Greeting, realm: Realm) -> Conversation:
    """Tell "no scope" from "the login never arrived" by a login that must be refused.

    Scopes that the API named and that lack every right settle it without asking.
    """
    scopes = talk.facts.scopes
    if scopes is not None and not any(scope.enough & scopes for scope in provider.scopes):
        return
    if scopes is not None:
        talk.say("saw_denied", SCOPES_DISAGREE)
    pair = Basic(provider.canary_username, Secret(token_hex(16)))
    yield from talk.ask(StepName.CANARY, _sign_in(greeting, realm, pair, talk, frozenset()))


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
