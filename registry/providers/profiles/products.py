"""Products that companies run themselves: JFrog Artifactory and Sonatype Nexus.

From documentation, not tried. What is different here:

- Artifactory answers 406 to a sign-in without a login, and 400 at `/v2/` if the proxy in front does
  not say which repository is meant; one host may serve many registries, by
  port, subdomain or path. An identity token is a JWT or a reference of 64 characters. The tokens of
  its sign-in are opaque.
- Nexus answers 404 on a port that has no Docker connector.
- Nexus accepts a password at the sign-in even if it requires a user token for images: only a
  repository shows that. A user token consists of two codes, one for each field.
"""

from registry.outcome import Outcome
from registry.providers.profiles.rules import refused
from registry.providers.provider import ANY_SERVICE, Provider, Push
from registry.providers.reasons import (
    NO_LIMITS,
    NO_SCOPES,
    REALM_UNKNOWN,
    REFUSES_ALIKE,
    general,
    own,
)
from registry.rules.rule import FIRST_SIGN_IN, PING, REPOSITORY, Rule
from registry.secret_kinds.expiry import jwt_end
from registry.secret_kinds.kind import JWT_PATTERN, TokenKind

ARTIFACTORY = Provider(
    slug="artifactory",
    label="JFrog Artifactory",
    summary="Artifactory at jfrog.io and on servers of your own.",
    username_help="The user whose token it is; scoped tokens name it in their subject.",
    username_example="ci-reader",
    secret_label="Token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make a scoped token under User Management > Access Tokens for a group that has Read (to "
        "pull) or Read and Deploy/Cache (to push) on the one Docker repository, with an end date."
    ),
    recommended="a scoped token",
    server_example="example.jfrog.io",
    repository_example="docker-local/app",
    hosts=(r"(?:.+\.)?jfrog\.io",),
    kinds=(
        TokenKind("access_token", "access token", JWT_PATTERN, ends=jwt_end, unmistakable=True),
        TokenKind(
            "reference_token",
            "identity or reference token",
            r"cmVmdGtu[A-Za-z0-9]{56}",
            unmistakable=True,
        ),
        TokenKind(
            "api_key",
            "API key, out of use since 2024",
            r"AKCp[A-Za-z0-9]{69}",
            unmistakable=True,
        ),
        TokenKind("password", "password"),
    ),
    rules=(
        Rule(
            "login_lost",
            FIRST_SIGN_IN,
            status=406,
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_nobody",
            cause="cause_nobody",
            advice=("do_ask_administrator",),
        ),
        Rule(
            "repository_untold",
            PING,
            status=400,
            outcome=Outcome.WRONG_SERVER,
            says="saw_not_a_registry",
            cause="cause_artifactory_repository",
            advice=("do_artifactory_proxy",),
        ),
        Rule(
            "api_key_over",
            FIRST_SIGN_IN,
            status=401,
            outcome=Outcome.REJECTED,
            says="saw_refused",
            cause="cause_api_key_over",
            advice=("do_identity_token",),
            kinds=frozenset({"api_key"}),
        ),
        refused(cause="cause_rejected_artifactory", advice=("do_identity_token",)),
    ),
    realm_path=r"/api/docker/[^/]+/v2/token",
    service=ANY_SERVICE,
    push=Push.UNSEEN,
    token_page="https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_artifactory_access"),
        *own(Outcome.EXPIRED, "do_identity_token"),
        *REFUSES_ALIKE,
        *own(Outcome.UNPROVED, "do_artifactory_anonymous"),
        *own(Outcome.WRONG_SERVER, "do_artifactory_server"),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="JFrog's documentation",
)

NEXUS = Provider(
    slug="nexus",
    label="Sonatype Nexus Repository",
    summary="Nexus Repository on a server of your own.",
    username_help="The user's name, or the name code of a user token.",
    username_example="ci-reader",
    secret_help=(  # noqa: S106  # a help text
        "Best a user of its own for each consumer, with a role that has browse and read on the "
        "one Docker repository, and also add and edit if it pushes; or the pass code of a "
        "user token."
    ),
    recommended="a user token",
    server_example="docker.nexus.example.org",
    kinds=(TokenKind("account", "password or pass code"),),
    rules=(
        refused(cause="cause_rejected_nexus", advice=("do_check_nexus",)),
        Rule(
            "no_connector",
            PING,
            status=404,
            outcome=Outcome.WRONG_SERVER,
            says="saw_not_a_registry",
            cause="cause_nexus_connector",
            advice=("do_nexus_server",),
        ),
        *(
            Rule(
                f"user_token_wanted_{status}",
                REPOSITORY,
                status=status,
                outcome=Outcome.NO_ACCESS,
                says="saw_repository_denied",
                cause="cause_user_token_wanted",
                advice=("do_user_token", "do_check_repository"),
            )
            for status in (401, 403)
        ),
    ),
    push=Push.UNSEEN,
    token_page="https://help.sonatype.com/en/user-tokens.html",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.EXPIRED, "do_check_nexus"),
        *REFUSES_ALIKE,
        *own(Outcome.UNPROVED, "do_nexus_anonymous"),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Sonatype's documentation",
)

PROFILES = (ARTIFACTORY, NEXUS)
