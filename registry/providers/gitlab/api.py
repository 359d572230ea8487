"""Asks GitLab's API for the state of a token, its scopes, its end and its role in a project."""

from collections.abc import Generator
from datetime import UTC, datetime

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.evidence import ExpirySource, StepName
from registry.protocol.http import HeaderToken, Request, Response
from registry.protocol.json_reader import JsonReader, read_object
from registry.protocol.retry_after import date_of
from registry.providers.gitlab.last_use import read_last_use

TOKENS = frozenset({"access_token", "perhaps_token"})
GRANULAR = frozenset({"granular"})
SIGN_IN_PATH = "/jwt/auth"
PAGE = 100
DEVELOPER, REPORTER, NOT_A_MEMBER = 30, 20, 0
LEVELS_BELOW_PROJECT = 2  # a repository may be nested two names below its project
NAMES = {"oauth_token": "oauth_token", "fine_grained": "fine_grained_token"}


def introspect(
    conversation: Conversation, realm: Origin, path: str
) -> Generator[Request, Response, bool]:
    """Ask the API about the token, in at most one request; return True if the check continues.

    `GET /personal_access_tokens/self` answers for personal, project, group, impersonation and
    service-account tokens of any scope, and does not count towards the ban of an IP address
    (https://docs.gitlab.com/api/personal_access_tokens/).
    """
    if conversation.facts.kind not in TOKENS or not path.endswith(SIGN_IN_PATH):
        return True
    answer = yield from conversation.ask(StepName.API, _request(conversation, realm, path, "self"))
    if answer.ends:
        return False
    if answer.is_ok and answer.response is not None:
        token = read_object(answer.response.body)
        _learn_token(conversation, token)
        last_use = read_last_use(token, date_of(answer.response), conversation.now)
        conversation.record_facts(last_use=last_use)
    elif answer.rule.name in NAMES:
        conversation.record_facts(kind=NAMES[answer.rule.name])
    return True


def reach(
    conversation: Conversation, realm: Origin, path: str
) -> Generator[Request, Response, None]:
    """Ask if the token's role in the project of the needed repository is high enough.

    Sends at most one request. It lists the projects where the token has at least the role to pull,
    or the role to push if pull is granted already. A role that comes from an invited group counts,
    but the list does not name it. Level 0 means "not in the list"; if the list has a full page and
    the project is not on it, the role stays unknown
    (https://docs.gitlab.com/api/personal_access_tokens/#list-all-token-associations).
    """
    if conversation.facts.kind != "live_access_token":
        return
    granted = conversation.facts.granted
    level = DEVELOPER if granted is None or "pull" in granted else REPORTER
    request = _request(
        conversation,
        realm,
        path,
        "self/associations",
        query=(("min_access_level", str(level)), ("per_page", str(PAGE))),
    )
    answer = yield from conversation.ask(StepName.MEMBERSHIPS, request)
    if not answer.is_ok or answer.response is None:
        return
    listed = read_object(answer.response.body)
    if not isinstance(listed.get("projects"), list):
        return
    projects = listed.list("projects")
    mine = [project for project in projects if _holds(project, conversation.need.repository)]
    if mine or len(projects) < PAGE:
        conversation.record_facts(
            role=max((_level(project, level) for project in mine), default=NOT_A_MEMBER)
        )
    unlisted = "saw_not_a_member" if level == REPORTER else "saw_not_a_pusher"
    conversation.refine("saw_memberships" if mine else unlisted)


def _request(
    conversation: Conversation,
    realm: Origin,
    path: str,
    name: str,
    query: tuple[tuple[str, str], ...] = (),
) -> Request:
    base = path.removesuffix(SIGN_IN_PATH)
    return Request(
        realm,
        f"{base}/api/v4/personal_access_tokens/{name}",
        query,
        authorization=HeaderToken("PRIVATE-TOKEN", conversation.login.secret),
    )


def _learn_token(conversation: Conversation, token: JsonReader) -> None:
    scopes = frozenset(token.words("scopes"))
    if not scopes or token.get("active") is not True:
        return
    ends_at = _midnight(token.text("expires_at"))
    conversation.record_facts(
        kind="fine_grained_token" if scopes == GRANULAR else "live_access_token",
        scopes=None if scopes == GRANULAR else scopes,
    )
    if ends_at is not None:
        conversation.record_facts(expires_at=ends_at, expires_source=ExpirySource.PROVIDER)
    conversation.refine("saw_token_alive", scopes=", ".join(sorted(scopes)))


def _midnight(text: str) -> datetime | None:
    """A token expires at 00:00 UTC on its date: it works until the end of the day before."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def projects_of(repository: str) -> tuple[str, ...]:
    """Return the paths of all projects that a repository of this name can belong to.

    A path has at least two names, and the repository is at most two below it
    (doc/user/packages/container_registry, "Naming convention for your container images").
    """
    names = repository.lower().split("/")
    depths = range(max(2, len(names) - LEVELS_BELOW_PROJECT), len(names) + 1)
    return tuple("/".join(names[:depth]) for depth in depths)


def _holds(project: JsonReader, repository: str) -> bool:
    return project.text("path_with_namespace").lower() in projects_of(repository)


def _level(project: JsonReader, least: int) -> int:
    """The role from the project or a group above it; a role from an invited group is not listed."""
    levels = project.object("access_levels")
    return max(levels.number("project_access_level"), levels.number("group_access_level"), least)
