"""Sign in with the login, enter the registry with the token, and read the repository's tags."""

from collections.abc import Generator

from registry.addresses.realms import Realm
from registry.conversation import Conversation, RecognizedAnswer
from registry.evidence import StepName
from registry.flows.ping import SignInMethod
from registry.flows.tags import ask_for_tags
from registry.flows.token_request import NO_ACTIONS, Requests, TokenEndpoint, request_token
from registry.outcome import Outcome
from registry.protocol.http import Basic, Bearer, Request, Response
from registry.providers.provider import Provider, Push
from registry.rules.own import PAGE_BEHIND_LOGIN, SCOPE_DIFFERS
from registry.secret import Secret

PULL = frozenset({"pull"})
CLAIMED = frozenset({Push.CLAIM, Push.WHOLE})
PUSH = {Push.CLAIM: frozenset({"pull", "push"}), Push.SPLIT: frozenset({"push"})}


def log_in(conversation: Conversation, provider: Provider, method: SignInMethod) -> Requests:
    """Prove the login and see its rights; the results are steps and facts of the conversation.

    Yields at most 8 requests: one to the provider's API (`introspect` or `exchange`), a sign-in,
    the entry, a sign-in for pull, the repository, the memberships (`reach`), a sign-in for push,
    and one that settles an ambiguous refusal. Each may carry the login, so that they go to the
    server and its recipients only. Never raises for an answer or a :class:`NetworkFailure`.
    Source: distribution, docs/content/spec/auth/token.md; RFC 7617 for Basic.
    """
    realm = method.realm or Realm(conversation.login.server, "/v2/")
    if provider.introspect and not (
        yield from provider.introspect(conversation, realm.origin, realm.path)
    ):
        return
    if provider.exchange and not (yield from provider.exchange(conversation)):
        return
    endpoint = TokenEndpoint(conversation, provider, realm, method.service)
    if method.realm is None:
        yield from _log_in_basic(conversation)
    elif provider.scope_at_once or not conversation.need.repository:
        yield from _sign_in_once(endpoint)
    else:
        yield from _sign_in_twice(endpoint)


def _log_in_basic(conversation: Conversation) -> Requests:
    answer = yield from conversation.ask(
        StepName.SIGN_IN,
        Request(conversation.login.server, "/v2/", authorization=conversation.pair),
    )
    if not _lets_in(conversation, answer, "saw_login_ok"):
        return
    if conversation.need.repository:
        answer = yield from _list_tags(conversation, conversation.pair)
        if answer.is_ok:
            conversation.record_facts(asked=PULL, granted=PULL)


def _sign_in_once(endpoint: TokenEndpoint) -> Requests:
    has_repository = bool(endpoint.conversation.need.repository)
    token = yield from request_token(endpoint, PULL if has_repository else NO_ACTIONS)
    if token is not None and (yield from _enter(endpoint.conversation, token)) and has_repository:
        yield from _see_rights(endpoint, token)


def _sign_in_twice(endpoint: TokenEndpoint) -> Requests:
    """First without a scope: some registries give a scoped token even to a wrong password."""
    token = yield from request_token(endpoint)
    if token is None or not (yield from _enter(endpoint.conversation, token)):
        return
    token = yield from request_token(endpoint, PULL, step=StepName.PULL)
    if token is not None:
        yield from _see_rights(endpoint, token)


def _see_rights(endpoint: TokenEndpoint, token: Secret) -> Requests:
    conversation, provider = endpoint.conversation, endpoint.provider
    may_pull = conversation.facts.granted is None or "pull" in conversation.facts.granted
    if may_pull:
        answer = yield from _list_tags(conversation, Bearer(token))
        refused = answer.rule.outcome is Outcome.NO_ACCESS
        if refused and conversation.facts.granted and provider.push in CLAIMED:
            conversation.refine("saw_scope_refused", SCOPE_DIFFERS)
        if answer.ends:
            return
        if answer.is_ok and conversation.facts.granted is None:
            conversation.record_facts(asked=conversation.facts.asked | PULL, granted=PULL)
    if provider.reach and (conversation.need.push or not may_pull):
        yield from provider.reach(conversation, endpoint.realm.origin, endpoint.realm.path)
    if _may_ask_for_push(conversation, provider):
        yield from request_token(endpoint, PUSH[provider.push], step=StepName.PUSH)


def _may_ask_for_push(conversation: Conversation, provider: Provider) -> bool:
    """True if the repository exists and no known role is high enough to push.

    At GitLab and Quay a sign-in that asks for push creates a repository that does not exist. A
    role that seems too low proves nothing: an administrator needs none.
    """
    exists = bool(conversation.facts.repository_exists)
    levels = (role.level for role in provider.roles if role.action == "push")
    is_enough = conversation.facts.role is not None and any(
        conversation.facts.role >= level for level in levels
    )
    return conversation.need.push and exists and not is_enough and provider.push in PUSH


def _list_tags(
    conversation: Conversation, authorization: Basic | Bearer
) -> Generator[Request, Response, RecognizedAnswer]:
    answer = yield from ask_for_tags(conversation, StepName.REPOSITORY, authorization=authorization)
    if answer.is_ok:
        conversation.record_facts(repository_exists=True)
        if answer.unfinished is None:
            conversation.refine("saw_repository")
    elif answer.rule.name == "no_image_yet":
        conversation.record_facts(repository_exists=False)
    return answer


def _enter(conversation: Conversation, token: Secret) -> Generator[Request, Response, bool]:
    request = Request(conversation.login.server, "/v2/", authorization=Bearer(token))
    answer = yield from conversation.ask(StepName.ENTRY, request)
    return _lets_in(conversation, answer, "saw_entry_ok")


def _lets_in(conversation: Conversation, answer: RecognizedAnswer, key: str) -> bool:
    """True if `/v2/` answered a login as a registry does, and not with a web page."""
    if not answer.is_ok or answer.response is None:
        return False
    if answer.looks == "html" and not answer.response.header("Docker-Distribution-Api-Version"):
        conversation.refine(PAGE_BEHIND_LOGIN.says, PAGE_BEHIND_LOGIN)
        return False
    conversation.refine(key)
    return True
