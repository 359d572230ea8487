"""What the private and the public registry of AWS share: rules for access keys, and words."""

from registry.outcome import Outcome
from registry.rules.rule import ANY_STATUS, API, OFFLINE, Rule

LAST_USE = (
    "IAM shows it for an access key, to those who have the right to ask. A check cannot see it."
)
TEMPORARY_KEY = Rule(
    "aws_temporary_key",
    OFFLINE,
    status=ANY_STATUS,
    outcome=Outcome.REJECTED,
    says="saw_offline",
    cause="cause_aws_temporary",
    advice=("do_aws_lasting",),
)
# Each registry adds its own rules for missing rights.
AWS_RULES: tuple[Rule, ...] = (
    TEMPORARY_KEY,
    *(
        Rule(
            f"aws_clock_{number}",
            API,
            status=range(400, 500),
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_clock",
            cause="cause_clock",
            advice=("do_clock",),
            text=text,
        )
        for number, text in enumerate(("signature expired", "signature not yet current"), 1)
    ),
    *(
        Rule(
            f"aws_key_unknown_{number}",
            API,
            status=range(400, 500),
            outcome=Outcome.REJECTED,
            says="saw_key_unknown",
            cause="cause_aws_key_unknown",
            advice=("do_aws_new_key",),
            text=text,
        )
        for number, text in enumerate(("unrecognizedclient", "invalidclienttokenid"), 1)
    ),
    *(
        Rule(
            f"aws_signature_{number}",
            API,
            status=range(400, 500),
            outcome=Outcome.REJECTED,
            says="saw_signature_wrong",
            cause="cause_aws_secret",
            advice=("do_aws_copy",),
            text=text,
        )
        for number, text in enumerate(("signaturedoesnotmatch", "invalidsignature"), 1)
    ),
    Rule(
        "aws_key_expired",
        API,
        status=range(400, 500),
        outcome=Outcome.EXPIRED,
        says="saw_token_expired",
        cause="cause_expired",
        advice=("do_aws_new_key",),
        text="expiredtoken",
    ),
    Rule(
        "aws_throttled",
        API,
        status=range(400, 500),
        outcome=Outcome.THROTTLED,
        says="saw_throttled",
        cause="cause_throttled",
        advice=("do_wait",),
        text="throttling",
    ),
)
