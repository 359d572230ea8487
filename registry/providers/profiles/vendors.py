"""Vendors who serve images to their customers: Red Hat, NVIDIA, Cloudsmith, Chainguard.

From documentation, not tried. What is different here:

- Red Hat's sign-in host is sso.redhat.com; a user name has a number, a pipe and a name; nobody can
  push. registry.access.redhat.com needs no login, so a check cannot prove one there.
- NVIDIA NGC has one user name, $oauthtoken, which a shell expands in double quotes. A new key of
  the old kind revokes the previous one.
- Cloudsmith has keys of users and services, and entitlement tokens with limits, whose user name is
  token.
- Chainguard's pull token is an identity's id and a JWT that contains its end; nobody can push.
"""

from registry.outcome import Outcome
from registry.providers.profiles.rules import refused
from registry.providers.provider import Provider, Push
from registry.providers.reasons import (
    FIXED_NAMES,
    NO_LIMITS,
    NO_SCOPES,
    NOBODY_KNOWN,
    OWNER_GRANTS,
    PULL_ONLY,
    REALM_UNKNOWN,
    REFUSES_ALIKE,
    TRUSTED_REALM,
    general,
    own,
)
from registry.rules.rule import FIRST_SIGN_IN, Rule
from registry.secret_kinds.expiry import jwt_end
from registry.secret_kinds.kind import JWT_PATTERN, TokenKind

RED_HAT = Provider(
    slug="redhat",
    label="Red Hat registry",
    summary="registry.redhat.io and registry.connect.redhat.com.",
    username_help="A registry service account's number, a pipe and its name; quote it in a shell.",
    username_example="1234567|reader",
    secret_label="Token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make a registry service account at access.redhat.com/terms-based-registry; it can only "
        "pull. Regenerating its token ends the previous one."
    ),
    recommended="a registry service account",
    server_example="registry.redhat.io",
    repository_example="ubi9/ubi",
    hosts=(r"registry\.(?:redhat\.io|connect\.redhat\.com|access\.redhat\.com)",),
    realms=(
        ("registry.redhat.io", "sso.redhat.com"),
        ("registry.connect.redhat.com", "sso.redhat.com"),
    ),
    kinds=(
        TokenKind("service_account", "registry service account", JWT_PATTERN, ends=jwt_end),
        TokenKind("password", "password"),
    ),
    rules=(refused(cause="cause_rejected_redhat", advice=("do_service_account",)),),
    push=Push.NEVER,
    token_page="https://access.redhat.com/terms-based-registry/",  # noqa: S106  # an address
    outcomes=(
        *general(PULL_ONLY, Outcome.MISSING_SCOPE),
        *general(OWNER_GRANTS, Outcome.NO_ACCESS),
        *own(Outcome.EXPIRED, "do_service_account"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *own(Outcome.WRONG_SERVER, "do_redhat_server"),
        *NO_LIMITS,
        *general(TRUSTED_REALM, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Red Hat's documentation",
)

NVIDIA = Provider(
    slug="nvidia",
    label="NVIDIA NGC",
    summary="NVIDIA's registry, nvcr.io.",
    username_help="Always the literal text $oauthtoken.",
    username_example="$oauthtoken",
    usual_username="$oauthtoken",
    secret_label="Key",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make a personal or service key under Setup > Keys with the services NGC Catalog and "
        "Private Registry only, and an end date."
    ),
    recommended="a service key",
    server_example="nvcr.io",
    repository_example="organization/app",
    cloud_server="nvcr.io",
    hosts=(r"nvcr\.io",),
    kinds=(
        TokenKind(
            "misnamed_key",
            "key",
            r"nvapi-[A-Za-z0-9_-]{64}",
            r"(?!\$oauthtoken$).*",
            telling=True,
            fills="$oauthtoken",
            help="Its user name is the literal text $oauthtoken.",
        ),
        TokenKind("key", "key", r"nvapi-[A-Za-z0-9_-]{64}", telling=True),
        TokenKind("old_key", "key of the old kind", r"[A-Za-z0-9]{84}"),
    ),
    rules=(
        Rule(
            "misnamed",
            FIRST_SIGN_IN,
            status=401,
            outcome=Outcome.REJECTED,
            says="saw_refused",
            cause="cause_ngc_username",
            advice=("do_ngc_username",),
            kinds=frozenset({"misnamed_key"}),
        ),
        refused(cause="cause_rejected_nvidia", advice=("do_new_key",)),
    ),
    username_causes=frozenset({"cause_ngc_username"}),
    push=Push.UNSEEN,
    token_page="https://docs.nvidia.com/ngc/latest/ngc-user-guide.html",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_ngc_access"),
        *own(Outcome.EXPIRED, "do_new_key"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="NVIDIA's documentation",
)

CLOUDSMITH = Provider(
    slug="cloudsmith",
    label="Cloudsmith",
    summary="Cloudsmith's Docker registries, docker.cloudsmith.io.",
    username_help="The slug of the user or service, or the word token for an entitlement token.",
    username_example="ci-reader-x1y2",
    secret_label="Key",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make a service account with Read (to pull) or Write (to push) on the one repository and "
        "use its API key."
    ),
    recommended="a service account",
    server_example="docker.cloudsmith.io",
    repository_example="organization/repository/app",
    cloud_server="docker.cloudsmith.io",
    hosts=(r"docker\.cloudsmith\.io",),
    kinds=(
        TokenKind("entitlement_token", "entitlement token", username=r"token"),
        TokenKind("short_token", "short-lived token", JWT_PATTERN, ends=jwt_end),
        TokenKind("api_key", "API key", r"[0-9a-f]{40}"),
    ),
    rules=(refused(cause="cause_rejected_cloudsmith", advice=("do_new_key",)),),
    push=Push.UNSEEN,
    token_page="https://help.cloudsmith.io/docs/docker-registry",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_cloudsmith_access"),
        *own(Outcome.EXPIRED, "do_new_key"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Cloudsmith's documentation",
)

CHAINGUARD = Provider(
    slug="chainguard",
    label="Chainguard",
    summary="Chainguard's registry, cgr.dev.",
    username_help="The identity's id, as “chainctl auth pull-token” prints it.",
    username_example="45a0…/3b1c…",
    secret_label="Pull token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make one with “chainctl auth pull-token --ttl” and the life you need; without it a token "
        "lives 30 days. It can only pull."
    ),
    recommended="a pull token",
    server_example="cgr.dev",
    repository_example="organization/app",
    cloud_server="cgr.dev",
    hosts=(r"cgr\.dev",),
    kinds=(TokenKind("pull_token", "pull token", JWT_PATTERN, ends=jwt_end),),
    rules=(refused(cause="cause_rejected_chainguard", advice=("do_pull_token",)),),
    push=Push.NEVER,
    token_page="https://edu.chainguard.dev/chainguard/chainguard-registry/authenticating/",  # noqa: S106  # an address
    outcomes=(
        *general(PULL_ONLY, Outcome.MISSING_SCOPE),
        *general(OWNER_GRANTS, Outcome.NO_ACCESS),
        *own(Outcome.EXPIRED, "do_pull_token"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Chainguard's documentation",
)

PROFILES = (RED_HAT, NVIDIA, CLOUDSMITH, CHAINGUARD)
