"""GitLab's container registry, on GitLab.com and self-managed.

What is different here:

- the token API distinguishes expired, revoked and unknown tokens and names scopes and end date; the
  sign-in answers every bad login with the same 401 and counts it towards a ban of the IP address.
  So a check sends a token to the API first, and to the sign-in only if the API does not refuse it.
- a sign-in that asks for push creates a missing repository: the right to push follows from scopes
  and role, and a check asks for push only if the repository exists.
- 403 "access forbidden" means that the token is active without any registry scope, or that the
  login did not arrive; a made-up job token shows which: it must get 401, and never counts.
- everybody may pull what is public, without a sign-in: a token whose `auth_type` is none proves
  that the login did not arrive, and nothing about the login.
- a sign-in's token lives 5 minutes, on GitLab.com 15: a push that takes longer fails.
- a job's token, which CI_REGISTRY_USER is the user name of, expires with its job.
- an end date means 00:00 UTC of that day: the day before is the last on which the token works.

Facts: GitLab documentation and sources, versions 17 to 19.
"""

from registry.conversation import Conversation
from registry.outcome import Outcome
from registry.protocol.jwt import read_claims
from registry.providers.gitlab.api import introspect, reach
from registry.providers.gitlab.checksum import is_damaged_routable_token
from registry.providers.gitlab.choices import CHOICES, NOTES
from registry.providers.gitlab.rules import LOGIN_LOST, RULES
from registry.providers.provider import AccessLevel, Provider, ProviderScope
from registry.providers.reasons import ALWAYS_ASKS, ROLES_NAMED, SCOPES_NAMED, general, own
from registry.secret import Secret
from registry.secret_kinds.kind import TokenKind

_DEPLOY_HELP = (
    "It needs its own user name, gitlab+deploy-token-N or the one that was chosen. GitLab does "
    "not say when it ends: note its expiry date here."
)
_JOB = "its job"
_JOB_HELP = "It ends with its job: store a deploy token instead."
_JOB_USER = r"gitlab-ci-token|\$?\{?CI_REGISTRY_USER\}?"
READING = frozenset({"api", "read_api", "read_registry"})
# An administrator may configure prefixes, of at most 20 characters each. Without a limit, matching
# a long text full of dashes takes seconds.
_PREFIX = r"(?:[A-Za-z0-9_.-]{1,60}-)?"


def _useless(prefix: str, label: str) -> TokenKind:
    return TokenKind(prefix.strip("-"), label, _PREFIX + prefix + r".+", useless=True, telling=True)


def read_token(conversation: Conversation, token: Secret) -> bool:
    """Return True if the sign-in saw the login, False if it issued an anonymous token."""
    claims = read_claims(token)
    if claims is None or claims.auth_type != "none":
        return True
    conversation.refine("saw_nobody", LOGIN_LOST)
    return False


KINDS = (
    TokenKind(
        "access_token",
        "personal, project or group access token",
        _PREFIX + r"glpat-\S+",
        damaged=is_damaged_routable_token,
        telling=True,
        help="Any user name will do. One of a project or group belongs to no person.",
    ),
    TokenKind(
        "deploy_token", "deploy token", _PREFIX + r"gldt-\S+", telling=True, help=_DEPLOY_HELP
    ),
    TokenKind(
        "job_token",
        "CI job token",
        _PREFIX + r"glcbt-\S+",
        dies_with=_JOB,
        telling=True,
        help=_JOB_HELP,
    ),
    _useless("gloas-", "the secret of an OAuth application"),
    _useless("glrt-", "a runner's token"),
    _useless("glrtr-", "a runner's registration token"),
    _useless("GR1348941", "a runner's registration token"),
    _useless("glptt-", "a pipeline trigger token"),
    _useless("glft-", "a feed token"),
    _useless("glimt-", "an incoming mail token"),
    _useless("glagent-", "a token of the Kubernetes agent"),
    _useless("glsoat-", "a SCIM token"),
    _useless("glffct-", "a feature flags token"),
    _useless("glwt-", "a workspace token"),
    TokenKind("session", "a browser session", r"_gitlab_session=.+", useless=True, telling=True),
    TokenKind(
        "job_token",
        "CI job token",
        username=_JOB_USER,
        dies_with=_JOB,
        telling=True,
        help=_JOB_HELP,
    ),
    TokenKind(
        "deploy_token", "deploy token", username=r"gitlab\+deploy-token-\d+", help=_DEPLOY_HELP
    ),
    TokenKind("perhaps_token", "access token or password", r"[A-Za-z0-9_.=-]{16,}"),
    TokenKind("password", "password"),
)

PROVIDER = Provider(
    slug="gitlab",
    label="GitLab",
    summary="GitLab.com and self-managed GitLab.",
    username_help=(
        "For a deploy token its own user name, gitlab+deploy-token-N or the one that was chosen. "
        "For an access token any name will do."
    ),
    username_example="gitlab+deploy-token-17",
    secret_label="Token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Best a deploy token of the project or group, with read_registry to pull and "
        "also write_registry to push."
    ),
    recommended="a deploy token",
    fewer_rights="do_fewer_scopes",
    token_life="do_raise_token_life",  # noqa: S106  # the key of an advice
    server_example="registry.gitlab.com",
    repository_example="group/project",
    hosts=(r"registry\.gitlab\.com",),
    web_hosts=(("gitlab.com", "registry.gitlab.com"), ("www.gitlab.com", "registry.gitlab.com")),
    cloud_server="registry.gitlab.com",
    self_hosted=True,
    realms=(("registry.gitlab.com", "gitlab.com"),),
    kinds=KINDS,
    scopes=(
        ProviderScope("pull", "read_registry", READING, harmless=frozenset({"self_rotate"})),
        ProviderScope("push", "write_registry", frozenset({"api", "write_registry"})),
    ),
    roles=(AccessLevel("pull", 20, "Reporter"), AccessLevel("push", 30, "Developer")),
    rules=RULES,
    probe_username="gitlab-ci-token",
    scope_at_once=True,
    realm_path="/jwt/auth",
    service="container_registry",
    introspect=introspect,
    reach=reach,
    read_token=read_token,
    token_page="https://docs.gitlab.com/user/project/deploy_tokens/",  # noqa: S106  # an address
    choices=CHOICES,
    choice_notes=NOTES,
    outcomes=(
        *general(SCOPES_NAMED, Outcome.MISSING_SCOPE, Outcome.EXPIRED),
        *general(ROLES_NAMED, Outcome.NO_ACCESS),
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *own(Outcome.THROTTLED, "do_gitlab_limits", "do_wait"),
        *own(Outcome.BANNED, "do_gitlab_ban", "do_wait_ban"),
        *own(Outcome.DISTRUSTED_REALM, "do_gitlab_realm", "do_trust_realm"),
    ),
    last_use=(
        "For access tokens a check reads the time, and the latest addresses if the server keeps "
        "them. For deploy tokens, job tokens and passwords GitLab tells nothing. Our own checks "
        "are uses, too: often only an address that is not ours shows that somebody else uses the "
        "token."
    ),
    facts_from="GitLab's documentation and sources, versions 17 to 19",
)
