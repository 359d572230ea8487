"""Clouds of Asia: Alibaba Cloud, Tencent Cloud, Huawei Cloud.

From documentation, not tried. What is different here:

- Alibaba's registry has passwords of its own, one for each user, which never expire; a temporary
  password always has the user name cr_temp_user and lives an hour.
- Tencent's password is a JWT; a long-term one contains no end, but its owner can disable it.
- Huawei's long-term password is derived from an access key and becomes invalid with it.
"""

from datetime import timedelta

from registry.outcome import Outcome
from registry.providers.profiles.rules import refused
from registry.providers.provider import Provider, Push
from registry.providers.reasons import (
    FIXED_NAMES,
    NO_LIMITS,
    NO_SCOPES,
    NOBODY_KNOWN,
    OWNER_GRANTS,
    REALM_UNKNOWN,
    REFUSES_ALIKE,
    general,
    own,
)
from registry.secret_kinds.expiry import jwt_end
from registry.secret_kinds.kind import JWT_PATTERN, TokenKind

ALIBABA = Provider(
    slug="alibaba",
    label="Alibaba Cloud",
    summary="Alibaba Cloud Container Registry.",
    username_help="The name of the account or of a RAM user.",
    username_example="reader@example",
    secret_help=(  # noqa: S106  # a help text
        "Let a RAM user with the right cr:PullRepository (and cr:PushRepository to push) set the "
        "registry's fixed password; it is not the console's."
    ),
    recommended="a RAM user's fixed password",
    server_example="registry.cn-hangzhou.aliyuncs.com",
    repository_example="namespace/app",
    hosts=(
        r"registry(?:-intl)?(?:-vpc|-internal)?\.(?:[a-z0-9-]+\.)?aliyuncs\.com",
        r"[a-z0-9-]+-registry(?:-intl)?(?:-vpc)?\.[a-z0-9-]+\.cr\.aliyuncs\.com",
        r"crpi-[a-z0-9]+(?:-vpc)?\.[a-z0-9-]+\.personal\.cr\.aliyuncs\.com",
    ),
    kinds=(
        TokenKind(
            "temporary", "temporary password", username=r"cr_temp_user", lives=timedelta(hours=1)
        ),
        TokenKind("fixed_password", "fixed password"),
    ),
    rules=(refused(cause="cause_rejected_alibaba", advice=("do_fixed_password",)),),
    push=Push.UNSEEN,
    token_page="https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-credentials",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *general(OWNER_GRANTS, Outcome.NO_ACCESS),
        *own(Outcome.EXPIRED, "do_fixed_password"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Alibaba Cloud's documentation and Harbor's adapter for it",
)

TENCENT = Provider(
    slug="tencent",
    label="Tencent Cloud",
    summary="Tencent Container Registry, personal and enterprise.",
    username_help="The account's number, or tcr$name for a service account.",
    username_example="tcr$reader",
    secret_help=(  # noqa: S106  # a help text
        "Make a service account of the instance with the right to pull (or to push) in one "
        "namespace, with an end date."
    ),
    recommended="a service account",
    server_example="example.tencentcloudcr.com",
    repository_example="namespace/app",
    hosts=(r"[a-z0-9-]+\.tencentcloudcr\.com", r"(?:[a-z0-9-]+\.)?ccr\.ccs\.tencentyun\.com"),
    kinds=(
        TokenKind("token", "long-term or temporary token", JWT_PATTERN, ends=jwt_end),
        TokenKind("service_account", "service account", username=r"tcr\$.+"),
        TokenKind("password", "password"),
    ),
    rules=(refused(cause="cause_rejected_tencent", advice=("do_long_term",)),),
    push=Push.UNSEEN,
    token_page="https://www.tencentcloud.com/document/product/1051/38836",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *general(OWNER_GRANTS, Outcome.NO_ACCESS),
        *own(Outcome.EXPIRED, "do_long_term"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Tencent Cloud's documentation and Harbor's adapter for it",
)

HUAWEI = Provider(
    slug="huawei",
    label="Huawei Cloud",
    summary="Huawei Cloud SoftWare Repository for Container (SWR).",
    username_help="The region, an @ and the access key's id.",
    username_example="eu-west-101@ACCESSKEYID",
    secret_help=(  # noqa: S106  # a help text
        "Make a long-term login for a user who may read (or edit, to push) the one organization; "
        "temporary ones end after 6 or 24 hours."
    ),
    recommended="a long-term login",
    server_example="swr.eu-west-101.myhuaweicloud.com",
    repository_example="organization/app",
    hosts=(r"swr\.[a-z0-9-]+\.myhuaweicloud\.com",),
    kinds=(TokenKind("long_term", "long-term or temporary password", r"[0-9a-f]{64}"),),
    rules=(refused(cause="cause_rejected_huawei", advice=("do_long_term",)),),
    push=Push.UNSEEN,
    token_page="https://support.huaweicloud.com/intl/en-us/usermanual-swr/swr_01_1000.html",  # noqa: S106  # an address
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *general(OWNER_GRANTS, Outcome.NO_ACCESS),
        *own(Outcome.EXPIRED, "do_long_term"),
        *REFUSES_ALIKE,
        *general(NOBODY_KNOWN, Outcome.UNPROVED),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *NO_LIMITS,
        *general(REALM_UNKNOWN, Outcome.DISTRUSTED_REALM),
    ),
    facts_from="Huawei Cloud's documentation and Harbor's adapter for it",
)

PROFILES = (ALIBABA, TENCENT, HUAWEI)
