"""Amazon Elastic Container Registry (private), `ACCOUNT.dkr.ecr.REGION.amazonaws.com`.

What is different here:

- its password lives twelve hours and contains its end in plain text; an access key lasts, and each
  check exchanges it for a password of its own. The key is never sent: it signs the request.
- the API's address depends only on the region in the registry's name.
- the base64 of `AWS:password`, as the API prints it, is accepted too; the check decodes it.
- its challenge is Basic with a URL as realm; a check never calls that URL.
- the end of the exchanged password says nothing about the key, which does not expire.
- a key that may pull is not always allowed to list tags: 401 or 403 there refuses nothing.
- it answers 400, not 401, to a password of another region or account, or to a damaged one.
- a push does not create a repository: nobody can push to a missing one.
"""

import re
from collections.abc import Generator

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.protocol.http import Request, Response
from registry.providers.aws.exchange import ACCESS_KEY, KINDS, LIVE_KEY, TokenService, exchange
from registry.providers.aws.rules import AWS_RULES, LAST_USE
from registry.providers.provider import Provider, ProviderScope, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    NO_LIMITS,
    REFUSES_ALIKE,
    SIGNS_IN_ITSELF,
    general,
)
from registry.providers.token_choice import TokenChoice
from registry.rules.rule import ANY_STATUS, API, FIRST_SIGN_IN, OFFLINE, REPOSITORY, Rule

# The domains of AWS's partitions; each with the domain of its APIs.
DOMAINS = {
    "amazonaws.com": "amazonaws.com",
    "on.aws": "amazonaws.com",
    "amazonaws.com.cn": "amazonaws.com.cn",
    "on.amazonwebservices.com.cn": "amazonaws.com.cn",
    "amazonaws.eu": "amazonaws.eu",
    "sc2s.sgov.gov": "sc2s.sgov.gov",
    "c2s.ic.gov": "c2s.ic.gov",
    "cloud.adc-e.uk": "cloud.adc-e.uk",
    "csp.hci.ic.gov": "csp.hci.ic.gov",
}
REGION = r"[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-[0-9]{1,2}"
HOST = rf"[0-9]{{12}}\.dkr[.-]ecr(?:-fips)?\.({REGION})\.({'|'.join(map(re.escape, DOMAINS))})"
# The console shows an account's number in three groups; no registry has such a name.
DASHED = re.compile(r"([0-9]{4})-([0-9]{4})-([0-9]{4})(\.dkr[.-]ecr.*)")


def real_host(host: str) -> str:
    """Return the registry's name without the dashes in its account number; else empty."""
    found = DASHED.fullmatch(host)
    return "".join(found.groups()) if found else ""


NOT_ECR = Rule(
    "ecr_not_by_name",
    OFFLINE,
    status=ANY_STATUS,
    outcome=Outcome.WRONG_SERVER,
    says="saw_not_ecr",
    cause="cause_not_ecr",
    advice=("do_check_address",),
)


def token_service(host: str) -> TokenService | None:
    """Return the API that gives passwords for this registry; None if the name is not ECR's."""
    found = re.fullmatch(HOST, host)
    if found is None:
        return None
    region, domain = found.groups()
    origin = Origin("https", f"api.ecr.{region}.{DOMAINS[domain]}", 443)
    target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
    return TokenService(origin, region, "ecr", target)


def _apis_for(host: str) -> tuple[Origin, ...]:
    service = token_service(host)
    return (service.origin,) if service else ()


def _exchange(conversation: Conversation) -> Generator[Request, Response, bool]:
    service = token_service(conversation.login.server.host)
    if service is not None:
        return (yield from exchange(conversation, service))
    if conversation.facts.kind == ACCESS_KEY:
        conversation.note_offline(StepName.OFFLINE, NOT_ECR)
    return conversation.facts.kind != ACCESS_KEY


