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
from registry.protocol.jwt import read_claims
from registry.protocol.retry_after import date_of
from registry.providers.provider import Provider, Push
from registry.rules.common import NO_TAG_LIST
from registry.rules.own import PAGE_BEHIND_LOGIN, SCOPE_DIFFERS, TOKEN_TOO_EARLY
from registry.secret import Secret
from registry.words.durations import duration_in_words

PULL = frozenset({"pull"})
MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
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


def try_open_registry(conversation: Conversation) -> Requests:
    """Send the login to a registry that lets anybody in: some refuse a wrong one all the same.

    Yields one request, which carries the login, to the server itself. A refusal decides; any other
    answer leaves open if the password was looked at. Never raises. Source: zot, which has an
    anonymous policy beside its users.
    """
    request = Request(conversation.login.server, "/v2/", authorization=conversation.pair)
    answer = yield from conversation.ask(StepName.SIGN_IN, request)
    if answer.is_ok:
        conversation.refine("saw_open_accepted")


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
        if answer.ends and not _is_known_anyway(conversation, provider, answer):
            return
        if answer.is_ok and conversation.facts.granted is None:
            conversation.record_facts(asked=conversation.facts.asked | PULL, granted=PULL)
    if provider.reach and (conversation.need.push or not may_pull):
        yield from provider.reach(conversation, endpoint.realm.origin, endpoint.realm.path)
    if _may_ask_for_push(conversation, provider):
        yield from request_token(endpoint, PUSH[provider.push], step=StepName.PUSH)


def _is_known_anyway(
    conversation: Conversation, provider: Provider, answer: RecognizedAnswer
) -> bool:
    """True if no answer about the repository came, and an earlier check has read it."""
    is_known = _is_known_from_before(conversation, provider)
    return is_known and answer.rule.outcome is Outcome.UNREACHABLE


def _is_known_from_before(conversation: Conversation, provider: Provider) -> bool:
    """True if an earlier check has read the repository, and asking for push can create none.

    Only the host name shows for sure which provider's sign-in is asked.
    """
    is_safe = not provider.push_creates and provider.serves(conversation.login.server.host)
    return is_safe and conversation.need.was_pulled


def _may_ask_for_push(conversation: Conversation, provider: Provider) -> bool:
    """True if the repository exists and no known role is high enough to push.

    At GitLab and Quay a sign-in that asks for push creates a repository that does not exist, so
    that an earlier check proves nothing there: it may have been deleted since. A role that seems
    too low proves nothing: an administrator needs none.
    """
    exists = conversation.facts.repository_exists
    if exists is None:
        exists = _is_known_from_before(conversation, provider)
    levels = (role.level for role in provider.roles if role.action == "push")
    is_enough = conversation.facts.role is not None and any(
        conversation.facts.role >= level for level in levels
    )
    return conversation.need.push and bool(exists) and not is_enough and provider.push in PUSH


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
    elif answer.rule is not NO_TAG_LIST and _may_pull_without_listing(answer):
        yield from _read_manifest(conversation, authorization)
    return answer


def _may_pull_without_listing(answer: RecognizedAnswer) -> bool:
    """True for a 401 that refuses the list of tags, and not the login."""
    is_refusal = answer.response is not None and answer.response.status == 401
    return is_refusal and answer.rule.says == "saw_may_not_list"


def _read_manifest(
    conversation: Conversation, authorization: Basic | Bearer
) -> Generator[Request, Response, None]:
    """Ask for the header of a manifest, which takes no more than the right to pull.

    An answer other than 200 leaves open what the login may do: the tag may not exist.
    """
    path = f"/v2/{conversation.need.repository}/manifests/latest"
    server = conversation.login.server
    request = Request(
        server, path, method="HEAD", authorization=authorization, accept=", ".join(MANIFESTS)
    )
    answer = yield from conversation.ask(StepName.REPOSITORY, request, hoped=(200, 404))
    if answer.is_ok and answer.response is not None and answer.response.status == 200:
        conversation.refine("saw_may_pull")
        conversation.record_facts(asked=PULL, granted=PULL, repository_exists=True)


def _enter(conversation: Conversation, token: Secret) -> Generator[Request, Response, bool]:
    request = Request(conversation.login.server, "/v2/", authorization=Bearer(token))
    answer = yield from conversation.ask(StepName.ENTRY, request)
    if answer.rule.name == "token_not_accepted" and answer.response is not None:
        _compare_clocks(conversation, token, answer.response)
    return _lets_in(conversation, answer, "saw_entry_ok")


def _compare_clocks(conversation: Conversation, token: Secret, refusal: Response) -> None:
    """Name the clock as the cause if the fresh token begins in the registry's future.

    The registry's time is the `Date` of its answer (RFC 9110 section 6.6.1), else ours.
    """
    claims = read_claims(token)
    starts = (claims.not_before or claims.issued_at) if claims else None
    moment = date_of(refusal) or conversation.now
    if starts is not None and starts > moment:
        ahead = duration_in_words(starts - moment)
        conversation.refine(TOKEN_TOO_EARLY.says, TOKEN_TOO_EARLY, ahead=ahead)


def _lets_in(conversation: Conversation, answer: RecognizedAnswer, key: str) -> bool:
    """True if `/v2/` answered a login as a registry does, and not with a web page."""
    if not answer.is_ok or answer.response is None:
        return False
    if answer.looks == "html" and not answer.response.header("Docker-Distribution-Api-Version"):
        conversation.refine(PAGE_BEHIND_LOGIN.says, PAGE_BEHIND_LOGIN)
        return False
    conversation.refine(key)
    return True
