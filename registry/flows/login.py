"""The conversation with a login: sign in, enter, look at the repository."""

from collections.abc import Generator

from registry.addresses.realms import Realm
from registry.conversation import Answer, Talk
from registry.evidence import StepName
from registry.flows.ping import Greeting
from registry.flows.token_request import NO_ACTIONS, Door, Requests, buy_token
from registry.outcome import Outcome
from registry.protocol.http import Basic, Bearer, Request, Response
from registry.providers.provider import Provider, Push
from registry.rules.own import SCOPE_DIFFERS
from registry.secret import Secret

PULL = frozenset({"pull"})
CLAIMED = frozenset({Push.CLAIM, Push.WHOLE})
PUSH = {Push.CLAIM: frozenset({"pull", "push"}), Push.SPLIT: frozenset({"push"})}


def log_in(talk: Talk, provider: Provider, greeting: Greeting) -> Requests:
    """Prove the login and see what it may do; everything seen is in the talk.

    Source: distribution, docs/content/spec/auth/token.md; RFC 7617 for Basic.
    """
    realm = greeting.realm or Realm(talk.login.server, "/v2/")
    if provider.introspect and not (yield from provider.introspect(talk, realm.origin, realm.path)):
        return
    if provider.exchange and not (yield from provider.exchange(talk)):
        return
    door = Door(talk, provider, realm, greeting.service)
    if greeting.realm is None:
        yield from _log_in_basic(talk)
    elif provider.scope_at_once or not talk.need.repository:
        yield from _sign_in_once(door)
    else:
        yield from _sign_in_twice(door)


def _log_in_basic(talk: Talk) -> Requests:
    answer = yield from talk.ask(
        StepName.SIGN_IN, Request(talk.login.server, "/v2/", authorization=talk.pair)
    )
    if not answer.is_ok:
        return
    talk.say("saw_login_ok")
    if talk.need.repository:
        answer = yield from _look_at_repository(talk, talk.pair)
        if answer.is_ok:
            talk.learn(asked=PULL, granted=PULL)


def _sign_in_once(door: Door) -> Requests:
    named = bool(door.talk.need.repository)
    token = yield from buy_token(door, PULL if named else NO_ACTIONS)
    if token is not None and (yield from _enter(door.talk, token)) and named:
        yield from _see_rights(door, token)


def _sign_in_twice(door: Door) -> Requests:
    """Alive first, without a scope: some registries give a scoped token to a wrong password."""
    token = yield from buy_token(door)
    if token is None or not (yield from _enter(door.talk, token)):
        return
    token = yield from buy_token(door, PULL, step=StepName.PULL)
    if token is not None:
        yield from _see_rights(door, token)


def _see_rights(door: Door, token: Secret) -> Requests:
    talk, provider = door.talk, door.provider
    pulls = talk.facts.granted is None or "pull" in talk.facts.granted
    if pulls:
        answer = yield from _look_at_repository(talk, Bearer(token))
        refused = answer.rule.outcome is Outcome.NO_ACCESS
        if refused and talk.facts.granted and provider.push in CLAIMED:
            talk.say("saw_scope_refused", SCOPE_DIFFERS)
        if answer.ends:
            return
        if answer.is_ok and talk.facts.granted is None:
            talk.learn(asked=talk.facts.asked | PULL, granted=PULL)
    if provider.reach and (talk.need.push or not pulls):
        yield from provider.reach(talk, door.realm.origin, door.realm.path)
    if _may_ask_for_push(talk, provider):
        yield from buy_token(door, PUSH[provider.push], step=StepName.PUSH)


def _may_ask_for_push(talk: Talk, provider: Provider) -> bool:
    """A sign-in that asks for push creates what is missing at GitLab and Quay: only where the
    repository is known to exist, and only where the role is not known to be enough. One that
    seems too low is no proof: an administrator needs none."""
    exists = bool(talk.facts.repository_exists)
    levels = (role.level for role in provider.roles if role.action == "push")
    is_enough = talk.facts.role is not None and any(talk.facts.role >= one for one in levels)
    return talk.need.push and exists and not is_enough and provider.push in PUSH


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
    elif answer.rule.name == "no_image_yet":
        talk.learn(repository_exists=False)
    return answer


def _enter(talk: Talk, token: Secret) -> Generator[Request, Response, bool]:
    request = Request(talk.login.server, "/v2/", authorization=Bearer(token))
    answer = yield from talk.ask(StepName.ENTRY, request)
    if answer.is_ok:
        talk.say("saw_entry_ok")
    return answer.is_ok
