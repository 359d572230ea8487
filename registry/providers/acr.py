"""Azure Container Registry.

What is different here:

- 403 comes from the network, a firewall rule or a private endpoint: the password is not verified.
- the sign-in's answer has `access_token` only; that token lists correctly what it grants.
- the secret of a service principal expires after a year unless its owner chose another time, and
  nothing in the secret shows it; every refusal has the same text, whatever the cause.
- the token that `az acr login --expose-token` prints, for the all-zero user name, lives some hours.
- a registry has no users of its own except the admin user, whose two passwords its owner can
  regenerate at any time.
- a repository-scoped token needs metadata/read in addition to content/read to list its tags.
"""

from datetime import timedelta

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.providers.provider import Provider, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    FIXED_NAMES,
    NO_LIMIT_KNOWN,
    NO_SCOPES,
    REFUSES_ALIKE,
    SIGNS_IN_ITSELF,
    general,
    own,
)
from registry.providers.token_choice import TokenChoice
from registry.rules.rule import ENTRY, EVERY_SIGN_IN, FIRST_SIGN_IN, PING, REPOSITORY, Rule
from registry.secret_kinds.expiry import jwt_end
from registry.secret_kinds.kind import JWT_PATTERN, TokenKind

GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
NOBODY_IN_PARTICULAR = r"0{8}-(?:0{4}-){3}0{12}"


def _network_rule(name: str, steps: frozenset[StepName], *, text: str = "") -> Rule:
    return Rule(
        name,
        steps,
        status=403,
        outcome=Outcome.BANNED,
        says="saw_network_rule",
        cause="cause_network_rule",
        advice=("do_allow_network",),
        text=text,
        overturns=True,
    )


def _says(
    name: str, *, text: str, outcome: Outcome, says: str, cause: str, advice: tuple[str, ...]
) -> Rule:
    """A 401 of the sign-in whose text names the reason."""
    return Rule(
        name,
        FIRST_SIGN_IN,
        status=401,
        outcome=outcome,
        says=says,
        cause=cause,
        advice=advice,
        text=text,
    )


RULES = (
    _network_rule("network_rule", PING | EVERY_SIGN_IN),
    _network_rule("network_rule_later", ENTRY | REPOSITORY, text="client with ip"),
    Rule("tags_hidden", REPOSITORY, status=401, outcome=None, says="saw_tags_hidden"),
    _says(
        "client_secret_expired",
        text="aadsts7000222",
        outcome=Outcome.EXPIRED,
        says="saw_token_expired",
        cause="cause_expired",
        advice=("do_new_client_secret",),
    ),
    _says(
        "refresh_token_expired",
        text="aadsts700082",
        outcome=Outcome.EXPIRED,
        says="saw_token_expired",
        cause="cause_expired",
        advice=("do_replace",),
    ),
    _says(
        "secret_id_pasted",
        text="aadsts7000215",
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_secret_id_pasted",
        advice=("do_new_client_secret",),
    ),
    _says(
        "principal_unknown",
        text="application not registered",
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_principal_unknown",
        advice=("do_client_id",),
    ),
    _says(
        "principal_no_id",
        text="client id must be guid",
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_principal_no_id",
        advice=("do_client_id",),
    ),
    _says(
        "principal_refused",
        text="invalid clientid or client secret",
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_principal",
        advice=("do_new_client_secret",),
    ),
    _says(
        "login_refused",
        text="",
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_azure",
        advice=("do_new_azure_password",),
    ),
)

PROVIDER = Provider(
    slug="acr",
    label="Azure Container Registry",
    summary="Registries of Microsoft Azure, NAME.azurecr.io.",
    username_help=(
        "The name of a repository-scoped token, or the client id of a service principal. The "
        "admin user is named like the registry."
    ),
    username_example="reader-token",
    secret_help=(  # noqa: S106  # a help text
        "Make a token under Tokens of the registry, with the scope map _repositories_pull (or "
        "_repositories_push) or one of your own for single repositories, and an end date. Leave "
        "the admin user switched off."
    ),
    recommended="a repository-scoped token",
    server_example="myregistry.azurecr.io",
    hosts=(r"[a-z0-9][a-z0-9-]{3,60}[a-z0-9]\.azurecr\.(?:io|us|cn)",),
    kinds=(
        TokenKind(
            "identity_token",
            "a login of az acr login",
            JWT_PATTERN,
            NOBODY_IN_PARTICULAR,
            ends=jwt_end,
            lives=timedelta(hours=3),
        ),
        TokenKind(
            "misnamed_identity_token",
            "a login of az acr login",
            JWT_PATTERN,
            ends=jwt_end,
            lives=timedelta(hours=3),
            fills="00000000-0000-0000-0000-000000000000",
            help="Its user name is 00000000-0000-0000-0000-000000000000.",
        ),
        TokenKind(
            "client_secret",
            "service principal's secret",
            r"[a-zA-Z0-9_~.]{3}\dQ~[a-zA-Z0-9_~.-]{31,34}",
            unmistakable=True,
        ),
        TokenKind(
            "generated",
            "password of a token or of the admin user",
            r"[a-zA-Z0-9+/]{42}\+ACR[a-zA-Z0-9]{6}",
            telling=True,
        ),
        TokenKind("client_secret", "service principal's secret", username=GUID),
    ),
    rules=RULES,
    username_causes=frozenset({"cause_principal_no_id"}),
    realm_path="/oauth2/token",
    push=Push.CLAIM,
    push_creates=False,
    token_page=(  # noqa: S106  # an address
        "https://learn.microsoft.com/azure/container-registry/"
        "container-registry-token-based-repository-permissions"
    ),
    choices=(
        TokenChoice(
            "Repository-scoped token",
            "The best one for servers and builds: its scope map names the repositories and what it "
            "may do there.",
            path="Registry → Repository permissions → Tokens",
        ),
        TokenChoice(
            "Service principal",
            "For several registries: its role is AcrPull to pull, AcrPush to push. Its user name "
            "is its client id.",
        ),
        TokenChoice("Login of az acr login", "Not this one: it expires after three hours."),
        TokenChoice(
            "Admin user", "Not this one: it has all rights on the registry. Leave it switched off."
        ),
    ),
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_azure_access"),
        *REFUSES_ALIKE,
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *general(NO_LIMIT_KNOWN, Outcome.THROTTLED),
        *general(SIGNS_IN_ITSELF, Outcome.DISTRUSTED_REALM),
    ),
    last_use="Azure Monitor has it, if the logs of the registry are kept. A check cannot see it.",
    facts_from="Azure's documentation and the registry team's notes at github.com/Azure/acr",
)
