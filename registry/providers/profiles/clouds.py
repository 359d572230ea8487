"""Clouds of Europe and America: DigitalOcean, Scaleway, IBM Cloud, Oracle Cloud.

From documentation, not tried. What is different here:

- DigitalOcean accepts the token as user name and as password. Logins that `doctl registry login`
  creates expire after 30 days and may push; those of `doctl registry docker-config` may pull only
  and do not expire.
- Scaleway's sign-in host is api.scaleway.com; it accepts any user name; the password is a secret
  key.
- IBM refuses a bad login with 400, not 401, and requires fixed words as user names.
- Oracle requires an auth token, and the tenancy's namespace before the user name; its answer to a
  login without rights says that anonymous users may only read what is public, and so does its
  answer to a wrong token at a sign-in that names no repository.
"""

from datetime import timedelta

from registry.outcome import Outcome
from registry.providers.profiles.rules import UUID, refused
from registry.providers.provider import Provider, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    FIXED_NAMES,
    NO_LIMITS,
    NO_SCOPES,
    NOBODY_KNOWN,
    REALM_UNKNOWN,
    REFUSES_ALIKE,
    TRUSTED_REALM,
    general,
    own,
)
from registry.rules.rule import EVERY_SIGN_IN, FIRST_SIGN_IN, LATER_SIGN_IN, REPOSITORY, Rule
from registry.secret_kinds.expiry import jwt_end
from registry.secret_kinds.kind import JWT_PATTERN, TokenKind

AN_HOUR = timedelta(hours=1)

DIGITALOCEAN = Provider(
    slug="digitalocean",
    label="DigitalOcean",
    summary="DigitalOcean's container registry.",
    username_help="The token once more, or the e-mail address of the account.",
    username_example="dop_v1_…",
    secret_label="Token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make one with “doctl registry docker-config”, --expiry-seconds for an end, --read-write "
        "only if it pushes; or under API > Tokens with the scope registry: read alone."
    ),
    server_example="registry.digitalocean.com",
    repository_example="registry/app",
    cloud_server="registry.digitalocean.com",
    hosts=(r"registry\.digitalocean\.com",),
    realms=(("registry.digitalocean.com", "api.digitalocean.com"),),
    kinds=(TokenKind("token", "API token", r"do[por]_v1_[a-f0-9]{64}", telling=True),),
    rules=(refused(cause="cause_rejected_digitalocean", advice=("do_new_key",)),),
    push=Push.UNSEEN,
    token_page="https://docs.digitalocean.com/reference/doctl/reference/registry/docker-config/",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_digitalocean_access"),
        *own(Outcome.EXPIRED, "do_digitalocean_token"),
        *REFUSES_ALIKE,
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(TRUSTED_REALM, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="DigitalOcean's documentation, API description and command-line tool",
)

SCALEWAY_REGIONS = ("fr-par", "nl-ams", "pl-waw")
SCALEWAY = Provider(
    slug="scaleway",
    label="Scaleway",
    summary="Scaleway's container registry, rg.REGION.scw.cloud.",
    username_help="Any word; nologin is usual.",
    username_example="nologin",
    usual_username="nologin",
    secret_label="Secret key",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make an IAM application with a policy of ContainerRegistryReadOnly (to pull) or "
        "ContainerRegistryFullAccess (to push) and an API key with an end date; paste its secret "
        "key."
    ),
    recommended="an API key of an application",
    server_example="rg.fr-par.scw.cloud",
    repository_example="namespace/app",
    hosts=(r"rg\.[a-z]{2}-[a-z]{3}\.scw\.cloud",),
    realms=tuple((f"rg.{region}.scw.cloud", "api.scaleway.com") for region in SCALEWAY_REGIONS),
    kinds=(TokenKind("secret_key", "secret key", UUID),),
    rules=(refused(cause="cause_rejected_scaleway", advice=("do_new_key",)),),
    push=Push.UNSEEN,
    token_page="https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_scaleway_access"),
        *own(Outcome.EXPIRED, "do_scaleway_key"),
        *REFUSES_ALIKE,
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(TRUSTED_REALM, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Scaleway's documentation and programs that use its sign-in",
)

