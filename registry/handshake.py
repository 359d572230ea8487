"""The conversation with a login: sign in, enter, look at the repository."""

from collections.abc import Generator

from registry.address import Realm
from registry.evidence import StepName
from registry.exchange import Basic, Bearer, Request, Response
from registry.findings import SCOPE_DIFFERS
from registry.greeting import Greeting
from registry.providers.profile import Provider
from registry.purchase import Conversation, buy_token
from registry.secret import Secret
from registry.talk import Answer, Talk

PULL, PUSH = frozenset({"pull"}), frozenset({"pull", "push"})


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
    token = yield from buy_token(talk, provider, greeting, realm, _pull(talk))
    if token is None or not (yield from _enter(talk, token)):
        return
    if talk.need.repository:
        yield from _see_rights(talk, provider, greeting, realm, token)


def _sign_in_twice(
    talk: Talk, provider: Provider, greeting: Greeting, realm: Realm
) -> Conversation:
    """Alive first, without a scope: some registries give a scoped token to a wrong password."""
    token = yield from buy_token(talk, provider, greeting, realm, frozenset())
    if token is None or not (yield from _enter(talk, token)):
        return
    token = yield from buy_token(talk, provider, greeting, realm, PULL)
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
        yield from buy_token(talk, provider, greeting, realm, PUSH, step=StepName.PUSH)


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
