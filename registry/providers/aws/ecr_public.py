"""Amazon ECR Public, `public.ecr.aws`.

What is different here:

- everybody may pull; a login is needed to push, and raises the rate limit.
- its API is in one region only, us-east-1, whatever the key's region.
- a key needs two rights to get a password: one of the registry, and one of AWS's token service
  that the managed read-only policy does not include.
- its password has the same shape as a private registry's; the sign-in answers such a one with 400.
- its challenge is Bearer, and its sign-in takes the user name `AWS` with the password.
"""

from collections.abc import Generator

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.outcome import Outcome
from registry.protocol.http import Request, Response
from registry.providers.aws.exchange import KINDS, LIVE_KEY, TokenService, exchange
from registry.providers.aws.rules import AWS_RULES, LAST_USE
from registry.providers.provider import Provider, ProviderScope, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    FIXED_NAMES,
    NO_BAN_KNOWN,
    REFUSES_ALIKE,
    SIGNS_IN_ITSELF,
    general,
    own,
)
from registry.rules.rule import ANY_STATUS, API, FIRST_SIGN_IN, Rule

TOKEN_SERVICE = TokenService(
    Origin("https", "api.ecr-public.us-east-1.amazonaws.com", 443),
    "us-east-1",
    "ecr-public",
    "SpencerFrontendService.GetAuthorizationToken",
)


def _exchange(conversation: Conversation) -> Generator[Request, Response, bool]:
    return (yield from exchange(conversation, TOKEN_SERVICE))


def _refused(status: int, *, cause: str) -> Rule:
    return Rule(
        f"ecr_public_refused_{status}",
        FIRST_SIGN_IN,
        status=status,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause=cause,
        advice=("do_aws_key",),
    )


RULES: tuple[Rule, ...] = (
    *AWS_RULES,
    Rule(
        "ecr_public_no_bearer",
        API,
        status=range(400, 500),
        outcome=Outcome.MISSING_SCOPE,
        says="saw_key_not_allowed",
        cause="cause_aws_no_bearer",
        advice=("do_aws_bearer",),
        text="sts:getservicebearertoken",
    ),
    Rule(
        "ecr_public_not_allowed",
        API,
        status=range(400, 500),
        outcome=Outcome.MISSING_SCOPE,
        says="saw_key_not_allowed",
        cause="cause_aws_public_not_allowed",
        advice=("do_aws_allow",),
        text="accessdenied",
    ),
    Rule(
        "ecr_public_password_over",
        FIRST_SIGN_IN,
        status=ANY_STATUS,
        outcome=Outcome.EXPIRED,
        says="saw_token_expired",
        cause="cause_expired",
        advice=("do_aws_key",),
        text="authorization token has expired",
    ),
    *(
        Rule(
            f"ecr_public_disagrees_{status}",
            FIRST_SIGN_IN,
            status=status,
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_refused_token",
            cause="cause_registry_disagrees",
            advice=("do_ask_administrator",),
            kinds=frozenset({LIVE_KEY}),
        )
        for status in (400, 401, 403)
    ),
    _refused(400, cause="cause_ecr_other_password"),
    _refused(401, cause="cause_rejected_ecr"),
    _refused(403, cause="cause_rejected_ecr"),
)

READ, WRITE = (
    "AmazonElasticContainerRegistryPublicReadOnly",
    "AmazonElasticContainerRegistryPublicPowerUser",
)

PROVIDER = Provider(
    slug="ecr_public",
    label="Amazon ECR Public",
    summary="Amazon's public gallery, public.ecr.aws.",
    username_help=(
        "An access key ID (AKIA…). “AWS” belongs to a password that expires after twelve hours."
    ),
    username_example="AKIAEXAMPLEEXAMPLE12",
    secret_label="Secret access key",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Pulling needs no login. For pushing, the secret access key of an IAM user with the upload "
        "actions on the one repository, ecr-public:GetAuthorizationToken and "
        "sts:GetServiceBearerToken."
    ),
    recommended="an access key of an IAM user",
    missing_scope="do_aws_allow",
    server_example="public.ecr.aws",
    repository_example="exampleco/app",
    token_page="https://console.aws.amazon.com/iam/home#/users",  # noqa: S106  # a page
    cloud_server="public.ecr.aws",
    hosts=(r"public\.ecr\.aws", r"ecr-public\.aws\.com"),
    kinds=KINDS,
    scopes=(
        ProviderScope("pull", READ, frozenset({READ, WRITE})),
        ProviderScope("push", WRITE, frozenset({WRITE})),
    ),
    rules=RULES,
    push=Push.UNSEEN,
    apis=(TOKEN_SERVICE.origin,),
    exchange=_exchange,
    outcomes=(
        *own(Outcome.NO_ACCESS, "do_aws_allow"),
        *REFUSES_ALIKE,
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *own(Outcome.THROTTLED, "do_ecr_public_limit", "do_wait"),
        *general(NO_BAN_KNOWN, Outcome.BANNED),
        *general(SIGNS_IN_ITSELF, Outcome.DISTRUSTED_REALM),
    ),
    last_use=LAST_USE,
    facts_from=(
        "docs.aws.amazon.com (ECR Public user guide and API, IAM Signature Version 4), "
        "seqeralabs/wave pull request 1066, CircleCI-Public/aws-ecr-orb issue 128"
    ),
)
