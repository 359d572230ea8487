"""GitLab's container registry, on GitLab.com and self-managed.

What is different here:

- two doors know different things: the token API tells expired from revoked from unknown and names
  scopes and end date; the sign-in answers every bad login with one and the same 401 and counts it
  towards a ban of the address. So tokens go to the API first, and a dead one no further.
- a sign-in that asks for push creates the repository when there is none: push is judged from scopes
  and role, and asked for only of a repository that exists.
- 403 "access forbidden" means alive without any registry scope, or that the login never arrived;
  a made-up job token, which must get 401 and is never counted, tells the two apart.
- an end date is 00:00 UTC of that day: the day before is the last on which the token works.

Facts: GitLab documentation and sources, versions 17 to 19.
"""

from registry.damage import is_damaged_routable_token
from registry.kinds import TokenKind
from registry.providers.gitlab_api import introspect, reach
from registry.providers.gitlab_refusals import REFUSALS
from registry.providers.profile import Provider, Role, Scope

_BEFORE = r"(?:[A-Za-z0-9_.-]+-)?"  # an administrator may put a prefix of their own in front


def _useless(prefix: str, label: str) -> TokenKind:
    return TokenKind(prefix.strip("-"), label, _BEFORE + prefix + r".+", useless=True)


KINDS = (
    TokenKind(
        "access_token",
        "personal, project or group access token",
        _BEFORE + r"glpat-\S+",
        damaged=is_damaged_routable_token,
    ),
    TokenKind("deploy_token", "deploy token", _BEFORE + r"gldt-\S+"),
    TokenKind("job_token", "CI job token", _BEFORE + r"glcbt-\S+"),
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
    TokenKind("session", "a browser session", r"_gitlab_session=.+", useless=True),
    TokenKind("job_token", "CI job token", username=r"gitlab-ci-token"),
    TokenKind("deploy_token", "deploy token", username=r"gitlab\+deploy-token-\d+"),
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
    server_example="registry.gitlab.com",
    repository_example="group/project",
    hosts=(r"registry\.gitlab\.com",),
    realms=(("registry.gitlab.com", "gitlab.com"),),
    kinds=KINDS,
    scopes=(
        Scope("pull", "read_registry", frozenset({"api", "read_api", "read_registry"})),
        Scope("push", "write_registry", frozenset({"api", "write_registry"})),
    ),
    roles=(Role("pull", 20, "Reporter"), Role("push", 30, "Developer")),
    refusals=REFUSALS,
    canary_username="gitlab-ci-token",
    scope_at_once=True,
    realm_path="/jwt/auth",
    service="container_registry",
    introspect=introspect,
    reach=reach,
)
