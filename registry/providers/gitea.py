"""Gitea, Forgejo and Codeberg.

What is different here:

- the answer has two challenges, Bearer and Basic, in one header line or in two.
- a sign-in without a login also gets a token, for the anonymous user (user -1): 200 alone proves
  nothing, so the check reads the token.
- its token does not list what it grants: it has the user's id and, from newer servers, the scopes
  of the access token (`read:package`, `write:package`). A password has no scopes.
- a token without a package scope signs in like any other; the repository refuses it with the same
  plain text as for a repository of another owner.
- if the account may push to one repository depends on the repository's owner; no sign-in shows it.
- a server with a wrong ROOT_URL names a sign-in host that is not its own.
"""

from registry.conversation import Conversation
from registry.outcome import Outcome
from registry.protocol.json_reader import JsonReader
from registry.protocol.jwt import read_payload
from registry.providers.provider import Provider, ProviderScope, Push
from registry.providers.reasons import ALWAYS_ASKS, NO_LIMITS, REFUSES_ALIKE, general, own
from registry.providers.token_choice import TokenChoice
from registry.providers.token_links import on_server
from registry.rules.own import NOBODY
from registry.rules.rule import ENTRY, FIRST_SIGN_IN, REPOSITORY, Rule
from registry.secret import Secret
from registry.secret_kinds.kind import TokenKind

GHOST = -1
EVERYTHING = frozenset({"all", "sudo", "package"})
NO_RIGHT = "user should have specific permission"

NO_PACKAGE_RIGHT = Rule(
    "no_package_right",
    FIRST_SIGN_IN | ENTRY,
    status=401,
    outcome=Outcome.MISSING_SCOPE,
    says="saw_no_package_right",
    cause="cause_no_package_right",
    advice=("do_new_package_token",),
    text=NO_RIGHT,
)
RULES = (
    NO_PACKAGE_RIGHT,
    Rule(
        "login_refused",
        FIRST_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_gitea",
        advice=("do_new_package_token",),
    ),
    Rule(
        "not_permitted",
        REPOSITORY,
        status=401,
        outcome=Outcome.NO_ACCESS,
        says="saw_repository_denied",
        cause="cause_no_access",
        advice=("do_check_package_access",),
        text=NO_RIGHT,
    ),
    Rule(
        "public_only",
        REPOSITORY,
        status=403,
        outcome=Outcome.MISSING_SCOPE,
        says="saw_public_only",
        cause="cause_public_only",
        advice=("do_new_package_token",),
        text="limited to public packages",
    ),
)
SCOPES = (
    ProviderScope(
        "pull",
        "read:package",
        EVERYTHING | {"read:package", "write:package"},
        harmless=frozenset({"public-only"}),
    ),
    ProviderScope("push", "write:package", EVERYTHING | {"write:package"}),
)


def read_token(conversation: Conversation, token: Secret) -> bool:
    """Record the scopes in the token; return True if the check continues.

    It ends if the token belongs to the anonymous user or has no package scope.
    """
    payload = JsonReader(read_payload(token) or {})
    if payload.number("UserID") == GHOST:
        conversation.refine("saw_nobody", NOBODY)
        return False
    words = JsonReader({"scopes": payload.text("Scope").split(",")}).words("scopes")
    if not words:
        return True
    conversation.record_facts(scopes=frozenset(words))
    if SCOPES[0].enough.isdisjoint(words):
        conversation.refine("saw_no_package_right", NO_PACKAGE_RIGHT)
        return False
    return True


PROVIDER = Provider(
    slug="gitea",
    label="Gitea, Forgejo",
    summary="Gitea and Forgejo on a server of your own, and Codeberg.",
    username_help="The user name of the person or bot whose token it is.",
    username_example="build-bot",
    secret_label="Access token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make an access token under Settings > Applications, with package: Read to pull or "
        "package: Read and Write to push, and nothing else."
    ),
    recommended="an access token",
    fewer_rights="do_fewer_scopes",
    server_example="codeberg.org",
    hosts=(r"codeberg\.org",),
    kinds=(
        TokenKind("access_token", "access token", r"[0-9a-f]{40}"),
        TokenKind("password", "password or job token"),
    ),
    scopes=SCOPES,
    rules=RULES,
    realm_path="/v2/token",
    service="container_registry",
    push=Push.SCOPES,
    read_token=read_token,
    token_form=on_server("/user/settings/applications"),
    token_page="https://docs.gitea.com/usage/packages/container",  # noqa: S106  # an address
    choices=(
        TokenChoice(
            "Access token",
            "The one to store: package: Read to pull, package: Read and Write to push. It has the "
            "rights of its account, so make it with a bot's account.",
            path="Settings → Applications → Generate token",
        ),
        TokenChoice(
            "Job token",
            "Store nothing: each job of its Actions has its own. It ends with its job.",
        ),
    ),
    outcomes=(
        *own(Outcome.EXPIRED, "do_new_package_token"),
        *REFUSES_ALIKE,
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *own(Outcome.WRONG_SERVER, "do_gitea_server"),
        *NO_LIMITS,
        *own(Outcome.DISTRUSTED_REALM, "do_gitea_realm", "do_trust_realm"),
    ),
    facts_from="Gitea's own source (routers/api/packages, services/packages) and documentation",
)