RULES: tuple[Rule, ...] = (
    NOT_ECR,
    *AWS_RULES,
    Rule(
        "ecr_not_allowed",
        API,
        status=range(400, 500),
        outcome=Outcome.MISSING_SCOPE,
        says="saw_key_not_allowed",
        cause="cause_aws_not_allowed",
        advice=("do_aws_allow",),
        text="accessdenied",
    ),
    Rule(
        "ecr_password_over",
        FIRST_SIGN_IN | REPOSITORY,
        status=ANY_STATUS,
        outcome=Outcome.EXPIRED,
        says="saw_token_expired",
        cause="cause_expired",
        advice=("do_aws_key",),
        text="authorization token has expired",
    ),
    *(
        Rule(
            f"ecr_disagrees_{status}",
            FIRST_SIGN_IN,
            status=status,
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_refused_token",
            cause="cause_registry_disagrees",
            advice=("do_ask_administrator",),
            kinds=frozenset({LIVE_KEY}),
        )
        for status in (400, 401)
    ),
    Rule(
        "ecr_refused",
        FIRST_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_ecr",
        advice=("do_aws_key",),
    ),
    *(
        Rule(
            f"ecr_refused_400_{looks}",
            FIRST_SIGN_IN,
            status=400,
            outcome=Outcome.REJECTED,
            says="saw_refused",
            cause="cause_rejected_ecr",
            advice=("do_aws_key",),
            looks=looks,
        )
        for looks in ("text", "json", "empty")
    ),
    Rule("ecr_may_not_list_401", REPOSITORY, status=401, outcome=None, says="saw_may_not_list"),
    Rule(
        "ecr_may_not_list",
        REPOSITORY,
        status=403,
        outcome=None,
        says="saw_may_not_list",
        text="ecr:listimages",
    ),
    Rule(
        "ecr_repository_missing",
        REPOSITORY,
        status=404,
        outcome=Outcome.NO_ACCESS,
        says="saw_repository_missing",
        cause="cause_repository_missing",
        advice=("do_create_repository",),
        code="NAME_UNKNOWN",
    ),
)

READ, WRITE = "AmazonEC2ContainerRegistryReadOnly", "AmazonEC2ContainerRegistryPowerUser"

PROVIDER = Provider(
    slug="ecr",
    label="Amazon ECR",
    summary="Amazon's private registries, ACCOUNT.dkr.ecr.REGION.amazonaws.com.",
    username_help=(
        "An access key ID (AKIA…). “AWS” belongs to a password that expires after twelve hours."
    ),
    username_example="AKIAEXAMPLEEXAMPLE12",
    secret_label="Secret access key",  # noqa: S106  # a label
    secret_help=(  # a help text
        "The secret access key of an IAM user that may do nothing but this: the managed policy "
        f"{READ} to pull, or a policy of your own with the upload actions on the one repository "
        "to push. Not what “get-login-password” prints: that is over after twelve hours."
    ),
    recommended="an access key of an IAM user",
    missing_scope="do_aws_allow",
    server_example="123456789012.dkr.ecr.eu-central-1.amazonaws.com",
    token_page="https://console.aws.amazon.com/iam/home#/users",  # noqa: S106  # a page
    hosts=(HOST,),
    real_host=real_host,
    kinds=KINDS,
    scopes=(
        ProviderScope("pull", READ, frozenset({READ, WRITE})),
        ProviderScope("push", WRITE, frozenset({WRITE})),
    ),
    rules=RULES,
    push=Push.UNSEEN,
    apis_for=_apis_for,
    exchange=_exchange,
    choices=(
        TokenChoice(
            "Access key of an IAM user",
            "The one to store: make a user that may do nothing but this.",
            path="IAM → Users → Security credentials → Access keys",
        ),
        TokenChoice(
            "Password of get-login-password",
            "Not this one: it expires after twelve hours.",
        ),
        TokenChoice(
            "Temporary access key",
            "Not this one: it also needs a session token, and no registry accepts it alone.",
        ),
    ),
    outcomes=(
        *REFUSES_ALIKE,
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *NO_LIMITS,
        *general(SIGNS_IN_ITSELF, Outcome.DISTRUSTED_REALM),
    ),
    last_use=LAST_USE,
    facts_from=(
        "docs.aws.amazon.com (ECR user guide and API, IAM Signature Version 4, common errors), "
        "awslabs/amazon-ecr-credential-helper"
    ),
)
