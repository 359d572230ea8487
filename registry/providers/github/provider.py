"""GitHub Container Registry, `ghcr.io`.

What is different here:

- the sign-in answers a wrong, expired or revoked token with 403 DENIED, not with 401, and a
  missing right with the same status: only the text, the API or an earlier success differs.
- the sign-in's token is opaque and shows no rights. GitHub's API names the scopes of a classic
  token and its end in headers; one request is enough for both.
- only a push shows if a login may push to one package, so the check relies on the scope.
- packages do not accept fine-grained tokens; a job's token expires with its job.
- a classic token works with any user name, and needs an authorization for each organization that
  requires single sign-on.
- no scope is fixed: a person can edit a classic token, and it keeps its secret.
"""

from datetime import timedelta

from registry.outcome import Outcome
from registry.providers.github.api import GITHUB, introspect
from registry.providers.github.rules import RULES
from registry.providers.provider import Provider, ProviderScope, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    FIXED_NAMES,
    REFUSED_ALIKE,
    SIGNS_IN_ITSELF,
    general,
    own,
)
from registry.providers.token_choice import TokenChoice, TokenWish
from registry.providers.token_links import filled
from registry.secret_kinds.kind import TokenKind


def _token_form(wish: TokenWish) -> str:
    """The page for classic tokens accepts scopes and a note, which it calls description."""
    page = "https://github.com/settings/tokens/new"
    return filled(page, scopes=",".join(wish.scopes), description=wish.name)


KINDS = (
    TokenKind(
        "classic_token",
        "classic personal access token",
        r"ghp_[0-9A-Za-z]{36}",
        known_by_shape=True,
        help="An organization with single sign-on also needs it authorized on GitHub.",
    ),
    TokenKind(
        "fine_grained_token",
        "a fine-grained personal access token",
        r"github_pat_\w+",
        useless=True,
        telling=True,
    ),
    TokenKind(
        "installation_token",
        "token of a job or an app",
        r"ghs_\S{36,}",
        lives=timedelta(hours=1),
        telling=True,
        help="It ends with its job or within the hour: store a classic token instead.",
    ),
    TokenKind(
        "app_user_token",
        "token of an app for a user",
        r"ghu_[0-9A-Za-z]{36}",
        lives=timedelta(hours=8),
        known_by_shape=True,
    ),
    TokenKind("refresh_token", "an app's refresh token", r"ghr_\w+", useless=True, telling=True),
    TokenKind("oauth_app_token", "OAuth token", r"gho_[0-9A-Za-z]{36}", known_by_shape=True),
    TokenKind("perhaps_token", "access token or password", r"[0-9a-f]{40}|gh[a-z]_\S+"),
    TokenKind("password", "password"),
)

PROVIDER = Provider(
    slug="ghcr",
    label="GitHub Container Registry",
    summary="GitHub's registry for images, ghcr.io.",
    username_help="The GitHub login of the token's owner.",
    username_example="example-bot",
    secret_label="Classic token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "A classic personal access token with read:packages to pull, or write:packages to push, "
        "and nothing else: take the tick from “repo” when the page sets it. Give it an end date, "
        "and where an organization wants single sign-on, authorize it there. In a workflow use "
        "its own GITHUB_TOKEN and store nothing."
    ),
    recommended="a classic personal access token",
    missing_scope="do_github_scopes",
    fewer_rights="do_github_fewer",
    server_example="ghcr.io",
    repository_example="exampleco/app",
    token_page="https://github.com/settings/tokens/new?scopes=read:packages",  # noqa: S106  # a page
    hosts=(r"ghcr\.io",),
    web_hosts=(("github.com", "ghcr.io"), ("www.github.com", "ghcr.io")),
    cloud_server="ghcr.io",
    kinds=KINDS,
    scopes=(
        ProviderScope("pull", "read:packages", frozenset({"read:packages", "write:packages"})),
        ProviderScope("push", "write:packages", frozenset({"write:packages"})),
    ),
    rules=RULES,
    push=Push.SCOPES,
    apis=(GITHUB,),
    introspect=introspect,
    token_form=_token_form,
    choices=(
        TokenChoice(
            "Classic personal access token",
            "The one to store: packages accept no other kind outside workflows.",
            path="Settings → Developer settings → Personal access tokens → Tokens (classic)",
        ),
        TokenChoice(
            "Fine-grained personal access token", "Not this one: packages do not accept it."
        ),
        TokenChoice(
            "GITHUB_TOKEN",
            "Store nothing: each workflow of GitHub Actions has its own. It ends with its job.",
        ),
    ),
    choice_notes=(
        "Where an organization requires single sign-on, authorize the token for it: Configure "
        "SSO → Authorize.",
    ),
    outcomes=(
        *own(Outcome.NO_ACCESS, "do_github_access"),
        *own(Outcome.EXPIRED, "do_github_token"),
        *general(REFUSED_ALIKE, Outcome.REVOKED),
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *own(Outcome.THROTTLED, "do_github_limit", "do_wait"),
        *general(SIGNS_IN_ITSELF, Outcome.DISTRUSTED_REALM),
    ),
    last_use="GitHub shows it to the owner of the token, in the settings. A check cannot see it.",
    facts_from=(
        "docs.github.com (container registry, OAuth scopes, single sign-on), google/go-github, "
        "issue threads of projects that met the refusals"
    ),
)
