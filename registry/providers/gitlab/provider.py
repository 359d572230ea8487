"""GitLab's container registry, on GitLab.com and self-managed.

What is different here:

- two doors know different things: the token API tells expired from revoked from unknown and names
  scopes and end date; the sign-in answers every bad login with one and the same 401 and counts it
  towards a ban of the address. So tokens go to the API first, and a dead one no further.
- a sign-in that asks for push creates the repository when there is none: push is judged from scopes
  and role, and asked for only of a repository that exists.
- 403 "access forbidden" means alive without any registry scope, or that the login never arrived;
  a made-up job token, which must get 401 and is never counted, tells the two apart.
- who does not sign in may still pull what is public: a token whose `auth_type` is none proves that
  the login never arrived, and nothing about the login.
- a sign-in's token lives 5 minutes, on GitLab.com 15: a push that takes longer breaks off.
- a job's token, which is also what CI_REGISTRY_USER goes with, dies with its job.
- an end date is 00:00 UTC of that day: the day before is the last on which the token works.

Facts: GitLab documentation and sources, versions 17 to 19.
"""

from registry.conversation import Conversation
from registry.protocol.jwt import read_claims
from registry.providers.gitlab.api import introspect, reach
from registry.providers.gitlab.rules import LOGIN_LOST, RULES
from registry.providers.provider import AccessLevel, Provider, ProviderScope, TokenWish
from registry.providers.token_links import filled, web_of
from registry.secret import Secret
from registry.secret_kinds.checksum import is_damaged_routable_token
from registry.secret_kinds.kind import TokenKind

_DEPLOY_HELP = (
    "It needs its own user name, gitlab+deploy-token-N or the one that was chosen. GitLab does "
    "not tell when it ends: note its expiry date here."
)
_JOB = "its job"
_JOB_HELP = "It dies with its job: store a deploy token instead."
_JOB_USER = r"gitlab-ci-token|\$?\{?CI_REGISTRY_USER\}?"
READING = frozenset({"api", "read_api", "read_registry"})
# An administrator may put a prefix of their own in front, of at most 20 characters each; without
# a limit a long text full of dashes takes seconds to tell from a token.
_BEFORE = r"(?:[A-Za-z0-9_.-]{1,60}-)?"


def _useless(prefix: str, label: str) -> TokenKind:
    return TokenKind(prefix.strip("-"), label, _BEFORE + prefix + r".+", useless=True, telling=True)


def _token_form(wish: TokenWish) -> str:
    """The page of personal access tokens takes name and scopes (doc/user/profile, 16.8)."""
    web = web_of(wish, product="gitlab")
    page = f"{web}/-/user_settings/personal_access_tokens"
    return filled(page, name=wish.name, scopes=",".join(wish.scopes)) if web else ""


def read_token(conversation: Conversation, token: Secret) -> bool:
    """Gives whether the token was bought by the login, and not by anybody at all."""
    claims = read_claims(token)
    if claims is None or claims.auth_type != "none":
        return True
    conversation.refine("saw_nobody", LOGIN_LOST)
    return False


KINDS = (
    TokenKind(
        "access_token",
        "personal, project or group access token",
        _BEFORE + r"glpat-\S+",
        damaged=is_damaged_routable_token,
        telling=True,
        help="Any user name will do. One of a project or group belongs to no person.",
    ),
    TokenKind(
        "deploy_token", "deploy token", _BEFORE + r"gldt-\S+", telling=True, help=_DEPLOY_HELP
    ),
    TokenKind(
        "job_token",
        "CI job token",
        _BEFORE + r"glcbt-\S+",
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
        "write_registry besides to push."
    ),
    recommended="a deploy token",
    fewer_rights="do_fewer_scopes",
    token_life="do_raise_token_life",  # noqa: S106  # the key of an advice
    server_example="registry.gitlab.com",
    repository_example="group/project",
    hosts=(r"registry\.gitlab\.com",),
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
    token_form=_token_form,
    facts_from="GitLab's documentation and sources, versions 17 to 19",
)