IBM = Provider(
    slug="ibm",
    label="IBM Cloud",
    summary="IBM Cloud Container Registry, icr.io.",
    username_help="iamapikey for an API key, iambearer for a token, cp for an entitlement key.",
    username_example="iamapikey",
    usual_username="iamapikey",
    secret_label="API key",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make a service ID, give it Reader, and also Writer if it pushes, on the one "
        "namespace of the Container Registry, and make an API key for it."
    ),
    recommended="an API key of a service ID",
    server_example="de.icr.io",
    repository_example="namespace/app",
    hosts=(r"(?:private\.)?(?:(?:au|br|ca|ca2|de|es|uk|in|in2|jp|jp2|us|cp)\.)?icr\.io",),
    kinds=(
        TokenKind("iam_token", "IAM token", JWT_PATTERN, r"iambearer", ends=jwt_end, lives=AN_HOUR),
        TokenKind("refresh_token", "login of ibmcloud cr login", username=r"iamrefresh"),
        TokenKind("api_key", "API key", r"[A-Za-z0-9_-]{44}", r"iamapikey"),
        TokenKind("entitlement_key", "entitlement key", username=r"cp"),
    ),
    rules=(
        refused(cause="cause_rejected_ibm", status=400, advice=("do_api_key",)),
        *(
            Rule(
                f"policy_lacking_{status}",
                EVERY_SIGN_IN | REPOSITORY,
                status=status,
                outcome=Outcome.NO_ACCESS,
                says="saw_repository_denied",
                cause="cause_no_access_ibm",
                advice=("do_check_policy",),
                text=text,
            )
            for status, text in ((401, "insufficient scope"), (403, "not authorized to access"))
        ),
    ),
    push=Push.UNSEEN,
    token_page="https://cloud.ibm.com/docs/Registry?topic=Registry-registry_access",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.EXPIRED, "do_api_key"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="IBM Cloud's documentation",
)

ORACLE = Provider(
    slug="oracle",
    label="Oracle Cloud",
    summary="Oracle Cloud Infrastructure Registry, ocir.io.",
    username_help=(
        "The tenancy's namespace, a slash and the user; with a domain: namespace/domain/user."
    ),
    username_example="namespace/user",
    secret_label="Auth token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make an auth token in the settings of a user for whom a policy allows to read repos (to "
        "pull) or to use repos (to push) in one compartment. The console's password never works."
    ),
    recommended="an auth token",
    server_example="fra.ocir.io",
    repository_example="namespace/app",
    hosts=(
        r"[a-z]{3,4}\.ocir\.io",
        r"[a-z]{2}(?:-[a-z]+){1,2}-[0-9]{1,2}\.ocir\.io",
        r"ocir\.[a-z0-9-]+\.oci\.oracle(?:gov)?cloud\.(?:com|uk|eu)",
    ),
    kinds=(
        TokenKind(
            "bearer_token",
            "token of an hour",
            JWT_PATTERN,
            r"BEARER_TOKEN",
            ends=jwt_end,
            lives=AN_HOUR,
        ),
        TokenKind("auth_token", "auth token"),
    ),
    rules=(
        Rule(
            "anonymous_at_sign_in",
            FIRST_SIGN_IN,
            status=403,
            outcome=Outcome.REJECTED,
            says="saw_refused",
            cause="cause_rejected_oracle",
            advice=("do_auth_token",),
            text="anonymous users are only allowed",
        ),
        Rule(
            "anonymous_only",
            LATER_SIGN_IN | REPOSITORY,
            status=403,
            outcome=Outcome.NO_ACCESS,
            says="saw_repository_denied",
            cause="cause_no_access_oracle",
            advice=("do_check_policy",),
            text="anonymous users are only allowed",
        ),
        refused(cause="cause_rejected_oracle", advice=("do_auth_token",)),
    ),
    push=Push.UNSEEN,
    token_page="https://docs.oracle.com/iaas/Content/Registry/Tasks/registrygettingauthtoken.htm",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.EXPIRED, "do_auth_token"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Oracle's documentation",
)

PROFILES = (DIGITALOCEAN, SCALEWAY, IBM, ORACLE)
