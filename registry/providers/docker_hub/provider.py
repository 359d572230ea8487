"""Docker Hub, `docker.io`.

What is different here:

- it has several names and one registry, `registry-1.docker.io`, whose sign-in host is
  `auth.docker.io`. Its hardened images are in a registry of their own, `dhi.io`, with the same
  logins.
- it never grants less than the request asks for: it refuses a sign-in for pull and push if one of
  the two is missing. So a check asks for each of them separately.
- it refuses expired, deactivated, deleted and mistyped tokens with the same answer; the Hub's API
  names the access level of an active token, and never its end date.
- it counts failed logins per IP address: one bad credential can lock out all others. A personal
  token that the API refuses is not sent to the registry.
- the API accepts an active personal token with any user name, the registry only with its owner's.
- a request for the tags does not count as a pull.
"""

from registry.outcome import Outcome
from registry.providers.docker_hub.api import HUB, introspect
from registry.providers.docker_hub.rules import RULES
from registry.providers.provider import Provider, ProviderScope, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    FIXED_NAMES,
    REFUSED_ALIKE,
    SCOPES_NAMED,
    TRUSTED_REALM,
    general,
    own,
)
from registry.providers.token_choice import TokenChoice
from registry.secret_kinds.kind import TokenKind

KINDS = (
    TokenKind(
        "with_email",
        "a login with an e-mail address",
        username=r"[^@]+@[^@]+",
        help="Docker Hub wants the Docker ID as user name, not an e-mail address.",
    ),
    TokenKind(
        "personal_access_token",
        "personal access token",
        r"dckr_pat_[A-Za-z0-9_-]{27}",
        known_by_shape=True,
        help="It works with the Docker ID of its owner only. Note its end date here.",
    ),
    TokenKind(
        "organization_access_token",
        "organization access token",
        r"dckr_oat_[A-Za-z0-9_-]{32}",
        known_by_shape=True,
        help="It works with the organization's name as user name only. Note its end date here.",
    ),
    TokenKind("perhaps_token", "access token", r"dckr_[a-z]+_\S+", telling=True),
    TokenKind(
        "perhaps_token",
        "access token or password",
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    TokenKind("password", "password"),
)
READING = frozenset({"repo:public_read", "repo:read", "repo:write", "repo:admin"})

PROVIDER = Provider(
    slug="docker_hub",
    label="Docker Hub",
    summary="Docker Hub, docker.io.",
    username_help=(
        "The Docker ID, not the e-mail address. For an organization access token the name of the "
        "organization."
    ),
    username_example="exampleco",
    secret_label="Access token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "For an organization, a token limited to the repositories that matter (Admin Console, "
        "Access tokens). For one person, a personal access token with the level Read-only to pull "
        "or Read & Write to push, and an end date, which is to be noted here as well: Docker Hub "
        "does not show it."
    ),
    recommended="a personal access token",
    fewer_rights="do_fewer_scopes",
    server_example="docker.io",
    repository_example="exampleco/app",
    token_page="https://app.docker.com/settings/personal-access-tokens",  # noqa: S106  # a page
    hosts=(r"registry-1\.docker\.io", r"dhi\.io"),
    cloud_server="docker.io",
    realms=(("registry-1.docker.io", "auth.docker.io"), ("dhi.io", "auth.docker.io")),
    kinds=KINDS,
    scopes=(
        ProviderScope("pull", "repo:read", READING, harmless=frozenset({"repo:public_read"})),
        ProviderScope("push", "repo:write", frozenset({"repo:write", "repo:admin"})),
    ),
    rules=RULES,
    username_causes=frozenset({"cause_hub_email", "cause_hub_username"}),
    push=Push.SPLIT,
    push_creates=False,
    apis=(HUB,),
    introspect=introspect,
    choices=(
        TokenChoice(
            "Organization access token",
            "The best one for servers and builds: it reaches only the repositories that you "
            "choose. Its user name is the organization's. Plans: Team or Business.",
            path="Organization → Admin Console → Access tokens",
        ),
        TokenChoice(
            "Personal access token",
            "For one person: it reaches every repository of the account. Read-only to pull, "
            "Read & Write to push.",
            path="Account settings → Personal access tokens",
        ),
    ),
    choice_notes=(
        "With two-factor authentication or single sign-on Docker Hub refuses the password: use a "
        "token.",
    ),
    outcomes=(
        *general(SCOPES_NAMED, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_hub_access"),
        *own(Outcome.EXPIRED, "do_hub_token"),
        *general(REFUSED_ALIKE, Outcome.REVOKED),
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *own(Outcome.THROTTLED, "do_hub_limit", "do_wait"),
        *own(Outcome.BANNED, "do_hub_ban", "do_wait_ban"),
        *general(TRUSTED_REALM, Outcome.DISTRUSTED_REALM),
    ),
    last_use=(
        "Docker Hub shows it to those who manage the tokens of the account or organization. A "
        "check cannot see it."
    ),
    facts_from=(
        "docs.docker.com (access tokens, Hub API), docker/cli pull request 4511, "
        "mongodb/kingfisher issue 202"
    ),
)
